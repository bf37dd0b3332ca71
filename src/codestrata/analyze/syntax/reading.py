"""Reading texts of one grammar into columns: parsed within limits, walked natively where that is proven to be right.

Nothing here needs NumPy: this is what the parsing process is made of.
"""

from __future__ import annotations

import ctypes
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.analyze.syntax import cursor
from codestrata.analyze.syntax.grammars import grammar
from codestrata.kernels.nodes import treewalk
from codestrata.kernels.nodes.treewalk import Columns

if TYPE_CHECKING:
    import tree_sitter

#: Why a text has no tree, by number; the last two are said by whoever watches the parsing process.
PROBLEMS = ("", "deep", "minified", "work", "timeout", "crash")
DEEP, MINIFIED, WORK, TIMEOUT, CRASH = range(1, 6)
#: Brackets that nest deeper than people write them, and levels of a tree: who looks at trees may take a step for each.
MOST_BRACKETS = 1000
MOST_LEVELS = 2000
#: A text of at least so many bytes whose lines are longer than so many bytes on average was not written by hand.
MINIFIED_BYTES = 4096
MINIFIED_MEAN = 400
#: A parser says how it gets on about every 100 steps, which is once per 16 to 190 bytes of sound programs. One that has
#: said it more often than once per so many bytes, and so many times besides, is cut: a limit no clock has a part in.
WORK_BYTES = 8
WORK_MORE = 5000
#: Nodes a file may have per byte, and besides.
NODES_PER_BYTE = 4
NODES_MORE = 64
#: Bytes that a parser is handed at once.
_CHUNK = 1 << 16


def room_for(size: int) -> int:
    """Give the most nodes that a text of so many bytes may have."""
    return NODES_PER_BYTE * size + NODES_MORE


def sample(name: str) -> bytes:
    """Give a text of a grammar with all that makes reading its trees hard.

    Fields below hidden nodes, aliases, comments between parts, tokens left out, errors: the native walk must read it as
    the TreeCursor does before it reads anything else.
    """
    return (Path(__file__).parent / "data" / f"{name}.txt").read_bytes()


class Reader:
    """Reads texts of one grammar, by its short name. ``native``: trees are walked in memory."""

    def __init__(self, name: str, *, native: bool = True) -> None:
        import tree_sitter

        self.native = False
        capsule = grammar(name).capsule()
        self._language = tree_sitter.Language(capsule)
        self._parser = tree_sitter.Parser(self._language)
        if native and treewalk.able(importlib.import_module("tree_sitter._binding").__version__):
            self._capsule, self._known = capsule, treewalk.grammar(capsule)
            self.native = self._proven(sample(name))

    def read(self, text: bytes | memoryview, out: Columns) -> tuple[int, int]:
        """Lay the nodes of a text out from ``out.first`` on; gives their number and a problem's (0: none)."""
        problem = doubts(text)
        if problem:
            return 0, problem
        tree = self._parse(text)
        if tree is None:
            return 0, WORK
        out.room = room_for(len(text))
        count = self._walk(tree, out)
        if count < 0:
            return 0, DEEP if count == treewalk.TOO_DEEP else CRASH
        return (count, 0) if count <= out.room else (0, WORK)

    def _walk(self, tree: tree_sitter.Tree, out: Columns) -> int:
        if self.native:
            return treewalk.walk(self._known, tree.root_node.id, out, MOST_LEVELS)
        return cursor.walk(tree, out, MOST_LEVELS)

    def _parse(self, text: bytes | memoryview) -> tree_sitter.Tree | None:
        calls, most = 0, WORK_MORE + len(text) // WORK_BYTES

        def enough(_at: int, _wrong: bool) -> bool:  # noqa: FBT001 -- how a parser calls it
            nonlocal calls
            calls += 1
            return calls > most

        try:
            return self._parser.parse(lambda at, _: text[at : at + _CHUNK], encoding="utf8", progress_callback=enough)
        except ValueError:
            self._parser.reset()
            return None

    def _proven(self, text: bytes) -> bool:
        """Say whether the native walk gives what the TreeCursor gives, on a text with all that matters in it."""
        tree = self._parser.parse(text)
        wanted = cursor.listed(tree, MOST_LEVELS)
        assert wanted is not None  # noqa: S101 -- samples are flat
        told, out = laid(len(wanted.kind))
        count = treewalk.walk(self._known, tree.root_node.id, out, MOST_LEVELS)
        return count == len(wanted.kind) and all(list(told[name]) == getattr(wanted, name) for name in told)


def laid(room: int) -> tuple[dict[str, ctypes.Array[ctypes.c_int64]], Columns]:
    """Give columns with room for so many nodes, and their addresses."""
    columns = {name: (kind * room)() for name, kind in cursor.TYPES.items()}
    places = {name: ctypes.addressof(column) for name, column in columns.items()}
    return columns, Columns(**places, room=room, base=0, first=0)


def doubts(text: bytes | memoryview) -> int:
    """Give the number of what speaks against parsing a text at all, or 0."""
    lines = treewalk.lines(text, MOST_BRACKETS)
    if lines == treewalk.TOO_DEEP:
        return DEEP
    return MINIFIED if len(text) >= MINIFIED_BYTES and len(text) > MINIFIED_MEAN * lines else 0
