"""The tables of results: columns as described, the same bytes whatever the order."""

from __future__ import annotations

import dataclasses
import random

import duckdb
import numpy as np

from codestrata.ci.records import Access, Artifact, Coverage, Finding, JobResult, Metric, Results, StepResult
from codestrata.ci.records import TestCase as Case
from codestrata.ci.schema import LOG_BYTES, TABLES, schema, tables
from codestrata.model.result import ResultClass
from codestrata.store.columns import ArrowTable, Columns, Varlen

STAMP = {"repository_id": "r", "commit": "c", "pipeline": "p"}


def results() -> Results:
    """Have a few of everything."""
    return Results(
        jobs=[JobResult(f"j{n}", "j", ResultClass.PASSED, matrix={"b": "1", "a": "é"}) for n in range(3)],
        steps=[
            StepResult("j0", n, f"s{n}", ResultClass.FAILED, evidence={"signal": 9}, log=b"\xffx\0") for n in range(3)
        ],
        findings=[Finding("t", "R", "error", f"m{n}", "a.py", n) for n in range(3)],
        tests=[Case("s", f"t{n}", "passed", repeat=n + 1) for n in range(3)],
        coverage=[Coverage(f"{n}.py", 3, n) for n in range(3)],
        metrics=[Metric("m", float(n)) for n in range(3)],
        accesses=[Access("j0", 0, "example.org", 443, allowed=bool(n)) for n in range(2)],
        artifacts=[Artifact("j0", f"a{n}", 1, 2, "00") for n in range(2)],
    )


def bytes_of(made: dict[str, Columns]) -> list[bytes]:
    """Give all bytes of tables."""
    return [
        column.data.tobytes() + column.offsets.tobytes() if isinstance(column, Varlen) else column.tobytes()
        for table in made.values()
        for column in table.values()
    ]


def test_columns_are_those_of_the_schema() -> None:
    """Names, order and kinds; with rows and without; DuckDB reads them."""
    for given in (results(), Results()):
        made = tables(given, **STAMP)
        assert list(made) == list(TABLES)
        for name, columns in made.items():
            assert list(columns) == [field.name for field in schema(name)]
            for field in schema(name):
                column = columns[field.name]
                assert isinstance(column, Varlen) if field.kind == "text" else column.dtype == np.dtype(field.kind)
            with duckdb.connect() as connection:
                connection.register("made", ArrowTable(columns))
                count = connection.execute("select count(*) from made").fetchone()
            assert count == (len(getattr(given, TABLES[name][2])),)


def test_every_field_of_a_record_has_a_column() -> None:
    """Nothing that a record says is lost."""
    given = results()
    for name, (_, fields, of) in TABLES.items():
        named = {field.name for field in fields}
        own = {field.name for field in dataclasses.fields(getattr(given, of)[0])}
        assert own - named <= ({"id"} if of == "jobs" else set()), name


def test_the_order_of_records_does_not_matter() -> None:
    """Jobs end in any order; the bytes are the same."""
    given = results()
    before = bytes_of(tables(given, **STAMP))
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if isinstance(value, list):
            random.Random(1).shuffle(value)
    assert bytes_of(tables(given, **STAMP)) == before


def test_values() -> None:
    """A job's id is its job; mappings are JSON; a log is text, of a long one both ends."""
    given = results()
    given.steps[1:] = [StepResult("j1", 0, "long", ResultClass.PASSED, log=b"a" * LOG_BYTES + b"z" * LOG_BYTES)]
    made = tables(given, **STAMP)
    assert made["ci_jobs"]["job"].strings() == ["j0", "j1", "j2"]
    assert made["ci_jobs"]["name"].strings() == ["j"] * 3
    assert made["ci_jobs"]["matrix"].strings()[0] == '{"a": "é", "b": "1"}'
    short, long = made["ci_steps"]["log"].strings()
    assert short == "\ufffdx"
    assert long.startswith("aaa")
    assert long.endswith("zzz")
    assert f"[... {LOG_BYTES} bytes ...]" in long
    assert made["ci_steps"]["evidence"].strings()[0] == '{"signal": 9}'
    assert made["findings"]["repository_id"].strings() == ["r"] * 3
