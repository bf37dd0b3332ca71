"""Problems of an evaluation set are found in whatever disguise, and nothing else is."""

from __future__ import annotations

import numpy as np
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


def found(made: EvalSet, texts: list[str]) -> list[str]:
    """Look through texts: of each the problem that it holds most of, or ""."""
    laid = Varlen.of([text.encode() for text in texts], text=False)
    blobs = Varlen.of([str(i).encode() for i in range(len(texts))], text=False)
    rows = Lists.of([made]).overlaps(blobs, laid.data, laid.offsets)
    best = [(0, "")] * len(texts)
    named = zip(rows["blob"], rows["problem"].strings(), np.asarray(rows["matched"]).tolist(), strict=True)  # type: ignore[union-attr]
    for blob, problem, matched in named:
        best[int(blob)] = max(best[int(blob)], (matched, problem))
    return [problem for _, problem in best]


@pytest.mark.parametrize("disguise", planted.DISGUISES)
def test_a_problem_is_found_in_disguise(made: EvalSet, disguise: str) -> None:
    """Each of 64 problems is found in its own program, and no other is found instead."""
    some = planted.problems()
    held = found(made, [planted.DISGUISES[disguise](p) for p in some])
    assert not [one for one, p in zip(held, some, strict=True) if one not in {"", p.id}]
    assert sum(map(bool, held)) >= planted.RATES.get(disguise, 1.0) * len(some)
