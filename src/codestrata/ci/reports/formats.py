"""The formats: a row for each, and its parser by name, so that only what is used is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from codestrata.ci.reports.base import MAX_BYTES, Parsed, Parser, Record, Source
from codestrata.ci.reports.finish import collect

_F, _T, _C, _M = ("findings",), ("tests",), ("coverage",), ("metrics",)


@dataclass(frozen=True, slots=True)
class Format:
    """A format of reports: what it is, what kind of file, and ``module.function`` of this folder that reads it.

    ``gives``: the tables that its rows are of. ``silent``: nothing found is nothing written, so that an empty report
    may be whole, and one that was cut off looks as if it were.
    """

    name: str
    about: str
    media: str
    parser: str
    gives: tuple[str, ...] = _F
    silent: bool = False


_ROWS = (
    Format("sarif", "SARIF 2.1.0: findings of any static analyser", "json", "sarif.sarif", _F + _M),
    Format("junit", "JUnit's XML in all its dialects: test cases", "xml", "junit.junit", _T + _M),
    Format(
        "cargo-json", "cargo --message-format=json: what rustc and Clippy say", "jsonl", "cargo.cargo_json", _F + _M
    ),
    Format("rustfmt", "cargo fmt --check: what is not formatted", "text", "cargo.rustfmt", silent=True),
    Format(
        "cargo-tree", "cargo tree: packages, depth, packages in several versions", "text", "cargo.cargo_tree", _F + _M
    ),
    Format(
        "cargo-metadata", "cargo metadata: packages, targets, missing licences", "json", "cargo.cargo_metadata", _F + _M
    ),
    Format("cargo-audit", "cargo audit --json: known vulnerabilities of crates", "json", "crates.cargo_audit", _F + _M),
    Format("cargo-deny", "cargo deny --format json check", "jsonl", "crates.cargo_deny", _F + _M),
    Format("cargo-geiger", "cargo geiger --output-format Json: unsafe code", "json", "crates.cargo_geiger", _F + _M),
    Format("mir", "rustc --emit=mir: functions and basic blocks", "text", "cargo.mir", _M),
    Format("libtest", "cargo test as people see it: test cases", "text", "testing.libtest", _T),
    Format("pytest", "pytest -v or -rA as people see it: test cases", "text", "testing.pytest_text", _T),
    Format("go-test-json", "go test -json: test cases", "jsonl", "testing.go_test_json", _T),
    Format("tap", "Test Anything Protocol 13 and 14: test cases", "text", "tap.tap", _T),
    Format("ruff-json", "ruff check --output-format json", "json", "python.ruff_json"),
    Format("bandit-json", "bandit -f json", "json", "python.bandit_json"),
    Format("mypy-json", "mypy --output json", "jsonl", "python.mypy_json", silent=True),
    Format("mypy", "mypy as people see it", "text", "python.mypy_text", silent=True),
    Format("pip-audit", "pip-audit -f json: known vulnerabilities of packages", "json", "python.pip_audit"),
    Format("eslint-json", "eslint -f json", "json", "javascript.eslint_json"),
    Format("tsc", "tsc, plain or pretty", "text", "javascript.tsc", silent=True),
    Format("npm-audit", "npm audit --json: known vulnerabilities of packages", "json", "javascript.npm_audit", _F + _M),
    Format("govulncheck", "govulncheck -format json", "json", "golang.govulncheck"),
    Format("staticcheck", "staticcheck -f json", "jsonl", "golang.staticcheck", silent=True),
    Format("go-vet-json", "go vet -json", "json", "golang.go_vet_json"),
    Format("go-vet", "go vet as people see it", "text", "golang.go_vet_text", silent=True),
    Format("gofmt", "gofmt -l: files that are not formatted", "text", "golang.gofmt", silent=True),
    Format("cppcheck", "cppcheck --xml", "xml", "compilers.cppcheck"),
    Format("clang-tidy", "clang-tidy as people see it", "text", "compilers.clang_tidy", silent=True),
    Format("javac", "javac -Xlint:all", "text", "compilers.javac", silent=True),
    Format("checkstyle", "Checkstyle's XML, of whatever tool", "xml", "compilers.checkstyle"),
    Format("lines", "lines of path:line:column: level: message [rule]", "text", "compilers.gnu", silent=True),
    Format("lcov", "LCOV's trace file: coverage", "text", "covered.lcov", _C),
    Format("cobertura", "Cobertura's XML: coverage", "xml", "covered.cobertura", _C),
    Format("coverage-py", "coverage json: coverage", "json", "covered.coverage_py", _C),
)
FORMATS: dict[str, Format] = {row.name: row for row in _ROWS}


def parse(format: str, data: bytes, source: Source) -> Parsed:  # noqa: A002 -- what everybody calls it
    """Read a report. Never raises: what is wrong with it is in ``problems``, what came before it counts."""
    row = FORMATS.get(format)
    if row is None:
        return _lost(f"no format {format!r}; there are: {', '.join(sorted(FORMATS))}")
    if len(data) > MAX_BYTES:
        return _lost(f"{len(data):,} bytes, at most {MAX_BYTES:,} are read")
    if not data.strip() and not row.silent:
        return _lost("it is empty")
    return collect(_records(row, data, source), source)


def _lost(problem: str) -> Parsed:
    return Parsed(problems=[problem], whole=False)


def _records(row: Format, data: bytes, source: Source) -> Iterator[Record]:
    module, _, function = row.parser.partition(".")
    reader = cast("Parser", getattr(import_module(f"codestrata.ci.reports.{module}"), function))
    yield from reader(data, source)
