"""Traits: actions as words, one text for each method."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import VERBS, Actions
from codestrata.analyze.syntax.outline.tree import Ints, Tree

#: Of one method.
MOST = 64
_EACH = frozenset({"forEach", "for_each", "each", "iter", "iter_mut", "values", "stream"})
_NAMED = frozenset({"new", "returns-new"})
_PATH = re.compile(r"::|\.")
#: Types of Rust that only hold another.
_AROUND = frozenset({"Box", "Arc", "Rc", "Some", "Ok", "Err"})
_BASE = re.compile(r"[<\[({].*", re.DOTALL)


def traits(actions: Actions) -> list[str]:
    """Give what each method (in the order of ``kin.methods``) does, joined by commas, each once."""
    rust = actions.tree.nodes.loaded.grammar.name == "rust"
    told: list[list[str]] = [[] for _ in range(len(actions.kin.methods))]
    if actions.parts:
        holder, verb, first, second = (np.concatenate(column) for column in zip(*actions.parts, strict=True))
        texts = _texts(actions.tree, np.concatenate([first, second]))
        codes, names = texts
        one, two = codes[: len(first)], codes[len(first) :]
        many = len(names)
        key = ((holder * len(VERBS) + verb) * many + one) * many + two
        _, place = np.unique(key, return_index=True)
        first_of, which = np.unique(key[place] % (len(VERBS) * many * many), return_index=True, return_inverse=True)[1:]
        said: list[list[str]] = []
        for v, a, b in zip(*(column[place[first_of]].tolist() for column in (verb, one, two)), strict=True):
            around = rust and VERBS[v] in _NAMED and base(names[a]) in _AROUND
            said.append([] if around else _say(VERBS[v], names[a], names[b]))
        for method, number in zip(holder[place].tolist(), which.tolist(), strict=True):
            told[method] += said[number]
    return [",".join(list(dict.fromkeys(words))[:MOST]) for words in told]


def _texts(tree: Tree, nodes: Ints) -> tuple[Ints, list[str]]:
    """Number the texts of some nodes; the last number is that of none."""
    known = np.flatnonzero(nodes >= 0)
    codes, names = tree.number(nodes[known])
    every = np.full(len(nodes), len(names), np.int64)
    every[known] = codes
    return every, [*names, ""]


def _say(verb: str, first: str, second: str) -> list[str]:
    first = base(first) if verb in _NAMED else first.lstrip("#")
    if not second:
        return [f"{verb}:{first}" if first else verb]
    return [f"{verb}:{first}.{second}", *([f"loops-field:{first}"] if second in _EACH else ())]


def base(name: str) -> str:
    """Take arguments and paths off the name of a type."""
    if name.isidentifier():
        return name
    return _PATH.split(_BASE.sub("", name))[-1].strip("&* ")
