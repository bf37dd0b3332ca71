"""Settings of export."""

from __future__ import annotations

from codestrata.settings.base import Section


class ExportSettings(Section):
    """Settings of export."""
