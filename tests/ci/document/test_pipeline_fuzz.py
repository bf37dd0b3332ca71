"""Whatever a file holds: there is a plan or there are clean problems, in bounded time; never anything else."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.ci.compile import compiler
from codestrata.ci.document import Problem
from codestrata.ci.forms.kinds import Condition, Number, OneOf, Text, Truth
from codestrata.ci.forms.measures import Cron, Duration, Size
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.forms.shapes import Either, ListOf, MapOf, Record
from codestrata.ci.forms.stages import STAGED
from codestrata.ci.forms.tools import ToolName
from codestrata.ci.plan import Plan

FUZZ = settings(deadline=None, max_examples=150)


def outcome(data: bytes) -> Plan | tuple[Problem, ...]:
    """Compile bytes; check what every result keeps to."""
    started = time.monotonic()
    found = compiler.compiled(data, "p.yaml", None, {}, lenient=True)
    assert time.monotonic() - started < 10
    for one in found.problems:
        assert one.line >= 1
        assert one.column >= 1
        assert one.code
        assert "\n" not in one.message
        assert str(one).startswith("p.yaml:")
    if found.plan is None:
        assert found.errors
        return found.problems
    again = Plan.of_json(msgspec.json.decode(msgspec.json.encode(found.plan)))
    assert again.hash == found.plan.hash
    assert again == found.plan
    return found.plan


TOKENS = st.sampled_from(
    [
        "jobs",
        "steps",
        "run",
        ":",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "<<: *a",
        "|",
        ">",
        "'",
        '"',
        "${{",
        "}}",
        "#",
        "\t",
        "---\n",
        "...",
        "!!int ",
        "!x ",
        "?",
        "%YAML 1.2\n",
        "a",
        "1",
        "~",
        "stages",
        "\x00",
    ]
)


@FUZZ
@given(st.lists(TOKENS, max_size=40).map("".join))
def test_any_text_is_read_or_told_of(text):
    """Any text is read or told of."""
    outcome(text.encode())


@FUZZ
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_told_of(data):
    """Any bytes are read or told of."""
    outcome(b"jobs: {a: {steps: [x]}}\n" + data)


WORDS = [
    "a",
    "b",
    "test",
    "x y",
    "",
    "success()",
    "params.a",
    "${{ repo.name }}",
    "${{ matrix.a }}",
    "10m",
    "1GiB",
    "${{ x",
]
JUNK: Any = st.sampled_from(
    [*WORDS, True, False, None, 0, 1, 3, 2.5, -1, 10**30, "0 3 * * *", ["a"], {"a": "b"}, [], {}]
)


GOOD: dict[type, Any] = {
    Truth: st.booleans(),
    Number: st.integers(1, 3),
    Duration: st.sampled_from([5, "10m", "1h30m", 0.5]),
    Size: st.sampled_from([1024, "2GiB", "500MB"]),
    Cron: st.just("0 3 * * 1-5"),
    ToolName: st.sampled_from(["tool/clippy", "ruff", "tool/ruff@0.1"]),
    Condition: st.sampled_from(["success()", "failure() or always()", "params.a == 'b'", "count(tests) > 0"]),
    Text: st.sampled_from(["a", "b", "echo ${{ matrix.a }} '${{ repo.name }}'", "${{ hash('x') }}", "src/*.py"]) | JUNK,
}
NAMES = st.sampled_from(["a", "b", "c"])


def fitting(kind: Any) -> Any:
    """Give values that fit a kind, most of the time."""
    match kind:
        case OneOf():
            return st.sampled_from(list(kind.words))
        case ListOf():
            return st.lists(fitting(kind.of), max_size=2)
        case MapOf():
            return st.dictionaries(NAMES, fitting(kind.of), max_size=2)
        case Either():
            return fitting(kind.table) | fitting(kind.other)
        case Record():
            return st.deferred(lambda: record(kind))
    return GOOD[type(kind)]


def record(kind: Record) -> Any:
    """Give maps with some of the keys, and those that are required."""
    musts = [key for key, one in kind.keys.items() if one.required] + list((kind.one_of or kind.some_of)[:1])
    mays = [key for key in kind.keys if key not in musts]
    keys = st.lists(st.sampled_from(mays), max_size=3, unique=True) if mays else st.just([])
    return keys.flatmap(
        lambda some: st.fixed_dictionaries({key: fitting(kind.keys[key].kind) for key in [*musts, *some]})
    )


@FUZZ
@given(st.sampled_from([PIPELINE, STAGED]).flatmap(record))
def test_files_made_from_the_tables_compile_or_are_told_of(tree):
    """Files made from the tables compile or are told of."""
    outcome(yaml.safe_dump(tree).encode())


@FUZZ
@given(
    st.recursive(
        JUNK,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["jobs", "a", "steps", "run", "if", "matrix", "include", "env", "on", "with", "columns"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_tree_is_read_or_told_of(tree):
    """Any tree is read or told of."""
    outcome(yaml.safe_dump({"jobs": {"a": tree}} if isinstance(tree, dict) else tree).encode())
