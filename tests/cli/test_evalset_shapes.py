"""The commands of docs/decontamination.md make lists of files as the sets' authors publish them, as written there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.export.overlap import planted, shapes

from codestrata.export.overlap.evalset import read
from codestrata.export.overlap.match import Lists
from codestrata.store.columns import Varlen

Strata = Callable[..., Any]
DOCS = Path(__file__).parents[2] / "docs" / "decontamination.md"
COMMANDS = [
    shlex.split(found)[1:]
    for found in re.findall(
        r"^\|.*`strata (dataset evalset \S+ --name .*?)` \|$", DOCS.read_text("utf-8"), re.MULTILINE
    )
    for found in [f"strata {found}"]
]


def test_every_command_has_a_shape() -> None:
    """The page names a command for each set here, and none whose file nobody tried."""
    assert {(words[4], words[2]) for words in COMMANDS} == set(shapes.SHAPES)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[4])
def test_the_command_as_it_is_written(words: list[str], tmp_path: Path, strata: Strata) -> None:
    """Every problem of such a file is found in its own program, more of it than of any other."""
    some = planted.problems()[:16]
    make = shapes.SHAPES[words[4], words[2]]
    shapes.write(tmp_path / words[2], [make(p, k) for k, p in enumerate(some)])
    ended = strata(*words)
    assert (ended.code, ended.err) == (0, "")
    made = read(tmp_path / words[words.index("--out") + 1])
    assert (made.name, len(made.ids), len(set(made.ids))) == (words[4], 16, 16)
    laid = Varlen.of([p.program.encode() for p in some])
    rows = Lists.of([made]).overlaps(Varlen.of(map(str, range(16))), laid.data, laid.offsets)
    best = dict.fromkeys(range(16), (0, ""))  # pieces of problems are in several: most of each is in its own
    for blob, problem, matched in zip(rows["blob"], rows["problem"].strings(), rows["matched"].tolist(), strict=True):
        best[int(blob)] = max(best[int(blob)], (matched, problem))
    numbers = [int(re.findall(r"[0-9]+", problem)[-1]) for _, problem in best.values()]
    assert [number - numbers[0] for number in numbers] == list(range(16))


def test_a_range_leaves_out_what_is_not_tested(tmp_path: Path, strata: Strata) -> None:
    """MBPP's problems 1 to 10 are for prompts, 511 and on for training: the command takes 11 to 510."""
    words = next(words for words in COMMANDS if words[4] == "mbpp")
    rows = [shapes.SHAPES["mbpp", "mbpp.jsonl"](p, k) for k, p in enumerate(planted.problems()[:4])]
    for row, number in zip(rows, (10, 11, 510, 511), strict=True):
        row["task_id"] = number
    shapes.write(tmp_path / "mbpp.jsonl", rows)
    assert strata(*words).code == 0
    assert list(read(tmp_path / "mbpp.evalset").ids) == ["11", "510"]
