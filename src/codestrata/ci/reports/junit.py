"""JUnit's XML: the reports of test runners, in every dialect that is about.

There is no specification. Sources: Apache Ant's ``junit`` task; Maven Surefire's ``surefire-test-report.xsd`` (rerun
and flaky elements, which cargo-nextest writes too); pytest's ``junitxml.py``; jest-junit; gotestsum; GoogleTest
("Generating an XML Report").
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from codestrata.ci.records import Metric, TestCase
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.xmls import Element, load

#: What a case holds when it did not pass, the worst first.
_STATUS = (("error", "error"), ("failure", "failed"), ("skipped", "skipped"), ("disabled", "skipped"))
#: Words of the ``status`` and ``result`` attributes of cases that did not run (GoogleTest).
_NOT_RUN = {"notrun", "disabled", "suppressed", "skipped", "ignored"}


def junit(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read suites within suites; a case's suite is its class name, or the names of the suites it is in."""
    root, problem = load(data)
    if problem:
        yield Problem(problem)
    if root.name not in {"testsuites", "testsuite"}:
        raise Unreadable(f"no JUnit report: its root is <{root.name[:80]}>")
    yield from _suite(root, (), "")


def _suite(suite: Element, above: tuple[str, ...], path: str) -> Iterator[Record]:
    name = suite.get("name")
    names = (*above, name) if name and suite.name == "testsuite" else above
    path = suite.get("file", "filepath") or path
    for child in suite.children:
        if child.name in {"testsuite", "testsuites"}:
            yield from _suite(child, names, path)
        elif child.name == "testcase":
            yield _case(child, names, path)
            if child.all("flakyFailure") or child.all("flakyError"):
                yield Metric("flaky", 1)


def _case(case: Element, names: tuple[str, ...], path: str) -> TestCase:
    status, cause = _status(case)
    return TestCase(
        suite=_class(case) or " / ".join(names),
        name=case.get("name"),
        status=status,
        seconds=seconds(case.get("time", "duration")),
        message=_message(cause) if cause else "",
        path=case.get("file") or path,
    )


def _class(case: Element) -> str:
    """Give the class; Node's runner calls them all "test"."""
    given = case.get("classname", "class")
    return "" if given == "test" else given


def _status(case: Element) -> tuple[str, Element | None]:
    if any(one.get("type") == "todo" for one in case.all("skipped")):  # it may fail: nobody expects it to pass yet
        return "skipped", case.all("skipped")[0]
    for element, status in _STATUS:
        if found := case.all(element):
            return status, found[0]
    said = {case.get("status").lower(), case.get("result").lower()}
    return ("skipped" if said & _NOT_RUN else "failed" if said & {"failed", "fail"} else "passed"), None


def _message(cause: Element) -> str:
    """Give what is said of a failure, without saying anything twice."""
    short, long = cause.get("message").strip(), cause.text.strip()
    return long if not short or short in long else f"{short}\n{long}".strip()


def seconds(written: str) -> float:
    """Read a time in seconds; some write thousands with commas. -1 where there is none."""
    try:
        value = float(written.replace(",", "")) if written else -1.0
    except ValueError:
        return -1.0
    return value if math.isfinite(value) and value >= 0 else -1.0
