"""Visibility: which definitions are there for others, by the rules and conventions of each language."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from codestrata.analyze.syntax.outline.defined import FUNCTIONS, TYPES, Definitions
from codestrata.analyze.syntax.outline.exports import declared, exported
from codestrata.analyze.syntax.outline.pieces import capital, heads
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.numbers import member

_DECLARATIONS = ("lexical_declaration", "variable_declaration")


def public(tree: Tree, found: Definitions) -> Bools:
    """Say which definitions are visible outside their module; what a function defines inside itself never is."""
    own = _RULES[tree.nodes.loaded.grammar.name](tree, found)
    open_, inner = ~found.are(FUNCTIONS), found.parent >= 0
    seen = own
    while True:  # one level deeper each time
        before, seen = seen, own & (~inner | (seen & open_)[found.parent])
        if np.array_equal(before, seen):
            return seen & ~found.are(("impl",))


def _having(tree: Tree, nodes: Ints, marks: Ints, text: bytes) -> Bools:
    """Say which of some nodes have one of some marks that reads so."""
    marks = marks[tree.end[marks] - tree.start[marks] == len(text)]
    return tree.having(nodes, marks[tree.starts_with(marks, text)])


def _python(tree: Tree, found: Definitions) -> Bools:
    """Names without a leading underscore, special names; at the top level ``__all__``, where there is one."""
    own: Bools = heads(found.named) != ord("_")
    hidden = np.flatnonzero(~own)
    own[hidden] = [name[:2] == "__" == name[-2:] for name in map(found.names.__getitem__, hidden.tolist())]
    listed = declared(tree)
    if listed:
        files = tree.nodes.files(found.node)
        for i in np.flatnonzero((found.parent < 0) & member(files, np.array(list(listed), np.int64))).tolist():
            own[i] = found.names[i] in listed[int(files[i])]
    return own


def _rust(tree: Tree, found: Definitions) -> Bools:
    """``pub`` without a restriction, exported macros, what is in a trait or in an impl of one."""
    own = _having(tree, found.node, tree.of("visibility_modifier"), b"pub")
    impls, of_trait = found.are(("impl",)), np.zeros(len(found) + 1, np.bool_)
    places = np.flatnonzero(impls)
    of_trait[places] = tree.child(found.node[places], "trait") >= 0
    open_ = impls | found.inside(("trait",)) | of_trait[found.parent]
    macros = np.flatnonzero(found.are(("macro",)) & ~open_)
    own[macros] = ["macro_export" in text for text in tree.texts(tree.previous(found.node[macros]))]
    return np.asarray(own | open_)


def _go(tree: Tree, found: Definitions) -> Bools:
    """Names with a capital, of types with a capital."""
    del tree
    unowned: Bools = np.diff(found.owned.offsets) == 0
    return capital(found.named) & (capital(found.owned) | unowned)


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
    marks = tree.of("storage_class_specifier")
    both = np.concatenate((found.node, tree.above(found.node)))
    statics = _having(tree, both, marks, b"static").reshape(2, -1).any(axis=0)
    own: Bools = (heads(found.named) != ord("_")) & (~statics | found.inside(TYPES))
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
    top, owned = found.parent < 0, np.diff(found.owned.offsets) > 0
    declared_ = tree.is_a(found.outer, ("ambient_declaration",))
    own = _exports(tree, found) | (~top & declared_[found.parent])
    own = np.where(found.inside(TYPES), ~_closed(tree, found), own)
    names, files = exported(tree), tree.nodes.files(found.node)
    asked = np.concatenate((files[top & owned], np.array(list(names), np.int64)))
    named: set[tuple[int, str]] = set()
    for i in np.flatnonzero(top & member(files, asked)).tolist():
        file, name = int(files[i]), found.names[i]
        listed = names.get(file, frozenset())
        if owned[i]:
            owner = found.owners[i].partition(".")[0]
            own[i] = name[:1] != "_" and (owner in listed or (file, owner) in named)
        else:
            own[i] |= name in listed
        if own[i]:
            named.add((file, name))
    return own


def _exports(tree: Tree, found: Definitions) -> Bools:
    """Say which definitions stand in an export statement, at most three levels down, or are declared."""
    here, said = found.node, np.zeros(len(found), np.bool_)
    exports, passed = tree.among(("export_statement", "ambient_declaration")), tree.among(_DECLARATIONS)
    for _ in range(3):
        here = tree.above(here)
        kind = tree.kind[here]
        said |= exports[kind] & (here >= 0)
        here = np.where(passed[kind], here, -1)
    return said


def _closed(tree: Tree, found: Definitions) -> Bools:
    own: Bools = heads(found.named) == ord("#")
    marks = tree.of("accessibility_modifier")
    if not len(marks):
        return own
    marks = marks[np.array([text in {"private", "protected"} for text in tree.texts(marks)], np.bool_)]
    return tree.having(found.node, marks) | own


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
