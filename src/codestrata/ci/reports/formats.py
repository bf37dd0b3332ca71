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
