"""Settings of analyze."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from codestrata.settings.base import Section


class AnalyzeSettings(Section):
    """How much of what there is gets analysed."""

    max_blob_bytes: Annotated[int, Meta(ge=0)] = 10_000_000
    """Larger files are listed, not read. Source: StarCoder2 (arXiv:2402.19173), section 2.1."""
