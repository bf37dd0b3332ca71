"""Changing one setting in the text of a recipe."""

from __future__ import annotations

import pytest
import yaml

from codestrata.workspace.dataset.edit import changed

TEXTS = (
    "a: 1\nb: {c: 2}   # x\nd:\n  e: 3  # y\n\n# end\n",
    "a: 1\nd:\n  e: [1,\n   2]\nq:",
    "d: # nothing\na: |\n  text\n  more\nz: 1",
    "{a: 1, d: {e: 2}}\n",
    'b: "quoted # no comment"  # comment\n',
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        (["d", "e"], "777", 777),
        (["d", "f"], "x: y", "x: y"),
        (["n", "m"], "a word", "a word"),
        (["a"], "[C, Python]", ["C", "Python"]),
        (["n", "m", "o"], "-1.5", -1.5),
    ],
)
def test_one_value_changes(text: str, key: list[str], value: str, meant: object) -> None:
    """Read again, the file says the new value and everything else as before; no comment is lost."""
    made = changed(text, key, value)
    before, after = yaml.safe_load(text), yaml.safe_load(made)
    inner, other = after, before
    for name in key[:-1]:
        inner = inner[name]
        other = (other or {}).get(name) or {}
        assert {k: v for k, v in inner.items() if k != key[-1]} == {k: v for k, v in other.items() if k != key[-1]} or (
            len(key) > 2
        )
    assert inner[key[-1]] == meant
    assert {k: v for k, v in after.items() if k != key[0]} == {k: v for k, v in before.items() if k != key[0]}
    assert [part for part in made.split() if part.startswith("#")] == [p for p in text.split() if p.startswith("#")]
