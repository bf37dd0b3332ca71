"""Expressions: what they mean, what is refused before anything runs, and that evaluation always ends with a value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.ci.expressions import (
    ExpressionError,
    Scope,
    State,
    Surroundings,
    Template,
    Type,
    column_values,
    columns,
    conditions,
    parse,
)
from codestrata.ci.plan import ColumnPlan
from codestrata.ci.records import Coverage, Finding, JobResult, Metric, Results, StepResult
from codestrata.ci.records import TestCase as Case
from codestrata.model.result import ResultClass

RESULTS = Results(
    jobs=[
        JobResult("test (a=1)", "test", ResultClass.PASSED, wall=2.0),
        JobResult("test (a=2)", "test", ResultClass.TIMEOUT, wall=3.0, attempts=2),
        JobResult("lint", "lint", ResultClass.PASSED, wall=1.0),
    ],
    steps=[
        StepResult("lint", 0, "run", ResultClass.FAILED, code=3, attempt=1),
        StepResult("lint", 0, "run", ResultClass.PASSED, code=0, attempt=2),
    ],
    findings=[
        Finding("clippy", "r1", "warning", "m", path="a.rs"),
        Finding("clippy", "r1", "error", "m", path="b.rs"),
        Finding("ruff", "E1", "note", "m", path="b.rs"),
    ],
    tests=[
        Case("s", "one", "passed", 1.0, repeat=1),
        Case("s", "one", "failed", 3.0, repeat=2),
        Case("s", "two", "passed", 2.0, repeat=1),
    ],
    coverage=[Coverage("a.rs", 8, 4), Coverage("b.rs", 2, 2)],
    metrics=[Metric("size", 7.5)],
)

VALUES = [
    ("1 + 2 * 3", "int", 7),
    ("(1 + 2) * 3", "int", 9),
    ("7 / 2", "float", 3.5),
    ("7 / 0", "float", 0.0),
    ("-3 + 1", "int", -2),
    ("'a' + \"b\"", "str", "ab"),
    ("9223372036854775807 + 1", "int", 2**63 - 1),
    ("1 < 2 and not 2 <= 1", "bool", True),
    ("true && !false || false", "bool", True),
    ("3 in [1, 2]", "bool", False),
    ("'a' not in ['b', 'c']", "bool", True),
    ("[4, 5][1]", "int", 5),
    ("[4, 5][7]", "int", 0),
    ("contains('abc', 'b') and starts_with('abc', 'a') and ends_with('abc', 'c')", "bool", True),
    ("len(lower('ABC'))", "int", 3),
    ("count(findings)", "int", 3),
    ('count(findings, tool == "clippy" and level == "warning")', "int", 1),
    ("distinct(findings, path)", "int", 2),
    ("distinct(findings, path, tool == 'clippy')", "int", 2),
    ("sum(tests, seconds)", "float", 6.0),
    ("min(tests, seconds)", "float", 1.0),
    ("max(tests, seconds, status == 'passed')", "float", 2.0),
    ("mean(tests, seconds)", "float", 2.0),
    ("mean(tests, seconds, name == 'none')", "float", -1.0),
    ("min(tests, suite, name == 'none')", "str", ""),
    ("any(tests, status == 'failed')", "bool", True),
    ("all(tests, status == 'passed')", "bool", False),
    ("flaky(tests)", "int", 1),
    ('job("lint").passed', "bool", True),
    ('job("test").result', "str", "timeout"),
    ('job("test (a=1)").result', "str", "passed"),
    ('job("test").seconds', "float", 5.0),
    ('job("none").result', "str", "skipped"),
    ('step("lint", "run").code', "int", 0),
    ('metric("size")', "float", 7.5),
    ('metric("none", 2)', "float", 2.0),
    ("coverage()", "float", 0.6),
    ("repo.stars > 10", "bool", True),
]


@pytest.mark.parametrize(("text", "kind", "value"), VALUES)
def test_columns_have_the_type_and_value_that_is_documented(text: str, kind: str, value: object) -> None:
    """Columns have the type and value that is documented."""
    assert parse(text).type(columns()).kind == kind
    column = ColumnPlan(name="x", type=kind, expression=text)
    found = column_values([column], RESULTS, repo={"stars": 11})["x"]
    assert found == value
    assert type(found) is type(value)


def test_a_column_sees_those_before_it() -> None:
    """A column sees those before it."""
    several = [
        ColumnPlan(name="clippy", type="int", expression="count(findings, tool == 'clippy')"),
        ColumnPlan(name="clean", type="bool", expression="clippy == 0"),
    ]
    assert column_values(several, RESULTS) == {"clippy": 2, "clean": False}


REFUSED = [
    ("", "the expression is empty", 1, "write a condition such as success()"),
    ("a = 1", "cannot read '='", 3, "two values are compared with =="),
    ("1 < 2 < 3", "did not expect '<'", 7, "comparisons do not chain: write a < b and b < c"),
    ("(1 + 2", "it ends too early", 7, "')' is missing for the '(' at column 1"),
    ("'abc", 'cannot read "\'"', 1, "the text has no end: a quote is missing"),
    ("count(tests, status == 'pass')", 'it is never "pass"', 24, 'did you mean "passed"?'),
    ("counts(tests)", 'unknown function "counts" in columns', 1, 'did you mean "count"?'),
    ("count(test)", "count() needs a table first", 7, 'did you mean "tests"?'),
    ("count(tests, stauts == 'x')", 'unknown name "stauts" in a condition on tests', 14, 'did you mean "status"?'),
    ("count(tests, seconds)", "count() needs a condition here, not a float", 14, 'for example: status == "passed"'),
    (
        "count(tests, count(tests) > 0)",
        "count() cannot stand in a condition on tests",
        14,
        "define it as a column above",
    ),
    ("sum(tests, name)", "sum() needs a number here, not a str", 12, "name a field"),
    ("repo.stars > '3'", "cannot compare an int with a str", 12, "it is an int: write it without quotes"),
    ("repo.name", None, 0, ""),
    ("repo.nam", '"repo" has no "nam"', 5, 'did you mean "name"?'),
    ("tests.name", '"tests" is a table', 6, "ask for its rows: count(tests, name == …)"),
    ("null", 'unknown name "null" in columns', 1, "there are no nulls"),
    ("True", 'unknown name "True" in columns', 1, "write true"),
    ("not 1", '"not" needs a bool, not an int', 5, "compare it: x > 0"),
    ("'a' and true", '"and" needs a bool, not a str', 1, 'compare it: x != ""'),
    ("1 + 'a'", '"+" needs a number, not a str', 5, ""),
    ("[1, 'a']", "a list of int cannot have a str", 5, "all items have one type"),
    ("job()", "job() cannot have 0 arguments", 1, "write job(str)"),
    ("1 2", "did not expect '2'", 3, "an operator"),
    ("(" * 40 + "1" + ")" * 40, "the expression is more than 24 levels deep", 26, "divide it"),
    ("1" + " + 1" * 300, "the expression has more than 400 words", 0, "divide it"),
    ("'" + "a" * 5000 + "'", "the expression has more than 4096 characters", 4096, "divide it"),
]


@pytest.mark.parametrize(("text", "message", "column", "hint"), REFUSED)
def test_mistakes_name_text_column_and_what_to_write(text: str, message: str | None, column: int, hint: str) -> None:
    """Mistakes name text column and what to write."""
    if message is None:
        assert parse(text).type(columns()).kind == "str"
        return
    with pytest.raises(ExpressionError) as caught:
        parse(text, "p.yaml:3:9").type(columns())
    assert caught.value.bare == message
    assert caught.value.where == "p.yaml:3:9"
    assert caught.value.hint.startswith(hint)
    assert not column or caught.value.column == column
    assert f"at column {caught.value.column} of `" in str(caught.value)


class Files:
    """A work tree of two files."""

    def paths(self) -> tuple[str, ...]:
        """Name them."""
        return ("Cargo.lock", "src/deep/main.rs")

    def content(self, path: str) -> bytes:
        """Give its path."""
        return path.encode()


HERE = Surroundings(
    repo={"name": "a/b", "stars": 5},
    params={"fast": True},
    matrix={"os": "linux"},
    env={"CI": "true"},
    job={"name": "test"},
    needs={"build-all": ResultClass.FAILED},
    state=State(failed=True),
    tree=Files(),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("success()", False),
        ("failure() and not cancelled()", True),
        ("always()", True),
        ("needs.build-all.result == 'failed'", True),
        ("needs['build-all'].result == 'passed'", False),
        ("matrix.os == 'linux' and env.CI == 'true' and env.NONE == ''", True),
        ("has_file('Cargo.*')", True),
        ("has_file('**/main.rs') and has_file('src/**')", True),
        ("has_file('*.rs')", False),
        ("hash('none') == ''", True),
        ("len(hash('Cargo.lock', '**/*.rs')) == 32", True),
        ("params.fast and repo.stars >= 5", True),
    ],
)
def test_conditions_see_what_stands_around_them(text: str, value: bool) -> None:
    """Conditions see what stands around them."""
    params = {"fast": Type("bool")}
    scope = conditions(params=params, matrix={"os": Type("str")}, needs=["build-all"])
    assert parse(text).type(scope).kind == "bool"
    assert parse(text).evaluate(HERE.scope()) is value


def test_templates_put_values_into_texts() -> None:
    """Templates put values into texts."""
    text = "a ${{ repo.name }} ${{ repo.stars > 3 }} ${{ '}}' }} $${{ b }} ${{ repo.language }}."
    template = Template.parse(text)
    template.check(conditions())
    assert template.render(HERE.scope()) == "a a/b true }} ${{ b }} ."


@pytest.mark.parametrize(("text", "column"), [("ab ${{ x", 4), ("ab ${{ 1 + }}", 12), ("${{}}", 4)])
def test_mistakes_in_templates_have_the_column_of_the_whole_text(text: str, column: int) -> None:
    """Mistakes in templates have the column of the whole text."""
    with pytest.raises(ExpressionError) as caught:
        Template.parse(text)
    assert caught.value.column == column


WORDS = st.sampled_from(
    (
        *"()[],.+-*/<!x",
        "==",
        "!=",
        "&&",
        "1",
        "2.5",
        "'a'",
        '"b"',
        "'passed'",
        "9223372036854775807",
        "true",
        "in",
        "not",
        "and",
        "or",
        *conditions().names,
        *columns().names,
        *columns().functions,
        "stars",
        "name",
        "status",
        "seconds",
        "passed",
        "code",
        "result",
    )
)
JUNK = st.sampled_from(
    [None, True, 2**70, -1.5, float("nan"), float("inf"), "", "a", b"a", (), (1, "a"), {"name": None}]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(WORDS, max_size=14).map(" ".join), st.dictionaries(st.sampled_from(["repo", "tests", "x"]), JUNK))
def test_any_words_are_refused_or_have_a_value_whatever_the_scope_holds(text: str, names: dict[str, object]) -> None:
    """Any words are refused or have a value whatever the scope holds."""
    try:
        found = parse(text)
    except ExpressionError:
        return
    found.evaluate(Scope(names))  # never raises, checked or not
    try:
        kind = found.type(columns({"x": Type("int")}))
    except ExpressionError:
        return
    if kind.simple:
        (value,) = column_values([ColumnPlan(name="c", type=kind.kind, expression=text)], RESULTS).values()
        assert type(value).__name__ == kind.kind


@settings(deadline=None, max_examples=400)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any text is read or refused."""
    for read in (parse, Template.parse):
        column = 1
        try:
            read(text)
        except ExpressionError as error:
            column = error.column
        assert 1 <= column <= len(text) + 1
