"""Every format is read from a report that a real tool wrote (or its documentation, see recorded/README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.ci.reports import FORMATS, Parsed, Source, parse
from codestrata.ci.tools import TOOLS

RECORDED = Path(__file__).resolve().parents[1] / "recorded"


def read(format_: str, path: Path) -> Parsed:
    """Read one recorded report."""
    return parse(format_, path.read_bytes(), Source())


#: Format, file, tests by status.
TESTS = [
    ("junit", "junit-pytest.xml", {"passed": 2, "failed": 1, "error": 1, "skipped": 1}),
    ("junit", "junit-gotestsum.xml", {"passed": 2, "failed": 2, "skipped": 1}),
    ("junit", "junit-node.xml", {"passed": 2, "failed": 1, "skipped": 2}),
    ("junit", "junit-surefire.xml", {"passed": 1, "failed": 1, "error": 1, "skipped": 1}),
    ("junit", "junit-nextest.xml", {"passed": 2, "failed": 1}),
    ("junit", "junit-jest.xml", {"passed": 1, "failed": 1}),
    ("libtest", "libtest.txt", {"passed": 1, "failed": 1, "skipped": 1}),
    ("pytest", "pytest.txt", {"passed": 2, "failed": 1, "error": 1, "skipped": 1}),
    ("go-test-json", "go-test-json.jsonl", {"passed": 2, "failed": 2, "skipped": 1}),
    ("tap", "tap.txt", {"passed": 2, "failed": 2, "skipped": 2}),
]


@pytest.mark.parametrize(("format_", "name", "statuses"), TESTS, ids=[name for _, name, _ in TESTS])
def test_tests_are_counted_by_status(format_: str, name: str, statuses: dict[str, int]) -> None:
    """As the runner itself counted them; a suite's own failure is a test in TAP and in Go."""
    parsed = read(format_, RECORDED / "formats" / name)
    assert parsed.problems == []
    counts = dict.fromkeys(statuses, 0)
    for one in parsed.tests:
        counts[one.status] += 1
        assert one.name
        assert one.suite or format_ == "tap" or "node" in name
    assert counts == statuses


def test_a_failing_test_says_why_and_where() -> None:
    """The message of a failure is kept; a panic names the file, so does pytest."""
    rust = {one.name: one for one in read("libtest", RECORDED / "formats/libtest.txt").tests}
    assert rust["tests::fails"].path == "src/lib.rs"
    assert "one is not two" in rust["tests::fails"].message
    assert rust["tests::fails"].suite == "src/lib.rs"
    assert rust["tests::is_slow"].message == "slow"
    python = {one.name: one for one in read("pytest", RECORDED / "formats/pytest.txt").tests}
    assert python["test_one[2]"].message == "AssertionError: only one is one"
    assert python["test_error"].path == "tests/test_app.py"
    go = {one.name: one for one in read("go-test-json", RECORDED / "formats/go-test-json.jsonl").tests}
    assert "two is wrong" in go["TestShow/two"].message
    tap = {one.name: one for one in read("tap", RECORDED / "formats/tap.txt").tests}
    assert tap["inner bad"].suite == "group"
    assert "one is not two" in tap["inner bad"].message
    assert tap["adds"].seconds > 0


def test_times_are_seconds() -> None:
    """Surefire writes thousands with commas; Jest and the others do not."""
    surefire = read("junit", RECORDED / "formats/junit-surefire.xml").tests
    assert [one.seconds for one in surefire] == [1200.5, 0.01, 0.002, 0.0]


def test_a_flaky_test_passed_and_is_counted() -> None:
    """What passed only when it was tried again is a metric."""
    parsed = read("junit", RECORDED / "formats/junit-nextest.xml")
    assert [(one.name, one.value) for one in parsed.metrics] == [("flaky", 1)]


#: Format, file, what coverage of two files says: lines, covered.
@pytest.mark.parametrize(
    ("format_", "name"), [("lcov", "lcov.txt"), ("cobertura", "cobertura.xml"), ("coverage-py", "coverage-py.json")]
)
def test_three_formats_of_coverage_agree(format_: str, name: str) -> None:
    """The same run of coverage.py, written three ways."""
    parsed = read(format_, RECORDED / "formats" / name)
    assert [(one.path, one.lines, one.covered) for one in parsed.coverage] == [
        ("app.py", 7, 5),
        ("tests/test_app.py", 15, 13),
    ]


FINDINGS = [
    ("go-vet", "go-vet.txt", [("vet", "app.go", 13)]),
    ("mypy", "mypy.txt", [("return-value", "app.py", 14)]),
    ("checkstyle", "checkstyle.xml", [("MissingJavadocTypeCheck", "App.java", 3), ("IndentationCheck", "App.java", 7)]),
]


@pytest.mark.parametrize(("format_", "name", "found"), FINDINGS, ids=[name for _, name, _ in FINDINGS])
def test_findings_have_rule_and_place(format_: str, name: str, found: list[tuple[str, str, int]]) -> None:
    """Formats that no row of the table of tools uses."""
    parsed = read(format_, RECORDED / "formats" / name)
    assert [(one.rule, one.path, one.line) for one in parsed.findings] == found
    assert parsed.problems == []


def test_lines_are_read_without_knowing_the_tool() -> None:
    """``path:line:column: level: message [rule]``, as compilers say it."""
    first, second, *_ = read("lines", RECORDED / "formats/lines.txt").findings
    assert (first.rule, first.level, first.path, first.line) == ("clang-diagnostic-array-bounds", "warning", "app.c", 6)
    assert second.level == "note"


def test_metadata_is_summed_up() -> None:
    """Packages of the whole tree, targets of the workspace, and who names no licence."""
    parsed = read("cargo-metadata", RECORDED / "formats/cargo-metadata.json")
    values = {one.name: one.value for one in parsed.metrics}
    assert values["workspace_members"] == 1
    assert values["targets.lib"] == 1
    assert [one.message for one in parsed.findings] == ["faulty 0.1.0 names no licence"]


def test_every_format_has_a_recorded_report() -> None:
    """A new format comes with what a tool really wrote in it."""
    used = {tool.format for tool in TOOLS.values()}
    named = {path.name.partition(".")[0].partition("-")[0] for path in (RECORDED / "formats").iterdir()}
    lonely = {name for name in FORMATS if name not in used and name.partition("-")[0] not in named}
    assert lonely == set()
