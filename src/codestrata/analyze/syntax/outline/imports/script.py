"""Imports of JavaScript and TypeScript. Source: ECMA-262, 16.2; Node.js, "Modules: CommonJS modules"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.imports.row import (
    LAZY,
    REEXPORT,
    RUNTIME,
    TYPING,
    USES,
    Found,
    Import,
    grouped,
    laid,
    sorts,
    told,
)
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.library import library
from codestrata.kernels.nodes.imports import imported, script_calls

_FUNCTIONS = (
    *("function_declaration", "generator_function_declaration", "arrow_function", "function_expression"),
    *("method_definition", "generator_function"),
)
_CONDITIONS = ("if_statement", "try_statement", "switch_statement", "ternary_expression", "while_statement")
_RUNTIME, _TYPING, _REEXPORT = (USES.index(use) for use in (RUNTIME, TYPING, REEXPORT))
#: As the kernel numbers them.
_SORTS = (
    *(("import_statement",), ("export_statement",), ("import_clause",), ("import_require_clause",)),
    *(("export_clause",), ("namespace_export",), ("identifier",), ("namespace_import",)),
)
_CALLED = (("import",), (), (), (), ("string",), (), ("identifier",))


def imports(tree: Tree) -> Found:
    """Find imports, exports with a source, ``require`` and ``import()``."""
    nodes = tree.of("import_statement", "export_statement")
    source = tree.child(nodes, "source")
    clause = tree.first_part(nodes)
    required = tree.is_a(clause, ("import_require_clause",))
    source[required] = tree.child(clause[required], "source")
    known = np.flatnonzero(source >= 0)
    nodes, source, clause = nodes[known], source[known], clause[known]
    native, otherwise = library(), np.where(tree.is_a(nodes, ("export_statement",)), _REEXPORT, _RUNTIME)
    uses = np.where(_typed(tree, nodes), _TYPING, otherwise).astype(np.uint8)
    if native is None:
        return laid(sorted(_walked(tree, nodes, source, clause, uses) + _called(tree), key=lambda row: row.node))
    what = sorts(tree.nodes.loaded.grammar.name, *_SORTS)
    read = imported(native, "script", tree.laid, nodes, source, clause, uses, what=what)
    left = np.searchsorted(nodes, read.left)
    return told(read, _walked(tree, nodes[left], source[left], clause[left], uses[left]) + _called(tree))


def _walked(tree: Tree, nodes: Ints, source: Ints, clause: Ints, uses: NDArray[np.uint8]) -> list[Import]:
    """Tell imports by their nodes."""
    rows: list[Import] = []
    for i, (node, use) in enumerate(zip(nodes.tolist(), uses.tolist(), strict=True)):
        target, first = _unquoted(tree, int(source[i])), int(clause[i])
        read = _exported if tree.kind_of(node) == "export_statement" else _imported
        rows += read(tree, node, first, target, USES[use])
    return rows


def _typed(tree: Tree, nodes: Ints) -> Bools:
    """Say which have the word ``type`` behind their first."""
    second = tree.after[nodes + 1]
    return tree.among(("type", "typeof"), named=False)[tree.kind[np.minimum(second, len(tree.kind) - 1)]] & (
        second < tree.after[nodes]
    )


def _unquoted(tree: Tree, node: int) -> str:
    return tree.text(node).strip("\"'`")


def _relative(target: str) -> int:
    return int(target.startswith(("./", "../")) or target in {".", ".."})


def _specifiers(tree: Tree, node: int, target: str, listed: int, use: str) -> list[Import]:
    plain: list[tuple[str, str]] = []
    typed: list[tuple[str, str]] = []
    for part in tree.parts_of(listed):
        names = [_unquoted(tree, i) for i in tree.parts_of(part)]
        pair = (names[0], names[1] if len(names) > 1 else "") if names else ("", "")
        (typed if tree.text(part).startswith("type ") and use == RUNTIME else plain).append(pair)
    relative = _relative(target)
    return grouped(node, target, plain, relative, use) + grouped(node, target, typed, relative, TYPING)


def _imported(tree: Tree, node: int, first: int, target: str, use: str) -> list[Import]:
    kind, relative = tree.kind_of(first), _relative(target)
    if kind == "import_require_clause":
        return [Import(node, target, "", tree.text(tree.parts_of(first)[0]), relative, use)]
    if kind != "import_clause":
        return [Import(node, target, "", "", relative, use)]
    rows: list[Import] = []
    for part in tree.parts_of(first):
        sort = tree.kind_of(part)
        if sort == "identifier":
            rows.append(Import(node, target, "default", tree.text(part), relative, use))
        elif sort == "namespace_import":
            rows.append(Import(node, target, "*", tree.text(tree.parts_of(part)[-1]), relative, use))
        else:
            rows += _specifiers(tree, node, target, part, use) or [Import(node, target, "", "", relative, use)]
    return rows


def _exported(tree: Tree, node: int, first: int, target: str, use: str) -> list[Import]:
    kind, relative = tree.kind_of(first), _relative(target)
    if kind == "export_clause":
        return _specifiers(tree, node, target, first, use)
    alias = tree.text(tree.parts_of(first)[-1]) if kind == "namespace_export" else ""
    return [Import(node, target, "*", alias, relative, use)]


def _called(tree: Tree) -> list[Import]:
    """Find ``require("x")`` and ``import("x")`` with a text for an argument."""
    calls, argument = _calls(tree)
    if not len(calls):
        return []
    dynamic = tree.is_a(tree.child(calls, "function"), ("import",)).tolist()
    late = tree.below(tree.of(*_FUNCTIONS, *_CONDITIONS), calls).tolist()
    rows: list[Import] = []
    for i, (node, target) in enumerate(zip(calls.tolist(), tree.texts(argument), strict=True)):
        target_ = target.strip("\"'`")
        if dynamic[i]:
            rows.append(Import(node, target_, "", "", _relative(target_), LAZY))
        else:
            rows += _required(tree, node, target_, LAZY if late[i] else RUNTIME)
    return rows


def _calls(tree: Tree) -> tuple[Ints, Ints]:
    """Give the calls that take a module by name, and their arguments."""
    calls, native = tree.of("call_expression"), library()
    if native is not None:
        what = sorts(tree.nodes.loaded.grammar.name, *_CALLED)
        fields = (tree.field_number("function"), tree.field_number("arguments"))
        return script_calls(native, tree.laid, calls, what, fields)
    function = tree.child(calls, "function")
    short = tree.is_a(function, ("identifier",)) & (tree.end[function] - tree.start[function] == len("require"))
    fits = tree.is_a(function, ("import",)) | (short & tree.starts_with(function, b"require"))
    calls = calls[fits]
    argument = tree.first_part(tree.child(calls, "arguments"))
    texts = tree.is_a(argument, ("string",))
    return calls[texts], argument[texts]


def _required(tree: Tree, node: int, target: str, use: str) -> list[Import]:
    """Give what a call of ``require`` is bound to."""
    above, relative = int(tree.parent[node]), _relative(target)
    taken = ""
    if tree.kind_of(above) == "member_expression":
        taken = tree.text(tree.parts_of(above)[-1])
        above = int(tree.parent[above])
    bound = tree.parts_of(above)[0] if tree.kind_of(above) == "variable_declarator" else -1
    if tree.kind_of(bound) == "identifier":
        name = tree.text(bound)
        return [Import(node, target, taken, "" if name == taken else name, relative, use)]
    if tree.kind_of(bound) != "object_pattern":
        return [Import(node, target, taken, "", relative, use)]
    pairs = []
    for part in tree.parts_of(bound):
        name, _, alias = tree.text(part).partition(":")
        pairs.append((name.strip(), alias.strip()))
    return grouped(node, target, pairs, relative, use)
