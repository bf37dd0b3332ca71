"""Tools that look at a crate's dependencies: cargo-audit, cargo-deny, cargo-geiger.

Sources: RustSec's ``rustsec`` crate, module ``report`` (cargo-audit ``--json``); cargo-deny's book, "check", option
``--format json``; cargo-geiger's crate ``cargo-geiger-serde`` (``--output-format Json``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codestrata.ci.records import Finding, Metric
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.jsons import at, documents, each, entries, load, number, text

_LOCK = "Cargo.lock"
_COUNTED = ("functions", "exprs", "item_impls", "item_traits", "methods")


def cargo_audit(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo audit --json``: vulnerabilities are errors; unmaintained, unsound and yanked crates warnings."""
    report = load(data)
    if at(report, "vulnerabilities") is None:
        raise Unreadable("no report of cargo-audit: it has no vulnerabilities")
    for one in each(report, "vulnerabilities", "list"):
        yield _advisory(one, text(one, "advisory", "id"), "error")
    for kind, several in sorted(entries(report, "warnings").items()):
        for one in several if isinstance(several, list) else []:
            yield _advisory(one, text(one, "advisory", "id") or kind, "warning")
    yield Metric("dependencies", number(report, "lockfile", "dependency-count"))


def _advisory(one: Any, rule: str, level: str) -> Finding:
    package = f"{text(one, 'package', 'name')} {text(one, 'package', 'version')}"
    said = text(one, "advisory", "title") or text(one, "kind")
    patched = ", ".join(v for v in each(one, "versions", "patched") if isinstance(v, str))
    told = f"{package}: {said}" + (f" (patched in {patched})" if patched else "")
    return Finding("cargo-audit", rule, level, told, _LOCK)


def cargo_deny(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo deny --format json check``: a line for every diagnostic, and a summary."""
    ended = False
    for document in documents(data):
        if isinstance(document, Problem):
            yield document
            continue
        fields, kind = at(document, "fields"), text(document, "type")
        if kind == "diagnostic":
            yield _denied(fields)
        elif kind == "log" and text(fields, "level").lower() == "error":
            yield Problem(f"the tool says: {text(fields, 'message')}")
        elif kind == "summary":
            ended = True
            for check, counted in sorted(entries(fields).items()):
                yield Metric(f"{check}.errors", number(counted, "errors"))
    if not ended:
        yield Problem("it has no summary: the tool did not come to its end")


def _denied(fields: Any) -> Finding:
    krate = at(fields, "graphs", 0, "Krate") or at(fields, "graphs", 0)
    name = f"{text(krate, 'name')} {text(krate, 'version')}".strip()
    said = "; ".join(filter(None, [text(fields, "message"), text(fields, "labels", 0, "message")]))
    rule = text(fields, "advisory", "id") or text(fields, "code") or "cargo-deny"
    return Finding("cargo-deny", rule, text(fields, "severity"), f"{name}: {said}" if name else said, _LOCK)


def cargo_geiger(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo geiger --output-format Json``: a note for every package that uses unsafe code, and the sums."""
    report = load(data)
    if at(report, "packages") is None:
        raise Unreadable("no report of cargo-geiger: it has no packages")
    sums = dict.fromkeys(_COUNTED, 0)
    for one in each(report, "packages"):
        used = {what: number(one, "unsafety", "used", what, "unsafe_") for what in _COUNTED}
        for what, many in used.items():
            sums[what] += many
        if any(used.values()):
            package = f"{text(one, 'package', 'id', 'name')} {text(one, 'package', 'id', 'version')}"
            counted = ", ".join(f"{many} {what}" for what, many in used.items() if many)
            yield Finding("cargo-geiger", "unsafe-used", "note", f"{package} uses unsafe code: {counted}", "Cargo.toml")
    for what, many in sums.items():
        yield Metric(f"unsafe.{what}", many)
