"""The kernels and their twins read the same off programs that people would not write."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import codestrata
from codestrata.analyze.syntax import tables
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import sample
from codestrata.kernels import library
from codestrata.store.columns import Varlen

PLANTED = Path(codestrata.__file__).parent / "analyze" / "rules" / "data" / "planted"
#: What is put in: marks that open and close, ends of lines, letters and white space that are more than a byte or none
#: of ASCII's, bytes that are no text.
ODD = (
    *(
        b"{",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b'"',
        b"'",
        b"`",
        b"/*",
        b"*/",
        b"//",
        b"#",
        b"::",
        b"...",
        b"->",
        b"@",
        b";",
    ),
    *(b"\n", b"\r\n", b"\r", b"\t", b"\x0b", b"\x0c", b"\x1c", b"\x00", b"\xff", b"\xc3", b",,", b"\\", b"\\\n"),
    *("é".encode(), "\u2028".encode(), "\u00a0".encode(), "İ".encode(), "名".encode()),
    *(
        b"self",
        b"__all__",
        b"static",
        b"use a::{b, c as d, e::*};",
        b"from . import (a, b as c)",
        b"export * from 'x';",
    ),
)


@pytest.fixture
def _native() -> Iterator[None]:
    if library.library() is None:
        pytest.skip("no compiled kernels here")
    yield
    library.choose("native")


def spoilt(text: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Give a text with some pieces of it gone, twice there, in capitals, of another text, or with odd bytes between."""
    for _ in range(chance.randrange(1, 7)):
        at = chance.randrange(len(text) + 1)
        stop = at + chance.randrange(1, 80)
        piece, other = text[at:stop], chance.choice(others)
        start = chance.randrange(len(other))
        instead = chance.choice(
            (b"", piece * 3, piece.upper(), piece + chance.choice(ODD), other[start : start + 160], piece[::-1])
        )
        text = text[:at] + instead + text[stop:]
    return text


def _told(nodes: Nodes) -> dict[str, dict[str, list[Any]]]:
    """Give the columns of all tables, read off nodes of which nothing is worked out yet."""
    found = tables.read(dataclasses.replace(nodes), tables.extracts())
    return {name: _columns({"file": rows.file, **rows.columns}) for name, rows in found.items() if len(rows.file)}


def _columns(columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: list(one) if isinstance(one, Varlen) else np.asarray(one).tolist() for name, one in columns.items()}


@pytest.mark.usefixtures("_native")
@pytest.mark.parametrize("grammar", sorted(one.name for one in GRAMMARS))
def test_spoilt_programs_read_the_same(grammar: str) -> None:
    """Row for row and byte for byte, in every table: of batches of one file, of few and of many."""
    folder = {"tsx": "typescript"}.get(grammar, grammar)
    whole = [sample(grammar), *(path.read_bytes() for path in sorted((PLANTED / folder).glob("*.txt")))]
    chance = random.Random(grammar)
    for files in (1, 1, 4, 40):
        texts = [spoilt(chance.choice(whole), whole, chance) for _ in range(files)]
        nodes = parse(grammar, texts)
        assert len(nodes)
        library.choose("native")
        native = _told(nodes)
        library.choose("numpy")
        twin = _told(nodes)
        assert native.keys() == twin.keys()
        for name, columns in native.items():
            for column, values in columns.items():
                assert values == twin[name][column], (name, column)
