"""``strata dataset evalset``: what it makes, what it says, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.export.overlap import planted

from codestrata.export.overlap.evalset import read

Strata = Callable[..., Any]


@pytest.fixture
def source(tmp_path: Path) -> str:
    """Give the file of the planted set."""
    return str(planted.write(tmp_path / "planted.jsonl"))


def test_a_list_is_made(source: str, tmp_path: Path, strata: Strata) -> None:
    """It says what is in it and what was left out; the same file gives the same bytes, wherever it goes."""
    one, two = tmp_path / "one.evalset", tmp_path / "deep" / "two.evalset"
    ended = strata("dataset", "evalset", source, "--name", "planted", "-o", str(one))
    assert (ended.code, ended.err) == (0, "")
    assert "planted, 64 problems," in ended.out
    assert "left out:" in ended.out
    assert strata("dataset", "evalset", source, "--name", "planted", "--out", str(two)).code == 0
    assert one.read_bytes() == two.read_bytes()
    made = read(one)
    assert (made.about["file"], len(made.about["sha256"])) == ("planted.jsonl", 64)
    assert len(made["functions"])


def test_as_json(source: str, tmp_path: Path, strata: Strata) -> None:
    """Programs are told the same, with the digest by which tables know the list."""
    out = tmp_path / "a.evalset"
    words = ("--field", "prompt=prompt", "--ids", "10-19", "--ngram", "7", "--json")
    told = json.loads(strata("dataset", "evalset", source, "--name", "p", "-o", str(out), *words).out)
    assert (told["problems"], told["digest"], told["bytes"]) == (10, read(out).digest, out.stat().st_size)
    assert read(out).ngram == 7


def test_functions_need_a_language(tmp_path: Path, strata: Strata) -> None:
    """Python is told by itself; another language is named, by the set or by hand; without one there are no trees."""
    body = "\n".join(f"    total_{i} += harbour[{i}] * lantern.weight({i});" for i in range(9))
    row = {"task_id": "1", "prompt": "Weigh the lantern crates before the harbour bell rings twice at noon"}
    row["canonical_solution"] = f"int weigh(int *harbour) {{\n{body}\n    return total_0;\n}}\n"
    (tmp_path / "c.jsonl").write_text(json.dumps(row))
    for more, count in (((), 0), (("--language", "C"), 2), (("--language", "klingon"), 0)):
        words = ("dataset", "evalset", str(tmp_path / "c.jsonl"), "--name", "c", "-o", str(tmp_path / "l"), *more)
        assert strata(*words).code == 0
        assert len(read(tmp_path / "l")["functions"]) == count


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "a b"), "'a b' is no name"),
        (("--ngram", "2"), "2 words (3 to 50)"),
        (("--ngram", "51"), "51 words (3 to 50)"),
        (("--field", "colour=prompt"), "names no field"),
        (("--field", "prompt=colour"), "planted.jsonl:1: there is no field 'colour'"),
        (("--ids", "510-11"), "no range"),
    ],
)
def test_a_wrong_call(source: str, tmp_path: Path, strata: Strata, words: tuple[str, ...], said: str) -> None:
    """One line, exit code 2, and no list."""
    out = tmp_path / "a.evalset"
    name = () if "--name" in words else ("--name", "p")
    ended = strata("dataset", "evalset", source, "-o", str(out), *name, *words)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert not out.exists()


def test_a_set_with_nothing_to_tell(tmp_path: Path, strata: Strata) -> None:
    """A set of one-liners is refused, for its list would find nothing."""
    row = {"prompt": "def add(a, b):", "canonical_solution": "    return a + b"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    ended = strata("dataset", "evalset", str(tmp_path / "a.jsonl"), "--name", "p", "-o", str(tmp_path / "l"))
    assert ended.code == 2
    assert "no problem has anything by which it could be told" in ended.err


def test_where_nothing_can_be_written(source: str, tmp_path: Path, strata: Strata) -> None:
    """A folder that is a file: storage failed, exit code 6; what was there stays."""
    (tmp_path / "file").write_text("mine")
    ended = strata("dataset", "evalset", source, "--name", "p", "-o", str(tmp_path / "file" / "l"))
    assert ended.code == 6
    assert (tmp_path / "file").read_text() == "mine"
