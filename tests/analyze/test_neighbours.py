"""What is read off a file is the same whichever files are parsed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import codestrata
from codestrata.analyze.syntax import tables
from codestrata.analyze.syntax.grammars import grammar_of
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import sample
from codestrata.store.columns import Varlen

PLANTED = Path(codestrata.__file__).parent / "analyze" / "rules" / "data" / "planted"
NAMES = {
    "python": "Python",
    "rust": "Rust",
    "go": "Go",
    "java": "Java",
    "c": "C",
    "cpp": "C++",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
}
#: Programs that stand before the others: what a definition in nothing would take from the first of a batch, and names
#: in another order than later programs have them.
BEFORE = {
    "typescript": [b"declare module 'x' { export const a: number }\nfunction own() { return 1 }\n"],
    "java": [
        b"class A { int z, y; void f() { z = 1; y = 2; } }\n",
        b"class B { int y, z; void f() { y = 1; z = 2; } }\n",
    ],
}


def _rows(grammar: str, texts: list[bytes]) -> dict[str, list[list[tuple[object, ...]]]]:
    """Give the rows of every table, file by file."""
    found = tables.read(parse(grammar, texts), tables.extracts())
    out = {}
    for name, rows in found.items():
        columns = [c.strings() if isinstance(c, Varlen) else c.tolist() for c in rows.columns.values()]
        whole = list(zip(*columns, strict=True))
        out[name] = [[whole[i] for i in (rows.file == file).nonzero()[0].tolist()] for file in range(len(texts))]
    return out


@pytest.mark.parametrize("language", sorted(NAMES))
def test_neighbours_change_nothing(language: str) -> None:
    """Planted programs, alone and together, in order and backwards: the same rows of every table."""
    known = grammar_of(NAMES[language])
    assert known is not None
    texts = [path.read_bytes() for path in sorted((PLANTED / language).glob("*.txt"))]
    texts = [*BEFORE.get(language, []), *texts, sample(known.name)]
    assert len(texts) > 1
    together, backwards = _rows(known.name, texts), _rows(known.name, texts[::-1])
    assert any(any(files) for files in together.values())
    for i, text in enumerate(texts):
        alone = _rows(known.name, [text])
        for name, files in together.items():
            own = alone.get(name, [[]])[0]
            assert files[i] == own, (name, i)
            assert backwards[name][-1 - i] == own, (name, i)
