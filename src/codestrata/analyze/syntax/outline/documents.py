"""Documentation of definitions: comments in front of them, or the first string in them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.forms import FORMS, Form
from codestrata.analyze.syntax.outline.tree import COMMENTS, Bools, Ints, Tree, among
from codestrata.kernels.library import library
from codestrata.kernels.nodes.documents import COMMENT, LEADING, documented, marks


def documents(tree: Tree, form: Form, found: Definitions) -> tuple[Ints, Ints, Ints]:
    """Give where each definition begins (with what leads it), and first and last byte of its documentation, or -1."""
    if form.docstrings:
        return tree.start[found.outer], *_docstrings(tree, found)
    native = library()
    if native is not None:
        what, marked, numbers = _asked(tree.nodes.loaded.grammar.name)
        some = tree.nodes.of_numbers(*numbers)
        return documented(native, tree.laid, found.outer, some, what, marked)
    begin = tree.start[found.outer]
    comments, leads = _in_front(tree, form)
    if not len(comments):
        return begin, *np.full((2, len(found)), -1, np.int64)
    top, bottom = _runs(tree, comments, found.outer)
    document, lead = comments[~leads], comments[leads]
    first, last = _between(document, comments[top], comments[bottom], bottom >= 0)
    start = np.where(first >= 0, tree.start[first], -1)
    stop = np.where(last >= 0, _stripped(tree, last), -1)
    first, _ = _between(lead, comments[top], comments[bottom], bottom >= 0)
    return np.where(first >= 0, tree.start[first], begin), start, stop


@lru_cache(maxsize=16)
def _asked(grammar: str) -> tuple[NDArray[np.uint8], NDArray[np.int32], tuple[int, ...]]:
    """Give what the kernel takes: what kinds are, how comments start, and the numbers of these kinds."""
    form, what = FORMS[grammar], np.zeros(1 << 16, np.uint8)
    what[among(grammar, COMMENTS)] = COMMENT
    what[among(grammar, tuple(form.leading))] = LEADING
    return what, marks(form.documents, form.no_documents), tuple(np.flatnonzero(what).tolist())


def _docstrings(tree: Tree, found: Definitions) -> tuple[Ints, Ints]:
    statement = tree.first_part(np.where(found.scope, found.body, -1))
    inner = np.where(tree.is_a(statement, ("expression_statement",)), tree.first_part(statement), -1)
    inner = np.where(tree.is_a(inner, ("string", "concatenated_string")), inner, -1)
    return np.where(inner >= 0, tree.start[inner], -1), np.where(inner >= 0, tree.end[inner], -1)


def _in_front(tree: Tree, form: Form) -> tuple[Ints, Bools]:
    """Give what may belong to a definition below it, in order: comments that document, and (second) what leads it."""
    leading = tree.among(form.leading)
    nodes = tree.of(*COMMENTS, *form.leading)
    leads = leading[tree.kind[nodes]]
    kept = leads | tree.starts_with(nodes, *form.documents)
    nodes, leads = nodes[kept], leads[kept]
    kept = leads | ~tree.starts_with(nodes, *form.no_documents)
    nodes, leads = nodes[kept], leads[kept]
    before = tree.previous(nodes)
    ended = np.where(before >= 0, tree.end[before] - 1, tree.start[tree.parent[nodes]])
    # what stands behind something in its line speaks of that; the first of a file stands behind nothing
    apart = (tree.line_numbers(ended) < tree.line_numbers(tree.start[nodes])) | (
        (before < 0) & (tree.parent[tree.parent[nodes]] < 0)
    )
    kept = leads | apart
    return nodes[kept], leads[kept]


def _runs(tree: Tree, comments: Ints, outer: Ints) -> tuple[Ints, Ints]:
    """Give the first and last place in comments of the run in front of each definition; -1 for none.

    In a run each is the sibling before the next, with no empty line between.
    """
    last_line = tree.line_numbers(tree.end[comments] - 1)
    first_line = tree.line_numbers(tree.start[comments])
    joined = (tree.after[comments[:-1]] == comments[1:]) & (first_line[1:] - last_line[:-1] <= 1)
    place = np.arange(len(comments))
    top = np.maximum.accumulate(np.where(np.append([True], ~joined), place, 0))
    before = tree.previous(outer)
    bottom = np.minimum(np.searchsorted(comments, before), len(comments) - 1)
    near = tree.line_numbers(tree.start[outer]) - last_line[bottom] <= 1
    known = (before >= 0) & (comments[bottom] == before) & near
    return np.where(known, top[bottom], -1), np.where(known, bottom, -1)


def _between(nodes: Ints, top: Ints, bottom: Ints, known: Bools) -> tuple[Ints, Ints]:
    """Give the first and last of some nodes from top to bottom, or -1."""
    if not len(nodes):
        return np.full(len(top), -1, np.int64), np.full(len(top), -1, np.int64)
    first = nodes[np.minimum(np.searchsorted(nodes, top), len(nodes) - 1)]
    last = nodes[np.searchsorted(nodes, bottom, side="right") - 1]
    known = known & (first >= top) & (first <= bottom)
    return np.where(known, first, -1), np.where(known, last, -1)


def _stripped(tree: Tree, nodes: Ints) -> Ints:
    """Give the ends of comments without the line's end."""
    arena, end = tree.nodes.arena, tree.end[nodes]
    end = end - (arena[end - 1] == ord("\n"))
    return np.asarray(end - (arena[end - 1] == ord("\r")))
