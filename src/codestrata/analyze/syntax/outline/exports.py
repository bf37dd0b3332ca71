"""Exports: the names a file says are there for others, apart from where they are defined."""

from __future__ import annotations

import re
from collections import defaultdict
from weakref import WeakKeyDictionary

import numpy as np

from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.numbers import member

Names = dict[int, frozenset[str]]
#: What was worked out of trees that are still looked at: who asks for imports asks for visibility, too.
_DECLARED: WeakKeyDictionary[Tree, Names] = WeakKeyDictionary()
_QUOTED = re.compile(r"""["']([^"'\n]*)["']""")
_MODULE = ("module.exports", "exports")


def declared(tree: Tree) -> Names:
    """Give, by file, what Python's ``__all__`` lists (texts that are assigned or added to it)."""
    if tree not in _DECLARED:
        _DECLARED[tree] = _declared(tree)
    return _DECLARED[tree]


def _declared(tree: Tree) -> Names:
    left = tree.of("assignment", "augmented_assignment")
    left = left[tree.starts_with(left, b"__a")]
    if not len(left):
        return {}
    name = tree.child(left, "left")
    name = name[tree.is_a(name, ("identifier",)) & (tree.end[name] - tree.start[name] == len("__all__"))]
    listed: dict[int, set[str]] = defaultdict(set)
    for node, file in zip(name.tolist(), tree.nodes.files(name).tolist(), strict=True):
        statement = int(tree.parent[node])
        if tree.text(node) == "__all__" and tree.kind_of(int(tree.parent[tree.parent[statement]])) == "module":
            listed[file] |= set(_QUOTED.findall(tree.text(statement)))
    return {file: frozenset(names) for file, names in listed.items()}


def exported(tree: Tree) -> Names:
    """Give, by file, the names that a JavaScript file exports after their definition, and CommonJS exports."""
    listed: dict[int, set[str]] = defaultdict(set)
    names = np.concatenate((_clauses(tree), _defaults(tree), *_commonjs(tree)))
    if not len(names):
        return {}
    for file, name in zip(tree.nodes.files(names).tolist(), tree.texts(names), strict=True):
        listed[file].add(name)
    return {file: frozenset(names) for file, names in listed.items()}


def _clauses(tree: Tree) -> Ints:
    """``export { a, b as c }`` without a source."""
    names = tree.of("export_specifier")
    if not len(names):
        return names
    clause = tree.above(tree.above(names))
    return tree.child(names[tree.child(clause, "source") < 0], "name")


def _defaults(tree: Tree) -> Ints:
    """``export default a`` and ``export = a``."""
    value = tree.first_part(tree.of("export_statement"))
    return value[tree.is_a(value, ("identifier",))]


def _commonjs(tree: Tree) -> list[Ints]:
    """``module.exports = a``, ``module.exports = { a, b: c }`` and ``exports.a = b``."""
    assigned = tree.of("assignment_expression")
    assigned = assigned[tree.starts_with(assigned, b"mo", b"ex")]  # before it is read
    left = tree.child(assigned, "left")
    fits = tree.is_a(left, ("member_expression", "identifier"))
    assigned, left = assigned[fits], left[fits]
    if not len(left):
        return []
    texts = tree.texts(left)
    whole = np.array([text in _MODULE for text in texts], np.bool_)
    part = np.array([text.rpartition(".")[0] in _MODULE and text not in _MODULE for text in texts], np.bool_)
    names = [tree.child(left[part], "property"), tree.child(assigned[part], "right")]
    names[1] = names[1][tree.is_a(names[1], ("identifier",))]
    return names + _wholes(tree, tree.child(assigned[whole], "right")) if whole.any() else names


def _wholes(tree: Tree, value: Ints) -> list[Ints]:
    """Give the names in what a module is as a whole: one, or an object of them."""
    objects = value[tree.is_a(value, ("object",))]
    inner = tree.of("shorthand_property_identifier", "pair", "method_definition")
    inner = inner[member(tree.parent[inner], objects)]
    short = tree.is_a(inner, ("shorthand_property_identifier",))
    pairs = tree.child(inner[~short], "value")
    return [value[tree.is_a(value, ("identifier",))], inner[short], pairs[tree.is_a(pairs, ("identifier",))]]
