"""The functions of a few programs that are in no repository, as table definitions would have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.outline.definitions import definitions
from codestrata.analyze.syntax.outline.hashes import hashes
from codestrata.analyze.syntax.outline.table import look, table, wholes
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.analyze.syntax.parsing import Parser
from codestrata.model.function import Function

_KINDS = frozenset({"function", "method"})
#: Other words for languages, beside Linguist's names and those of grammars, in lower case.
_ALIASES = {"py": "python", "python3": "python", "js": "javascript", "ts": "typescript", "rs": "rust", "golang": "go"}
_NAMES = _ALIASES | {name.lower(): g.name for g in GRAMMARS for name in (g.name, *g.languages)}


def grammar_of(language: str) -> str:
    """Give the short name of the grammar that reads a language; "" where there is none."""
    return _NAMES.get(language.strip().lower(), "")


def functions(programs: Sequence[tuple[str, str]]) -> list[list[Function]]:
    """Give the functions of programs (language, text); none where no grammar reads the language."""
    found: list[list[Function]] = [[] for _ in programs]
    grammars = [grammar_of(language) for language, _ in programs]
    batches = [(name, [i for i, one in enumerate(grammars) if one == name]) for name in sorted(set(grammars)) if name]
    with Parser() as parser:
        laid = ((name, [programs[i][1].encode() for i in at]) for name, at in batches)
        for (_, at), parsed in zip(batches, parser.parse(laid), strict=True):
            if len(parsed.nodes):
                for file, function in _read(Tree(parsed.nodes)):
                    found[at[file]].append(function)
    return found


def _read(tree: Tree) -> Iterator[tuple[int, Function]]:
    defined = definitions(tree)
    rows = table(tree, defined, look(tree, defined), hashes(tree, wholes(tree, defined)))
    names = ("syntax_hash", "shape_hash", "nodes", "start", "end")
    columns = [np.asarray(rows.columns[name]).tolist() for name in names]
    kinds = rows.columns["kind"]
    for file, kind, *values in zip(rows.file.tolist(), kinds, *columns, strict=True):
        if (kind.decode() if isinstance(kind, bytes) else kind) in _KINDS:
            yield file, Function(*values)
