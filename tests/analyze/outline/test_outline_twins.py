"""Outlines by compiled kernels and by their twins are the same, of real programs and of ones that are broken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import codestrata
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import sample
from codestrata.kernels import library
from codestrata.store.columns import Varlen

PACKAGE = Path(codestrata.__file__).parent
PLANTED = PACKAGE / "analyze" / "rules" / "data" / "planted"
_PIECES = (b"\xc3\xa4", b"\xff", b"\x00", b"\x85", b"\x0c", b"\r\n", b" ", b"\n")
_PIECES += (*(bytes([letter]) for letter in b"(){}.*,"), b"::", b"$new ")
#: What samples have none of, or too little: ways to import, to define, to call.
_SCRIPT = """import a, { b as c, type D, "e" as f } from "./x"; import type { T } from "."; import x = require("q")
export * as n from "y"; export { a as b } from "z"; export default k
const { a, b: c } = require("r"), d = require("s").t; import("t")
exports.f = function () {}; module.exports = { g, h: i }; Foo.prototype.bar = function () {}
class Q { #p() {} private r() {} static s = () => 1 }
$new .x()
"""
_MORE = {
    "python": """import a . b, c as d
from . import (a as a, b as c)
from .. x import *
__all__ = ["f", "g"]
from m import f as f, g
if TYPE_CHECKING: import t
XÄ = 1
""",
    "rust": """use a::{b, c::{d as e, self}, F};
pub use x::*;
use ::a::b; use r#a::b; use a::{/* c */ b}; use {a, b}; use a as b;
extern crate x as y;
#[macro_export] macro_rules! m { () => {} }
impl<T> Foo<T> for a::Bar<T> { fn x(&self) { a.b::<u8>().c(1) } }
""",
    "java": """import a . b; import static a.B.c; import a.*; import static a.B.*;
class X { static final int A = 1; int c; }
""",
    "c": """#include <a.h>
#include X
#include "Ä
#ifndef A
#define A
#include "z.h"
#endif
int f(void), g, *h(int a);
""",
    "cpp": "namespace { int x; }\nA::A() {}\ntemplate<class T> void B<T>::f() { new X<T>(1); f<1>(2); }\n",
    "go": 'import (. "a"; x "b"; _ `c`)\nfunc (s *S[T]) M(a, b int) {}\n',
    **dict.fromkeys(("javascript", "typescript", "tsx"), _SCRIPT),
}
NAMES = [grammar.name for grammar in GRAMMARS]


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


def programs(name: str) -> list[bytes]:
    """Give programs of a grammar: its sample, those planted for rules, and this package's own."""
    own = {"python": "*.py", "c": "*.[ch]"}.get(name)
    paths = [*(PLANTED / name).glob("*"), *(sorted(PACKAGE.rglob(own))[:120] if own else ())]
    return [sample(name), *(path.read_bytes() for path in sorted(paths))]


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
    alike(name, programs(name))


@pytest.mark.parametrize("name", NAMES)
def test_broken_programs(name: str) -> None:
    """They read the same in programs cut up, mixed, and with letters in them that are not ASCII, or no text at all."""
    made, whole = random.Random(7), sample(name).splitlines(keepends=True)
    whole += _MORE[name].encode().splitlines(keepends=True) * 2
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
