"""The functions of expressions, each with its meaning; the documentation is made from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codestrata.ci.expressions.types import BOOL, FLOAT, INT, STR, Function, Type, number, record, text, truth, whole
from codestrata.model.result import ResultClass

RESULTS = tuple(map(str, ResultClass))
JOB = record(
    {
        "result": text("how it ended; of a matrix: of the first combination that did not pass", RESULTS),
        "passed": truth("whether it (each of its combinations) passed"),
        "seconds": number("wall time, summed over combinations"),
        "attempts": whole("how often it was tried, summed over combinations"),
    },
    "a job; skipped where it did not run",
)
STEP = record(
    {
        "result": text("how its last execution ended", RESULTS),
        "code": whole("the exit status of its last execution; -1: none"),
        "passed": truth("whether its last execution passed"),
        "seconds": number("wall time of its last execution"),
    },
    "a step; skipped where it did not run",
)


def _contains(whole_: object, part: object) -> bool:
    return part in whole_ if isinstance(whole_, (str, tuple)) else False


def _functions(*several: Function) -> dict[str, Function]:
    return {one.name: one for one in several}


TEXT = Type("text or list")

#: Functions of values alone: they are known everywhere.
PURE = _functions(
    Function("contains", (TEXT, STR), BOOL, "whether a text has a part, or a list an item", 2, call=_contains),
    Function("starts_with", (STR, STR), BOOL, "whether a text begins so", 2, call=str.startswith),
    Function("ends_with", (STR, STR), BOOL, "whether a text ends so", 2, call=str.endswith),
    Function("lower", (STR,), STR, "the text in lower case", 1, call=str.lower),
    Function("upper", (STR,), STR, "the text in upper case", 1, call=str.upper),
    Function("len", (TEXT,), INT, "characters of a text, items of a list", 1, call=len),
)

FILES = _functions(
    Function("has_file", (STR,), BOOL, "whether the work tree has a file that matches a glob", 1),
    Function("hash", (STR,), STR, "a hash of the files that match the globs: names and bytes", 1, more=True),
)
STATE = _functions(
    Function("success", (), BOOL, "whether all before passed: the steps of this job, or the jobs it needs", 0),
    Function("failure", (), BOOL, "whether something before did not pass", 0),
    Function("always", (), BOOL, "true: run whatever was before", 0),
    Function("cancelled", (), BOOL, "whether the run was taken back", 0),
)
AGGREGATES = _functions(
    Function("count", ("table", "predicate"), INT, "how many rows there are", 1),
    Function("sum", ("table", "field", "predicate"), "field", "the sum of a field, 0 without rows", 2),
    Function("min", ("table", "field", "predicate"), "field", 'the least value; -1 or "" without rows', 2),
    Function("max", ("table", "field", "predicate"), "field", 'the greatest value; -1 or "" without rows', 2),
    Function("mean", ("table", "field", "predicate"), FLOAT, "the mean of a field; -1 without rows", 2),
    Function("any", ("table", "predicate"), BOOL, "whether a row is so", 2),
    Function("all", ("table", "predicate"), BOOL, "whether every row is so; true without rows", 2),
    Function("distinct", ("table", "field", "predicate"), INT, "how many different values a field has", 2),
    Function("flaky", ("table", "predicate"), INT, "how many tests both passed and failed over repeats", 1),
)
RESULT = _functions(
    Function("job", (STR,), JOB, "a job, by its id or its name", 1, shown='job("test")'),
    Function("step", (STR, STR), STEP, "a step, by its job and its name", 2, shown='step("test", "run")'),
    Function("metric", (STR, FLOAT), FLOAT, "a number of a report by its name, else the second argument (-1)", 1),
    Function("coverage", (), FLOAT, "the share of lines that tests reach, 0 to 1; -1: not measured", 0),
)


def aggregate(name: str, rows: Sequence[object], values: Iterable[object]) -> object:
    """Give an aggregate; ``rows`` are those the predicate takes, ``values`` the field's of those."""
    match name:
        case "count":
            return len(rows)
        case "any":
            return bool(rows)
        case "distinct":
            return len(set(values))
        case "flaky":
            return _flaky(rows)
    return _figure(name, list(values))


def _figure(name: str, values: list[object]) -> object:
    numbers = [value for value in values if isinstance(value, (int, float))]
    if name == "sum":
        return sum(numbers)
    if name == "mean":
        return sum(numbers) / len(numbers) if numbers else -1.0
    choose = min if name == "min" else max
    return choose(numbers) if numbers else choose((one for one in values if isinstance(one, str)), default=None)


def _flaky(rows: Sequence[object]) -> int:
    """Count tests (by job, suite and name) that have both a passed and a failed outcome."""
    seen: dict[tuple[object, ...], set[bool]] = {}
    for row in rows:
        status = getattr(row, "status", "")
        if status in {"passed", "failed", "error"}:
            key = tuple(getattr(row, part, "") for part in ("job", "suite", "name"))
            seen.setdefault(key, set()).add(status == "passed")
    return sum(len(outcomes) > 1 for outcomes in seen.values())
