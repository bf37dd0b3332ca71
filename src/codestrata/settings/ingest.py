"""Settings of ingest."""

from __future__ import annotations

from codestrata.settings.base import Section


class IngestSettings(Section):
    """Settings of ingest."""
