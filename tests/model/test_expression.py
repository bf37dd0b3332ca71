"""Parsing licence expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.model.expression import Node, Tree, With, parse

IDS = st.sampled_from(["MIT", "Apache-2.0", "GPL-2.0-only", "LicenseRef-x.y", "DocumentRef-a:LicenseRef-b", "0BSD"])
LEAVES = IDS | st.builds(With, IDS, IDS)
SIDES = st.lists(LEAVES, min_size=1, max_size=4)


def trees(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Give AND and OR over other trees."""
    sides = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.builds(Node, st.sampled_from(["AND", "OR"]), sides)


def written(tree: Tree, spell: st.DrawFn) -> str:
    """Write a tree, with parentheses around every inner AND and OR, operators in any case, and odd spaces."""
    if isinstance(tree, With):
        return f"{tree.licence} {spell(st.sampled_from(['WITH', 'with']))} {tree.exception}"
    if isinstance(tree, str):
        return spell(st.sampled_from([tree, f"({tree})", f" ( {tree} ) "]))
    operator = spell(st.sampled_from([tree.operator, tree.operator.lower(), tree.operator.title()]))
    sides = [f"({written(s, spell)})" if isinstance(s, Node) else written(s, spell) for s in tree.sides]
    return f" {operator}  ".join(sides)


@given(st.data(), st.recursive(LEAVES, trees, max_leaves=12))
def test_what_is_written_is_read(data, tree):
    """A tree comes back from its text, whatever its spelling."""
    assert parse(written(tree, data.draw)) == tree


@given(st.lists(SIDES, min_size=1, max_size=4))
def test_and_binds_stronger_than_or(groups):
    """Without parentheses an expression is an OR of ANDs, and WITH is stronger than both."""
    told = [[f"{one.licence} WITH {one.exception}" if isinstance(one, With) else one for one in g] for g in groups]
    sides = [group[0] if len(group) == 1 else Node("AND", tuple(group)) for group in groups]
    want = sides[0] if len(sides) == 1 else Node("OR", tuple(sides))
    assert parse(" OR ".join(" AND ".join(group) for group in told)) == want


@pytest.mark.parametrize(
    "text", ["MIT MIT", "(MIT", "MIT)", "()", "AND", "MIT WITH", "WITH MIT", "MIT OR AND MIT", "("]
)
def test_what_is_no_expression_is_refused(text):
    """Nothing is guessed."""
    with pytest.raises((ValueError, LookupError)):
        parse(text)
