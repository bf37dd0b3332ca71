"""Settings of analyze."""

from __future__ import annotations

from codestrata.settings.base import Section


class AnalyzeSettings(Section):
    """Settings of analyze."""
