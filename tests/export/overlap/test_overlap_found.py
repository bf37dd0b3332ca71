"""Problems of an evaluation set are found in whatever disguise, and nothing else is."""

from __future__ import annotations

import pytest

from codestrata.export.overlap.evalset import EvalSet
from codestrata.export.overlap.make import build, problems, records
from codestrata.export.overlap.match import Lists
from codestrata.store.columns import Varlen

from . import planted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> EvalSet:
    """Give the list of the planted set."""
    file = planted.write(tmp_path_factory.mktemp("set") / "planted.jsonl")
    return build("planted", problems(records(file)), 10, {})


def found(made: EvalSet, texts: list[str]) -> list[tuple[int, str, str]]:
    """Look through texts: (number of the text, problem, how)."""
    laid = Varlen.of([text.encode() for text in texts], text=False)
    blobs = Varlen.of([str(i).encode() for i in range(len(texts))], text=False)
    rows = Lists.of([made]).overlaps(blobs, laid.data, laid.offsets)
    named = zip(rows["blob"], rows["problem"].strings(), rows["how"].strings(), strict=True)  # type: ignore[union-attr]
    return [(int(blob), problem, how) for blob, problem, how in named]


@pytest.mark.parametrize("disguise", planted.DISGUISES)
def test_a_problem_is_found_in_disguise(made: EvalSet, disguise: str) -> None:
    """Each of 64 problems is found, and the one that was planted, not another."""
    some = planted.problems()
    rows = found(made, [planted.DISGUISES[disguise](p) for p in some])
    right = {number for number, problem, _ in rows if problem == some[number].id}
    wrong = [row for row in rows if row[1] != some[row[0]].id]
    assert not wrong
    assert len(right) >= planted.RATES.get(disguise, 1.0) * len(some)
