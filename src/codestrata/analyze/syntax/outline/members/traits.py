"""Traits: actions as words, one text for each method."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import VERBS, Actions
from codestrata.analyze.syntax.outline.members.texts import pieces
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.kernels.phrases import Phrases, Pieces, bases, phrases
from codestrata.kernels.worded import Words, worded
from codestrata.store.columns import Varlen

_EACH = Words.of(("forEach", "for_each", "each", "iter", "iter_mut", "values", "stream"))
#: Verbs whose name is that of a type.
_NAMED = np.array([verb in {"new", "returns-new"} for verb in VERBS], np.bool_)
_PATH = re.compile(r"::|\.")
#: Types of Rust that only hold another.
_AROUND = Words.of(("Box", "Arc", "Rc", "Some", "Ok", "Err"))
_BASE = re.compile(r"[<\[({].*", re.DOTALL)


def traits(actions: Actions) -> Varlen:
    """Give what each method (in the order of ``kin.methods``) does, joined by commas, each once."""
    tree, methods = actions.tree, len(actions.kin.methods)
    who, verb, first, second = actions.told()
    arena, one, other = tree.nodes.arena, pieces(tree, first), pieces(tree, second)
    types = np.flatnonzero(_NAMED[verb])
    named = bases(arena, Pieces(one.starts[types], one.stops[types]))
    one.starts[types], one.stops[types] = named
    if tree.nodes.loaded.grammar.name == "rust":
        who[types[worded(arena, *named, _AROUND)]] = -1
    _bare(tree, one)
    also, on = np.full(len(who), -1, np.int64), np.flatnonzero(second >= 0)
    also[on[worded(arena, other.starts[on], other.stops[on], _EACH)]] = VERBS.index("loops-field")
    offsets, data = phrases(arena, Phrases(who, verb, also, one, other), VERBS, methods)
    return _sound(Varlen(offsets, data, text=True))


def _bare(tree: Tree, names: Pieces) -> None:
    """Take the mark off private names of JavaScript."""
    if tree.nodes.loaded.grammar.name not in {"javascript", "typescript", "tsx"}:
        return
    arena, last = tree.nodes.arena, len(tree.nodes.arena) - 1
    while (marked := (arena[np.minimum(names.starts, last)] == ord("#")) & (names.starts < names.stops)).any():
        names.starts[marked] += 1


def _sound(column: Varlen) -> Varlen:
    """Replace what is no UTF-8: names that read the same then are told once."""
    raw = column.data.tobytes()
    if raw.isascii():
        return column
    told = [",".join(dict.fromkeys(row.decode(errors="replace").split(","))) for row in column]
    return Varlen.of(told)


def base(name: str) -> str:
    """Take arguments and paths off the name of a type."""
    if name.isidentifier():
        return name
    return _PATH.split(_BASE.sub("", name))[-1].strip("&* ")
