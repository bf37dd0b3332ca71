"""Reading order: what a file needs stands before it, circles aside, and what says what a repository is stands first."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.export.order.graph import ordered, parts
from codestrata.export.order.reading import File, groups
from codestrata.model.graph import components

GRAPHS = st.integers(1, 12).flatmap(
    lambda n: st.dictionaries(st.integers(0, n - 1), st.sets(st.integers(0, n - 1), max_size=4)).map(lambda g: (n, g))
)


def reach(graph: Mapping[int, set[int]], start: int) -> set[int]:
    """Give what can be reached."""
    seen, left = set(), [start]
    while left:
        for node in graph.get(left.pop(), ()):
            if node not in seen:
                seen.add(node)
                left.append(node)
    return seen


@settings(deadline=None)
@given(GRAPHS)
def test_needs_stand_before(case: tuple[int, dict[int, set[int]]]) -> None:
    """Every node is there once, and after all it needs that does not need it in turn."""
    count, graph = case
    found = ordered(range(count), graph)
    assert sorted(found) == list(range(count))
    place = {node: i for i, node in enumerate(found)}
    for node, needs in graph.items():
        for need in needs:
            if node != need and node not in reach(graph, need):
                assert place[need] < place[node]


@settings(deadline=None)
@given(GRAPHS)
def test_parts_are_connected(case: tuple[int, dict[int, set[int]]]) -> None:
    """Parts are disjoint, cover everything, and no edge leads out of one."""
    count, graph = case
    found = parts(range(count), graph)
    assert sorted(node for part in found for node in part) == list(range(count))
    home = {node: i for i, part in enumerate(found) for node in part}
    assert all(home[a] == home[b] for a, needs in graph.items() for b in needs)
    assert len(found) >= len({min(part) for part in found})


def test_a_circle_is_broken_at_the_fewest_needs() -> None:
    """In a circle the file with the fewest needs missing comes first, of equals the first by path."""
    circle = {0: {1, 2}, 1: {2}, 2: {0, 1}}
    assert ordered(range(3), circle) == [1, 0, 2] or ordered(range(3), circle)[0] == 1
    assert len(components([0, 1, 2], circle)) == 1


def test_a_circle_puts_nothing_else_out_of_order() -> None:
    """What a circle needs comes before all of it, what needs it after all of it."""
    graph = {1: {2, 0}, 2: {1}, 3: {1}}
    assert ordered(range(4), graph)[0] == 0
    assert ordered(range(4), graph)[-1] == 3


def names(files: list[File], found: list[list[int]]) -> list[list[str]]:
    """Give the groups by path."""
    return [[files[i].path.decode() for i in group] for group in found]


def listed(*files: tuple[str, str]) -> list[File]:
    """Make files of paths and languages, in the order of the paths; what lies below tests/ is a test."""
    return [File(path.encode(), path.startswith("tests/"), language) for path, language in sorted(files)]


def test_what_stands_where() -> None:
    """README and build files first, then code by imports, then single files: code, prose, data; tests at the end."""
    files = listed(
        ("README.md", "Markdown"),
        ("pyproject.toml", "TOML"),
        ("docs/guide.md", "Markdown"),
        ("data.json", "JSON"),
        ("pkg/a.py", "Python"),
        ("pkg/b.py", "Python"),
        ("pkg/lonely.py", "Python"),
        ("pkg/README.md", "Markdown"),
        ("tests/test_a.py", "Python"),
    )
    number = {file.path: i for i, file in enumerate(files)}
    needs = {number[b"pkg/a.py"]: {number[b"pkg/b.py"]}, number[b"tests/test_a.py"]: {number[b"pkg/a.py"]}}
    assert names(files, groups(files, needs)) == [
        ["README.md", "pyproject.toml"],
        ["pkg/b.py", "pkg/a.py"],
        ["pkg/lonely.py"],
        ["docs/guide.md"],
        ["pkg/README.md"],
        ["data.json"],
        ["tests/test_a.py"],
    ]


def test_a_package_of_go_is_one() -> None:
    """Who imports one file of a Go package comes after all of them, and they stay together without any import."""
    files = listed(("a/one.go", "Go"), ("a/two.go", "Go"), ("b/user.go", "Go"), ("c/x.go", "Go"), ("c/y.go", "Go"))
    found = names(files, groups(files, {2: {0}}))
    assert found == [["a/one.go", "a/two.go", "b/user.go"], ["c/x.go", "c/y.go"]]
