"""What cargo itself says: messages of the compiler and of Clippy, formatting, the tree of dependencies.

Source: The Cargo Book, "External tools" (JSON messages), ``cargo tree`` and ``cargo metadata``; The rustc book,
"JSON Output"; rustfmt's README ("Checking style on a CI server").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import re2

from codestrata.ci.records import Finding, Metric
from codestrata.ci.reports.base import Problem, Record, Source
from codestrata.ci.reports.jsons import at, documents, each, load, number, text
from codestrata.ci.reports.texts import count, lines

#: The compiler's closing words: they count what was said before.
_SUMMARY = re2.compile(r"aborting due to|\d+ warnings? emitted|some errors have detailed|for more information about")
#: Macros within macros that are followed to the place where the outermost is called.
_EXPANSIONS = 64
_DIFF = re2.compile(r"Diff in (.+?)(?: at line |:)(\d+):$")
_NODE = re2.compile(r"([^A-Za-z0-9_]*)([A-Za-z0-9_-]+) v(\S+)(.*)")


def cargo_json(data: bytes, source: Source) -> Iterator[Record]:
    """Read ``--message-format=json``: one finding for every diagnostic, and whether the build came to an end."""
    ended = False
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
            ended = True
            yield Metric("build.success", float(at(document, "success") is True))
    if not ended:
        yield Problem("it has no end: cargo did not come to build-finished")


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
        level="error" if severity.startswith("error") else severity,
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


def rustfmt(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo fmt --check``: a finding for every hunk of the difference."""
    for line in lines(data):
        if found := _DIFF.match(line):
            yield Finding("rustfmt", "rustfmt", "warning", "not formatted", found[1], count(found[2]))


def cargo_tree(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo tree``: how many packages, how deep, and a note for every package in several versions."""
    versions: dict[str, set[str]] = {}
    deepest = 0
    for line in lines(data):
        if found := _NODE.match(line):
            versions.setdefault(found[2], set()).add(found[3])
            deepest = max(deepest, len(found[1]) // 4)
    for name, several in sorted(versions.items()):
        if len(several) > 1:
            told = f"{name} is there in {len(several)} versions: {', '.join(sorted(several))}"
            yield Finding("cargo-tree", "duplicate-package", "note", told, "Cargo.lock")
    yield Metric("packages", sum(map(len, versions.values())))
    yield Metric("depth", deepest)


def cargo_metadata(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo metadata``: how many packages, of which kinds their targets are, and who names no licence."""
    tree = load(data)
    kinds: Counter[str] = Counter()
    members = {one for one in each(tree, "workspace_members") if isinstance(one, str)}
    for package in each(tree, "packages"):
        if text(package, "id") in members:
            kinds.update(text(one, "kind", 0) for one in each(package, "targets"))
        if not text(package, "license") and not text(package, "license_file"):
            told = f"{text(package, 'name')} {text(package, 'version')} names no licence"
            yield Finding("cargo-metadata", "no-licence", "note", told, text(package, "manifest_path"))
    yield Metric("packages", len(each(tree, "packages")))
    yield Metric("workspace_members", len(members))
    for kind, many in sorted(kinds.items()):
        yield Metric(f"targets.{kind}", many)


def mir(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read the compiler's middle representation as text (``rustc --emit=mir``): functions and basic blocks in all."""
    functions = blocks = 0
    for line in data.split(b"\n"):
        functions += line.startswith(b"fn ")
        blocks += line.startswith(b"    bb") and line.endswith(b": {")
    yield Metric("mir.functions", functions)
    yield Metric("mir.blocks", blocks)
