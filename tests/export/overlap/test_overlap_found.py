"""Problems of an evaluation set are found in whatever disguise, and nothing else is."""

from __future__ import annotations

import time

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


def test_a_file_of_nothing_but_problems_costs_no_more(made: EvalSet) -> None:
    """Two megabytes of one problem, over and over, take a moment, and their last line is right."""
    problem = planted.problems()[0]
    text = problem.program * (2_000_000 // len(problem.program))
    laid = Varlen.of([text.encode()])
    began = time.process_time()
    rows = Lists.of([made]).overlaps(Varlen.of(["0"]), laid.data, laid.offsets)
    assert time.process_time() - began < 5
    assert int(np.asarray(rows["last_line"]).max()) == text.count("\n")
    whole = [how == b"substring" for how in rows["how"]]
    assert np.count_nonzero(whole) >= 2 * text.count(problem.prompt)


def test_texts_without_a_word(made: EvalSet) -> None:
    """Nothing, white space, marks, and bytes that are no text have no problem in them."""
    texts = [b"", b" \n\t\r\n" * 1000, b"(){}[];:,.<>" * 1000, b"\\" * 100_000, bytes(range(256)) * 500]
    laid = Varlen.of(texts, text=False)
    assert not len(Lists.of([made]).overlaps(Varlen.of(list("01234")), laid.data, laid.offsets)["start"])
