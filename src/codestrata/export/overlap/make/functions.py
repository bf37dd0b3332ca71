"""Functions of solutions, by the hashes of their syntax trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from codestrata.export.overlap.generic import generic_whole, words
from codestrata.export.overlap.make.fields import Problem
from codestrata.export.overlap.make.pieces import programs
from codestrata.model.function import Function

#: Named nodes that a function has at least to be known by its syntax (names count), and by its shape (they do not).
SYNTAX_NODES, SHAPE_NODES = 25, 40
#: What a hash of a function is of.
SYNTAX, SHAPE = 0, 1
_DOCSTRING = re.compile(r'\n[ \t]*(?:"""(?:.*?)"""|\'\'\'(?:.*?)\'\'\')[ \t]*(?=\n)', re.DOTALL)


#: Gives the functions of programs, each with the language it is written in ("" where nobody says).
Parse = Callable[[Sequence[tuple[str, str]]], Sequence[Sequence[Function]]]


def functions(some: Sequence[Problem], parse: Parse) -> list[tuple[int, int, int]]:
    """Give (hash, problem, SYNTAX or SHAPE) of every function that is not anybody's, rising.

    A program counts with its docstrings and without.
    """
    asked = [(i, one.language, text) for i, one in enumerate(some) for text in _variants(one)]
    found = parse([(language, text) for _, language, text in asked])
    return sorted(
        {
            (value, problem, kind)
            for (problem, _, text), defined in zip(asked, found, strict=True)
            for function in defined
            for value, kind in _hashes(function, text.encode())
        }
    )


def _variants(problem: Problem) -> Iterator[str]:
    for text in programs(problem):
        yield text
        bare = _DOCSTRING.sub("", text)
        if bare != text:
            yield bare


def _hashes(function: Function, text: bytes) -> Iterator[tuple[int, int]]:
    if function.nodes < SYNTAX_NODES or generic_whole(words(text[function.start : function.end].decode())):
        return
    yield function.syntax, SYNTAX
    if function.nodes >= SHAPE_NODES:
        yield function.shape, SHAPE
