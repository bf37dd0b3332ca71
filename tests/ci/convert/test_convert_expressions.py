"""GitHub's expressions, and what they mean here."""

from __future__ import annotations

import pytest

from codestrata.ci.convert.github.meaning import Known, Names, Ours, Unknown, meaning, truth_of

NAMES = Names(
    matrix={"os": "os", "build.name": "build_name"}, env={"A": "1", "B": "${{ matrix.os }}"}, inputs={"x": "x"}
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("matrix.os", Ours("matrix.os")),
        ("matrix.build.name", Ours("matrix.build_name")),
        ("matrix['os'] == 'Linux'", Ours('matrix.os == "Linux"', truth=True)),
        ("matrix.none", Known(None)),
        ("env.A", Known("1")),
        ("env.B", Ours("matrix.os")),
        ("inputs.x", Ours("params.x")),
        ("github.event.inputs.x", Ours("params.x")),
        ("runner.os == 'linux'", Known(value=True)),
        ("runner.os != 'Linux' && secrets.X", Known(value=False)),
        ("github.event_name == 'push' || github.actor == 'x'", Known(value=True)),
        ("hashFiles('a', '**/b')", Ours('hash("a", "**/b")')),
        ("format('{0}-{1}', 'a', 2)", Known("a-2")),
        ("contains(matrix.os, 'UBUNTU')", Ours('contains(lower(matrix.os), "ubuntu")', truth=True)),
        ("startsWith('abc', 'AB')", Known(value=True)),
        ("success() && matrix.os == 'a'", Ours('(success()) and (matrix.os == "a")', truth=True)),
        ("!failure()", Ours("not (failure())", truth=True)),
        ("1 < 2", Known(value=True)),
        ("0x10 == 16", Known(value=True)),
        ("'it''s'", Known("it's")),
        ("true && 'a' || 'b'", Known("a")),
    ],
)
def test_what_is_known_or_ours(text: str, expected: object) -> None:
    """What is the same in every run is worked out, what a room knows is translated."""
    assert meaning(text, NAMES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "secrets.X",
        "github.token",
        "steps.a.outputs.b",
        "needs.a.outputs.b",
        "fromJSON('[]')[0]",
        "github.sha",
        "a b",
        "(",
        "''' ",
        "matrix.os || 'x'",
        "env.NONE",
        "matrix[matrix.os]",
        "format('{0}', matrix.os)",
        "((" * 50,
        "x" * 30_000,
    ],
)
def test_what_is_not_known_says_why(text: str) -> None:
    """Everything else is unknown, with a reason, and never an error."""
    found = meaning(text, NAMES)
    assert isinstance(found, Unknown)
    assert found.why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("matrix.os && true", Ours('matrix.os not in ["", "false"]', truth=True)),
        ("matrix.os || env.A", Known(value=True)),
        ("!matrix.os", Ours('not (matrix.os not in ["", "false"])', truth=True)),
        ("''", Known(value=False)),
    ],
)
def test_truth(text: str, expected: object) -> None:
    """Where only truth counts, values count as true as they do there."""
    assert truth_of(text, NAMES) == expected
