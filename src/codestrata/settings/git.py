"""Settings of git."""

from __future__ import annotations

from codestrata.settings.base import Section


class GitSettings(Section):
    """Settings of git."""
