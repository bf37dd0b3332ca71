"""Recipe fim: rows of real repositories, whose parts are the file again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import code
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, build
from tests.export.shape.test_repo_rows import ODD

RUST = """use std::fmt;

/// A point in the plane.
pub struct Point {
    pub x: i64,
    pub y: i64,
}

impl Point {
    pub fn moved(&self, dx: i64, dy: i64) -> Point {
        let x = self.x.checked_add(dx).unwrap_or(self.x);
        let y = self.y.checked_add(dy).unwrap_or(self.y);
        Point { x, y }
    }
}

pub fn distance(a: &Point, b: &Point) -> i64 {
    let across = (a.x - b.x).abs();
    let along = (a.y - b.y).abs();
    if across > along {
        return across.max(along + 1);
    }
    across + along
}
"""

DOS = RUST.replace("Point", "Place").replace("\n", "\r\n")
DOS_C = "#include <stdio.h>\n#define MOST (1 + 2)\n#ifdef MOST\nint most(int x)\n{\n    return x + MOST;\n}\n#endif\n"
DOS_C = DOS_C.replace("\n", "\r\n")


def raw(body: str | bytes, path: str) -> str:
    """Give the text of a file."""
    encoding = {"latin.py": "latin-1", "wide.txt.md": "utf-16", "bom.py": "utf-8-sig"}.get(path, "utf-8")
    return (body if isinstance(body, bytes) else body.encode()).decode(encoding)


def whole(row: dict[str, Any]) -> str:
    """Put the parts of a row together."""
    return row["prefix"] + row["middle"] + row["suffix"]


@pytest.mark.parametrize("cut", ["character", "syntax"])
def test_parts_are_the_file(make_repo: Callable[..., RepoBuilder], tmp_path: Path, cut: str) -> None:
    """Prefix, middle and suffix together are the file, in every encoding, and the row has the words between them."""
    held = {**ODD, "point.rs": RUST, "dos.rs": DOS, "dos.c": DOS_C, **{f"m{i}.py": code(i) for i in range(6)}}
    built = build(tmp_path, [make_repo("all", held)], "fim", export__fim__rate=1.0, export__fim__cut=cut)
    texts = {path: raw(body, path) for path, body in held.items() if path != "LICENSE"}
    assert {row["path"]: whole(row) for row in built.rows} == texts
    for row in built.rows:
        a, b, c = row["prefix"], row["middle"], row["suffix"]
        psm, spm = f"<fim_prefix>{a}<fim_suffix>{c}<fim_middle>{b}", f"<fim_prefix><fim_suffix>{c}<fim_middle>{a}{b}"
        assert row["text"] == {"psm": psm, "spm": spm}[row["order"]]
        assert row["uncut"] == ""
        assert not a.endswith("\r")
    assert {row["order"] for row in built.rows} == {"psm", "spm"}


def test_middles_are_whole_nodes(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Syntax-aware middles have balanced brackets and begin and end with a sign; every kind comes up."""
    held = {f"p{i}.rs": RUST.replace("Point", f"Point{i}").replace("distance", f"far{i}") for i in range(30)}
    built = build(
        tmp_path,
        [make_repo("points", {"LICENSE": MIT, **held})],
        "fim",
        export__fim__rate=1.0,
        export__fim__cut="syntax",
        export__dedup__level="none",
    )
    kinds = Counter(row["cut"] for row in built.rows)
    assert set(kinds) == {"function", "block", "statement", "arguments", "expression"}
    for row in built.rows:
        middle = row["middle"]
        assert middle == middle.strip()
        assert all(middle.count(a) == middle.count(b) for a, b in ("()", "{}"))
        assert (row["cut"] in {"function", "arguments"}) <= (middle[0] in "{(")


def test_only_these_kinds(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Kinds can be chosen; a file without a tree is cut anywhere."""
    held = {"LICENSE": MIT, "point.rs": RUST, "notes.md": "# Notes\n\nSome words about points and lines.\n"}
    more = {"export__fim__rate": 1.0, "export__fim__cut": "syntax", "export__fim__kinds": "function"}
    built = build(tmp_path, [make_repo("kinds", held)], "fim", **more)
    assert {row["path"]: row["cut"] for row in built.rows} == {"point.rs": "function", "notes.md": "character"}


def test_chunks_are_rows(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Chunks of a long file are rows of their own, each with its lines, and together they are the file."""
    text = code(5, 40)
    repo = make_repo("long", {"LICENSE": MIT, "long.py": text})
    built = build(tmp_path, [repo], "fim", export__fim__chunk=400, export__fim__rate=1.0, export__fim__cut="syntax")
    assert len(built.rows) > 5
    assert "".join(whole(row) for row in built.rows) == text
    lines = text.splitlines(keepends=True)
    for row in built.rows:
        first, last = (int(part[1:]) for part in row["source"].rsplit("#", 1)[1].split("-"))
        assert whole(row) == "".join(lines[first - 1 : last])
        assert len(whole(row)) <= 400


def test_words_in_texts(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A text that has a word in it is not cut and says so, or makes no row."""
    repo = make_repo("words", {"LICENSE": MIT, "a.py": code(1), "b.py": code(2) + "W = '<fim_middle>'\n"})
    built = build(tmp_path, [repo], "fim", "whole", export__fim__rate=1.0)
    assert {row["path"]: row["uncut"] for row in built.rows} == {"a.py": "", "b.py": "word"}
    dropped = build(tmp_path, [repo], "fim", "drop", export__fim__rate=1.0, export__fim__collisions="drop")
    assert [row["path"] for row in dropped.rows] == ["a.py"]


def test_shares_and_seeds(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Rates are kept, content decides: the same file is cut the same way elsewhere; another seed cuts otherwise."""
    held = {f"m{i}.py": code(i, 3) for i in range(150)}
    one = build(tmp_path, [make_repo("one", {"LICENSE": MIT, **held})], "fim", "one", export__fim__spm=0.2)
    orders = Counter(row["order"] for row in one.rows)
    assert 50 <= orders["none"] <= 100
    assert orders["spm"] < orders["psm"]
    assert all(row["uncut"] == "chance" for row in one.rows if row["order"] == "none")
    moved = {f"other/{path}": text for path, text in held.items()}
    two = build(tmp_path, [make_repo("two", {"LICENSE": MIT, **moved})], "fim", "two", export__fim__spm=0.2)
    texts = [row["text"] for row in one.rows]
    assert texts == [row["text"] for row in two.rows]
    other = build(tmp_path, [make_repo("3", {"LICENSE": MIT, **held})], "fim", "3", export__fim__seed=3)
    assert texts != [row["text"] for row in other.rows]
