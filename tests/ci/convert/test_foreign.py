"""What others write: YAML with lines, and shell scripts."""

from __future__ import annotations

import pytest

from codestrata.ci.foreign import scripts
from codestrata.ci.foreign.commands import TABLE
from codestrata.ci.foreign.values import read
from codestrata.errors import InvalidInput


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.example)
def test_each_row_of_the_table_is_reached(row: object) -> None:
    """The example beside a pattern is judged as its row says: no row before it takes it away."""
    assert scripts.judged(row.example) == (row.kind, row.registries)


@pytest.mark.parametrize(
    ("script", "kind", "registries"),
    [
        ("yarn", "fetch", ("npm",)),
        ("yarn test", "test", ()),
        ("sudo -E env A=1 xvfb-run -a pytest -q", "test", ()),
        ("uv run --locked pytest", "test", ("pypi",)),
        ("make", "build", ()),
        ("make -C src test", "test", ()),
        ("npm ci && npm test", "test", ("npm",)),
        ("npm config set x y", "", ()),
        ("echo pytest", "", ()),
        ("latest", "", ()),
        ("pytest --version", "", ()),
        ("if true; then go test ./...; fi", "test", ()),
        ("apt-get install x \\\n  y\n", "system", ()),
    ],
)
def test_what_a_script_is_for(script: str, kind: str, registries: tuple[str, ...]) -> None:
    """Wrappers, assignments and continued lines are seen through; words that only look alike are not taken."""
    assert (scripts.kind(script), scripts.registries(script)) == (kind, registries)


def test_taking_lines_out_leaves_a_script() -> None:
    """Only whole lines go, with what continues them; the rest and its line numbers stay."""
    script = "a\nif x; then\n  sudo apt-get install \\\n    y\nfi\nb"
    left, gone = scripts.without(script, frozenset({"system"}))
    assert gone == [(3, "sudo apt-get install y")]
    assert left.split("\n") == ["a", "if x; then", "  : # left out: sudo apt-get install y", "", "fi", "b"]


def test_values_know_their_lines() -> None:
    """Lines, the core schema's words, anchors, merges, tags."""
    value = read("on: push\nx: &x {a: 1, b: no}\ny:\n  <<: *x\n  b: 3.10\nz: !reference [p, q]\n")
    assert (value.get("on").text, value.get("x").line, value.get("y").get("b").line) == ("push", 2, 5)
    assert [value.get("y").get(k).text for k in ("a", "b")] == ["1", "3.1"]
    assert value.get("x").get("b").text == "no"
    assert value.get("z").tag == "!reference"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "x.yml:2"),
        ("a: *b", "no anchor"),
        ("a: &a [*a]", "no anchor"),
        ("[" * 100 + "]" * 100, "nested"),
        ("a: \x01", "x.yml"),
        ("a: 1" * 2**19, "MiB"),
        (
            "\n".join(
                [
                    "a0: &a0 [x, x, x, x, x, x, x, x, x]",
                    *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)),
                ]
            ),
            "values",
        ),
    ],
)
def test_hostile_yaml_is_an_error_of_ours(text: str, said: str) -> None:
    """Unclosed, cyclic, too deep, too long, laughing: refused at once, with the place."""
    with pytest.raises(InvalidInput, match=said):
        read(text, "x.yml")
