"""What cargo itself says in JSON: messages of the compiler and of Clippy.

Source: The Cargo Book, "External tools", JSON messages; The rustc book, "JSON Output".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from codestrata.ci.records import Finding, Metric
from codestrata.ci.reports.base import Problem, Record, Source
from codestrata.ci.reports.jsons import at, documents, each, number, text

#: The compiler's closing words: they count what was said before.
_SUMMARY = re.compile(r"aborting due to|\d+ warnings? emitted|some errors have detailed|for more information about")
#: Macros within macros that are followed to the place where the outermost is called.
_EXPANSIONS = 64


def cargo_json(data: bytes, source: Source) -> Iterator[Record]:
    """Read ``--message-format=json``: one finding for every diagnostic, and whether the build came to an end."""
    for document in documents(data):
        if isinstance(document, Problem):
            yield document
            continue
        reason = text(document, "reason")
        if reason == "compiler-message":
            found = _diagnostic(at(document, "message"), source)
            if found:
                yield found
        elif reason == "build-finished":
            yield Metric("build.success", float(at(document, "success") is True))


def _diagnostic(message: Any, source: Source) -> Finding | None:
    words = text(message, "message")
    code = text(message, "code", "code")
    if not code and _SUMMARY.match(words.lower()):
        return None
    severity = text(message, "level")
    span = _outermost(_primary(message), source)
    return Finding(
        tool="rustc",
        rule=code or "rustc",
        level="error" if severity.startswith("error") else "note" if severity in {"note", "help"} else severity,
        message=words,
        path=text(span, "file_name"),
        line=number(span, "line_start"),
        column=number(span, "column_start"),
        end_line=number(span, "line_end"),
        end_column=number(span, "column_end"),
        snippet=text(span, "text", 0, "text"),
    )


def _primary(message: Any) -> Any:
    spans = each(message, "spans")
    return next((span for span in spans if at(span, "is_primary") is True), at(spans, 0))


def _outermost(span: Any, source: Source) -> Any:
    """Give the place in the work tree where a macro of somebody else is called, not the one within that macro."""
    for _ in range(_EXPANSIONS):
        name, call = text(span, "file_name"), at(span, "expansion", "span")
        ours = (name and not name.startswith(("/", "<"))) or name.startswith(f"{source.root.rstrip('/')}/")
        if ours or not isinstance(call, dict):
            break
        span = call
    return span
