"""Outlines by compiled kernels and by their twins are the same, of real programs and of ones that are broken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import codestrata
from codestrata.analyze.syntax.grammars import GRAMMARS, grammar_of
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import sample
from codestrata.kernels import library
from codestrata.store.columns import Varlen

PACKAGE = Path(codestrata.__file__).parent
_ENDS = {".py": "Python", ".rs": "Rust", ".go": "Go", ".js": "JavaScript", ".ts": "TypeScript", ".tsx": "TSX"}
_ENDS |= {".java": "Java", ".c": "C", ".cpp": "C++", ".h": "C"}
_PIECES = (b"\xc3\xa4", b"\xff", b"\x00", b"\x85", b"\x0c", b"\r\n", b" ", b"\n")
_PIECES += (*(bytes([letter]) for letter in b"(){}.*,"), b"::", b"$new ")
NAMES = [grammar.name for grammar in GRAMMARS]


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


def programs(name: str) -> list[bytes]:
    """Give programs of a grammar: its sample, those planted for rules, and this package's own."""
    found = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in _ENDS and path.is_file()]
    known = {path: grammar_of(_ENDS[path.suffix]) for path in found}
    return [sample(name), *(path.read_bytes() for path in found if (one := known[path]) and one.name == name)]


def told(nodes: Nodes, kind: str) -> dict[tuple[str, str], object]:
    """Give every column of an outline as bytes."""
    library.choose(kind)  # type: ignore[arg-type]
    columns: dict[tuple[str, str], object] = {}
    for table, rows in outline(nodes).items():
        columns[table, "file"] = rows.file.tolist()
        for name, column in rows.columns.items():
            if isinstance(column, Varlen):
                columns[table, name] = (column.offsets.tolist(), column.data.tobytes(), column.text)
            else:
                columns[table, name] = (column.dtype, np.asarray(column).tolist())
    library.choose("native")
    return columns


def alike(name: str, texts: list[bytes]) -> None:
    """Hold what kernels and twins make of programs against one another."""
    first, second = (told(parse(name, texts), kind) for kind in ("native", "numpy"))
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert value == second[key], (name, key)


@pytest.mark.parametrize("name", NAMES)
def test_real_programs(name: str) -> None:
    """Kernels and twins read the same in programs as they are written, all at once."""
    alike(name, programs(name)[:120])


@pytest.mark.parametrize("name", NAMES)
def test_broken_programs(name: str) -> None:
    """They read the same in programs cut up, mixed, and with letters in them that are not ASCII, or no text at all."""
    made, whole = random.Random(7), sample(name).splitlines(keepends=True)
    broken = []
    for _ in range(60):
        lines = made.sample(whole, len(whole)) if made.random() < 0.5 else list(whole)
        text = bytearray(b"".join(lines))
        for _ in range(made.randrange(12)):
            at = made.randrange(len(text))
            text[at : at + made.randrange(3)] = made.choice(_PIECES)
        broken.append(bytes(text))
    alike(name, broken)
    alike(name, [b"", *broken[:1], b"\n"])
