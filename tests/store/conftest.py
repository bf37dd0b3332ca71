"""Fixtures: a catalogue in a folder, with a clock that tests turn by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from codestrata.engine.base import Partition
from codestrata.model import Origin, OriginKind, Repository
from codestrata.store.catalogue import Catalogue


@dataclass
class Clock:
    """Seconds since 1970 that pass only when told to."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock to turn by hand."""
    return Clock()


@pytest.fixture
def catalogue(tmp_path: Path, clock: Clock) -> Iterator[Catalogue]:
    """Give an empty catalogue."""
    with Catalogue(tmp_path / "catalogue.sqlite", clock=clock) as opened:
        yield opened


@pytest.fixture
def run(catalogue: Catalogue) -> int:
    """Give a run that has started."""
    return catalogue.start_run("run repos.csv", {"engine": {"workers": 2}})


def repository(name: str, **fields: object) -> Repository:
    """Make a repository on example.org."""
    return Repository.at(Origin(OriginKind.GIT, f"https://example.org/{name}"), name, **fields)


def part(i: int, stage: str = "ingest", **fields: object) -> Partition:
    """Make the partition number i of a stage."""
    return Partition(stage, "1", {"i": i}, title=f"part {i}", **fields)  # type: ignore[arg-type]
