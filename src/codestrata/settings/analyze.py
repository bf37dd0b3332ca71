"""Settings of analyze."""

from __future__ import annotations

from typing import Annotated

from codestrata.settings.base import Section
from codestrata.settings.kinds import Range


class AnalyzeSettings(Section):
    """How much of what there is gets analysed."""

    max_blob_bytes: Annotated[int, Range(ge=0)] = 10_000_000
    """Larger files are listed, not read. Source: StarCoder2 (arXiv:2402.19173), section 2.1."""
