"""The formats: a row for each, and its parser by name, so that only what is used is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from codestrata.ci.reports.base import MAX_BYTES, Parsed, Parser, Record, Source
from codestrata.ci.reports.finish import collect


@dataclass(frozen=True, slots=True)
class Format:
    """A format of reports: what it is, what kind of file, and ``module.function`` of this folder that reads it."""

    name: str
    about: str
    media: str
    parser: str


_ROWS = (
    Format("sarif", "SARIF 2.1.0: findings of any static analyser", "json", "sarif.sarif"),
    Format("junit", "JUnit's XML in all its dialects: test cases", "xml", "junit.junit"),
    Format("cargo-json", "cargo --message-format=json: what rustc and Clippy say", "jsonl", "cargo.cargo_json"),
    Format("rustfmt", "cargo fmt --check: what is not formatted", "text", "cargo.rustfmt"),
    Format("cargo-tree", "cargo tree: packages, depth, packages in several versions", "text", "cargo.cargo_tree"),
    Format("cargo-metadata", "cargo metadata: packages, targets, missing licences", "json", "cargo.cargo_metadata"),
    Format("cargo-audit", "cargo audit --json: known vulnerabilities of crates", "json", "crates.cargo_audit"),
    Format("cargo-deny", "cargo deny --format json check", "jsonl", "crates.cargo_deny"),
    Format("cargo-geiger", "cargo geiger --output-format Json: unsafe code", "json", "crates.cargo_geiger"),
    Format("mir", "rustc --emit=mir: functions and basic blocks", "text", "cargo.mir"),
    Format("libtest", "cargo test as people see it: test cases", "text", "testing.libtest"),
    Format("pytest", "pytest -v or -rA as people see it: test cases", "text", "testing.pytest_text"),
    Format("go-test-json", "go test -json: test cases", "jsonl", "testing.go_test_json"),
    Format("tap", "Test Anything Protocol 13 and 14: test cases", "text", "tap.tap"),
    Format("ruff-json", "ruff check --output-format json", "json", "python.ruff_json"),
    Format("bandit-json", "bandit -f json", "json", "python.bandit_json"),
    Format("mypy-json", "mypy --output json", "jsonl", "python.mypy_json"),
    Format("mypy", "mypy as people see it", "text", "python.mypy_text"),
    Format("pip-audit", "pip-audit -f json: known vulnerabilities of packages", "json", "python.pip_audit"),
    Format("eslint-json", "eslint -f json", "json", "javascript.eslint_json"),
    Format("tsc", "tsc, plain or pretty", "text", "javascript.tsc"),
    Format("npm-audit", "npm audit --json: known vulnerabilities of packages", "json", "javascript.npm_audit"),
    Format("govulncheck", "govulncheck -format json", "json", "golang.govulncheck"),
    Format("staticcheck", "staticcheck -f json", "jsonl", "golang.staticcheck"),
    Format("go-vet-json", "go vet -json", "json", "golang.go_vet_json"),
    Format("go-vet", "go vet as people see it", "text", "golang.go_vet_text"),
    Format("gofmt", "gofmt -l: files that are not formatted", "text", "golang.gofmt"),
    Format("cppcheck", "cppcheck --xml", "xml", "compilers.cppcheck"),
    Format("clang-tidy", "clang-tidy as people see it", "text", "compilers.clang_tidy"),
    Format("javac", "javac -Xlint:all", "text", "compilers.javac"),
    Format("checkstyle", "Checkstyle's XML, of whatever tool", "xml", "compilers.checkstyle"),
    Format("lines", "lines of path:line:column: level: message [rule]", "text", "compilers.gnu"),
    Format("lcov", "LCOV's trace file: coverage", "text", "covered.lcov"),
    Format("cobertura", "Cobertura's XML: coverage", "xml", "covered.cobertura"),
    Format("coverage-py", "coverage json: coverage", "json", "covered.coverage_py"),
)
FORMATS: dict[str, Format] = {row.name: row for row in _ROWS}


def parse(format: str, data: bytes, source: Source) -> Parsed:  # noqa: A002 -- what everybody calls it
    """Read a report. Never raises: what is wrong with it is in ``problems``, what came before it counts."""
    row = FORMATS.get(format)
    if row is None:
        return Parsed(problems=[f"no format {format!r}; there are: {', '.join(sorted(FORMATS))}"])
    if len(data) > MAX_BYTES:
        return Parsed(problems=[f"{len(data):,} bytes, at most {MAX_BYTES:,} are read"])
    return collect(_records(row, data, source), source)


def _records(row: Format, data: bytes, source: Source) -> Iterator[Record]:
    module, _, function = row.parser.partition(".")
    reader = cast("Parser", getattr(import_module(f"codestrata.ci.reports.{module}"), function))
    yield from reader(data, source)
