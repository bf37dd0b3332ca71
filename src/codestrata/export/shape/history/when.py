"""Which split a commit is in when splits go by time."""

from __future__ import annotations

from datetime import UTC, datetime

from codestrata.settings.recipe import SplitSettings


def split_of(settings: SplitSettings, committed_at: int, split: str) -> str:
    """Give the split of a commit (seconds since 1970): by its own day where splits go by time, else its file's."""
    if settings.by != "time":
        return split
    starts = (("test", settings.test_from), ("validation", settings.validation_from))
    return next((name for name, day in starts if day and committed_at >= _second(day)), "train")


def _second(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
