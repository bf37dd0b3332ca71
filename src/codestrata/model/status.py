"""IngestionStatus: where a repository stands, read off the task ledger."""

from __future__ import annotations

from enum import StrEnum


class IngestionStatus(StrEnum):
    """The six states of a repository; ``Failed`` carries its reason beside it."""

    DISCOVERED = "Discovered"
    QUEUED = "Queued"
    INGESTING = "Ingesting"
    ANALYZING = "Analyzing"
    COMPLETE = "Complete"
    FAILED = "Failed"
