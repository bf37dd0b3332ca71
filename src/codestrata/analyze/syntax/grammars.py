"""Grammars: which parser reads which language, one row each; what the parser calls its kinds and fields."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar by its short name, where it comes from, and the languages (Linguist's names) it reads."""

    name: str
    module: str
    function: str
    languages: tuple[str, ...]

    def capsule(self) -> object:
        """Give what its package hands out: a capsule around the address of its tables."""
        return getattr(importlib.import_module(self.module), self.function)()


GRAMMARS = (
    Grammar("python", "tree_sitter_python", "language", ("Python", "Starlark")),
    Grammar("rust", "tree_sitter_rust", "language", ("Rust",)),
    Grammar("go", "tree_sitter_go", "language", ("Go",)),
    Grammar("javascript", "tree_sitter_javascript", "language", ("JavaScript",)),
    Grammar("typescript", "tree_sitter_typescript", "language_typescript", ("TypeScript",)),
    Grammar("tsx", "tree_sitter_typescript", "language_tsx", ("TSX",)),
    Grammar("java", "tree_sitter_java", "language", ("Java",)),
    Grammar("c", "tree_sitter_c", "language", ("C",)),
    Grammar("cpp", "tree_sitter_cpp", "language", ("C++",)),
)
_BY_LANGUAGE = {language: grammar for grammar in GRAMMARS for language in grammar.languages}
_BY_NAME = {grammar.name: grammar for grammar in GRAMMARS}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A grammar in memory. ``kinds[i]`` and ``fields[i]`` are the names of numbers in :class:`Nodes`; field 0 is none.

    A name may have several numbers: ``numbers`` gives them all, of named kinds first (a node and a word may share it).
    ``field_numbers`` gives those of fields by their names.
    """

    grammar: Grammar
    language: tree_sitter.Language
    kinds: tuple[str, ...]
    named: tuple[bool, ...]
    fields: tuple[str, ...]
    numbers: Mapping[str, tuple[int, ...]]
    field_numbers: Mapping[str, int]


def grammar_of(language: str) -> Grammar | None:
    """Give the grammar that reads a language by Linguist's name, or None."""
    return _BY_LANGUAGE.get(language)


def grammar(name: str) -> Grammar:
    """Give a grammar by its short name (``python``, ``tsx``, …)."""
    return _BY_NAME[name]


@cache
def load(name: str) -> Loaded:
    """Load a grammar by its short name."""
    import tree_sitter

    language = tree_sitter.Language(_BY_NAME[name].capsule())
    ids = range(language.node_kind_count)
    kinds = tuple(language.node_kind_for_id(i) or "" for i in ids)
    named = tuple(bool(language.node_kind_is_named(i)) for i in ids)
    fields = ("", *(language.field_name_for_id(i) or "" for i in range(1, language.field_count + 1)))
    numbers: dict[str, list[int]] = {}
    for i in sorted(ids, key=lambda i: not named[i]):
        numbers.setdefault(kinds[i], []).append(i)
    by_kind = {kind: tuple(of) for kind, of in numbers.items()}
    by_field = {field: i for i, field in enumerate(fields) if i}
    return Loaded(_BY_NAME[name], language, kinds, named, fields, by_kind, by_field)
