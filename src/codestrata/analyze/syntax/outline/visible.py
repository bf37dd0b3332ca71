"""Visibility: which definitions are there for others, by the rules and conventions of each language."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from codestrata.analyze.syntax.outline.defined import FUNCTIONS, TYPES, Definitions
from codestrata.analyze.syntax.outline.exports import declared, exported
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree


def public(tree: Tree, found: Definitions) -> Bools:
    """Say which definitions are visible outside their module; what a function defines inside itself never is."""
    own = _RULES[tree.nodes.loaded.grammar.name](tree, found)
    open_, inner = ~found.are(FUNCTIONS), found.parent >= 0
    seen = own
    while True:  # one level deeper each time
        before, seen = seen, own & (~inner | (seen & open_)[found.parent])
        if np.array_equal(before, seen):
            return seen & ~found.are(("impl",))


def _has(tree: Tree, nodes: Ints, mark: str, text: bytes) -> Bools:
    """Say which of some nodes have a child of a kind that reads so."""
    marks = tree.of(mark)
    marks = marks[tree.end[marks] - tree.start[marks] == len(text)]
    marks = marks[np.array([tree.text(i).encode() == text for i in marks.tolist()], np.bool_)]
    return tree.having(nodes, marks)


def _python(tree: Tree, found: Definitions) -> Bools:
    """Names without a leading underscore, special names; at the top level ``__all__``, where there is one."""
    own = np.array([n[:1] != "_" or (n[:2] == "__" == n[-2:]) for n in found.names], np.bool_)
    listed = declared(tree)
    if listed:
        files = tree.nodes.files(found.node).tolist()
        for i in np.flatnonzero(found.parent < 0).tolist():
            if files[i] in listed:
                own[i] = found.names[i] in listed[files[i]]
    return own


def _rust(tree: Tree, found: Definitions) -> Bools:
    """``pub`` without a restriction, exported macros, what is in a trait or in an impl of one."""
    own = _has(tree, found.node, "visibility_modifier", b"pub")
    of_trait = tree.child(found.node, "trait") >= 0
    before = tree.previous(found.node).tolist()
    open_ = found.are(("impl",)) | found.inside(("trait",)) | ((found.parent >= 0) & of_trait[found.parent])
    for i in np.flatnonzero(found.are(("macro",)) & ~open_).tolist():
        own[i] = "macro_export" in tree.text(before[i])
    return own | open_


def _go(tree: Tree, found: Definitions) -> Bools:
    """Names with a capital, of types with a capital."""
    del tree
    pairs = zip(found.names, found.owners, strict=True)
    return np.array([n[:1].isupper() and (not o or o[:1].isupper()) for n, o in pairs], np.bool_)


def _java(tree: Tree, found: Definitions) -> Bools:
    """``public``, or a member of an interface that is not private."""
    said = {}
    for word in ("public", "private"):
        tokens = tree.words(word)
        tokens = tokens[tree.is_a(tree.above(tokens), ("modifiers",))]
        modifiers = tree.above(tokens)
        said[word] = tree.having(found.node, modifiers) | tree.having(tree.above(found.node), modifiers)
    return said["public"] | (found.inside(("interface",)) & ~said["private"])


def _c(tree: Tree, found: Definitions) -> Bools:
    """All but static functions and variables, and names with a leading underscore."""
    statics = _has(tree, tree.above(found.node), "storage_class_specifier", b"static")
    statics |= _has(tree, found.node, "storage_class_specifier", b"static")
    own = np.array([name[:1] != "_" for name in found.names], np.bool_) & (~statics | found.inside(TYPES))
    unnamed = tree.of("namespace_definition")
    unnamed = unnamed[tree.child(unnamed, "name") < 0]
    return own & access(tree, found.outer) & (tree.holders(unnamed, found.node) < 0)


def access(tree: Tree, nodes: Ints) -> Bools:
    """Say which members are open by the access specifier above them (C++): the default of classes alone is not."""
    above = tree.above(nodes)
    inside = tree.is_a(above, ("field_declaration_list",))
    own = ~(inside & tree.is_a(tree.above(above), ("class_specifier",)))
    marks = tree.of("access_specifier")
    marks = marks[tree.is_a(tree.above(marks), ("field_declaration_list",))]
    if not len(marks):
        return own
    count = len(tree.kind)
    order = np.argsort(tree.parent[marks] * count + marks)
    marks = marks[order]
    keys = tree.parent[marks] * count + marks
    place = np.searchsorted(keys, above * count + nodes) - 1
    said = (place >= 0) & (tree.parent[marks[place]] == above) & inside
    opens = np.array([text.startswith("public") for text in tree.texts(marks)], np.bool_)
    return np.where(said, opens[place], own)


def _script(tree: Tree, found: Definitions) -> Bools:
    """What is exported, and the members of it that are not private."""
    own, names = np.zeros(len(found), np.bool_), exported(tree)
    files = tree.nodes.files(found.node).tolist()
    directly = _exports(tree, found)
    closed, declared_ = _closed(tree, found), tree.is_a(found.outer, ("ambient_declaration",))
    named: set[tuple[int, str]] = set()
    inner = found.inside(TYPES).tolist()
    for i, parent in enumerate(found.parent.tolist()):
        listed, name = names.get(files[i], frozenset()), found.names[i]
        if inner[i]:
            own[i] = not closed[i]
        elif found.owners[i] and parent < 0:
            owner = found.owners[i].partition(".")[0]
            own[i] = name[:1] != "_" and (owner in listed or (files[i], owner) in named)
        else:
            own[i] = directly[i] or (name in listed if parent < 0 else declared_[parent])
        if own[i] and parent < 0:
            named.add((files[i], name))
    return own


def _exports(tree: Tree, found: Definitions) -> Bools:
    """Say which definitions stand in an export statement, at most three levels down, or are declared."""
    here, said = found.node, np.zeros(len(found), np.bool_)
    for _ in range(3):
        here = tree.above(here)
        said |= tree.is_a(here, ("export_statement", "ambient_declaration"))
        here = np.where(tree.is_a(here, ("lexical_declaration", "variable_declaration")) | said, here, -1)
    return said


def _closed(tree: Tree, found: Definitions) -> Bools:
    marks = tree.of("accessibility_modifier")
    marks = marks[np.array([text in {"private", "protected"} for text in tree.texts(marks)], np.bool_)]
    private = tree.having(found.node, marks)
    return private | np.array([name[:1] == "#" for name in found.names], np.bool_)


_RULES: dict[str, Callable[[Tree, Definitions], Bools]] = {
    "python": _python,
    "rust": _rust,
    "go": _go,
    "java": _java,
    "c": _c,
    "cpp": _c,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
}
