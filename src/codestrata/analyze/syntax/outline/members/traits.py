"""Traits: actions as words, one text for each method."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import VERBS, Actions
from codestrata.analyze.syntax.outline.members.texts import joined, ranks
from codestrata.analyze.syntax.outline.tree import Ints
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels import numbers
from codestrata.store.columns import Varlen

#: Of one method.
MOST = 64
_EACH = frozenset({"forEach", "for_each", "each", "iter", "iter_mut", "values", "stream"})
_NAMED = frozenset({"new", "returns-new"})
_PATH = re.compile(r"::|\.")
#: Types of Rust that only hold another.
_AROUND = frozenset({"Box", "Arc", "Rc", "Some", "Ok", "Err"})
_BASE = re.compile(r"[<\[({].*", re.DOTALL)


def traits(actions: Actions) -> Varlen:
    """Give what each method (in the order of ``kin.methods``) does, joined by commas, each once."""
    methods = len(actions.kin.methods)
    rust = actions.tree.nodes.loaded.grammar.name == "rust"
    if not actions.parts or not methods:
        return Varlen.of([""]).take(np.zeros(methods, np.int64))
    holder, verb, first, second = (np.concatenate(column) for column in zip(*actions.parts, strict=True))
    codes, names = numbered(actions.tree, np.concatenate([first, second]))
    many = len(names)
    does = (verb * many + codes[: len(first)]) * many + codes[len(first) :]
    # each once, in the order that its method alone gives: numbers of names are those of a whole batch
    once = np.sort(numbers.numbered(holder * (len(VERBS) * many * many) + does)[1])
    once = once[np.argsort(holder[once], kind="stable")]
    holder, does = holder[once], does[once]
    distinct, _, which = numbers.numbered(does)
    words: dict[str, int] = {}
    said: list[list[int]] = []
    for number in distinct.tolist():
        rest, b = divmod(number, many)
        v, a = divmod(rest, many)
        told = _say(VERBS[v], names[a], names[b], rust)
        said.append([words.setdefault(word, len(words)) for word in told])
    return _listed(list(words), said, holder, which, methods)


def _listed(words: list[str], said: list[list[int]], holder: Ints, which: Ints, methods: int) -> Varlen:
    """Join the words of each method: those of all that it does, each where it comes first."""
    sizes = np.array([len(one) for one in said], np.int64)
    begins, flat = np.cumsum(sizes) - sizes, np.array([word for one in said for word in one], np.int64)
    count = sizes[which]
    row = np.repeat(holder, count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    word = flat[np.repeat(begins[which], count) + within] if len(flat) else row
    first = np.sort(numbers.numbered(row * max(len(words), 1) + word)[1])
    row, word = row[first], word[first]
    kept = ranks(row) < MOST
    return joined(Varlen.of(words), word[kept], row[kept], methods)


@lru_cache(maxsize=16384)
def _say(verb: str, first: str, second: str, rust: bool) -> tuple[str, ...]:  # noqa: FBT001 - a key of the cache
    first = base(first) if verb in _NAMED else first.lstrip("#")
    if rust and verb in _NAMED and first in _AROUND:
        return ()
    if not second:
        return (f"{verb}:{first}" if first else verb,)
    return (f"{verb}:{first}.{second}", *((f"loops-field:{first}",) if second in _EACH else ()))


def base(name: str) -> str:
    """Take arguments and paths off the name of a type."""
    if name.isidentifier():
        return name
    return _PATH.split(_BASE.sub("", name))[-1].strip("&* ")
