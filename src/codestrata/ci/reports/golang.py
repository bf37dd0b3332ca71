"""Tools for Go: govulncheck, Staticcheck, ``go vet``, gofmt.

Sources: ``golang.org/x/vuln/internal/govulncheck`` (the JSON protocol v1.0.0); Staticcheck's documentation,
"Formatters"; ``go doc cmd/vet`` (``-json``) and ``golang.org/x/tools/go/analysis/unitchecker``; ``gofmt -h`` (``-l``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2

from codestrata.ci.records import Finding
from codestrata.ci.reports.base import Problem, Record, Source
from codestrata.ci.reports.jsons import at, documents, each, entries, number, sequence, text
from codestrata.ci.reports.texts import count, lines

_POSITION = re2.compile(r"(.+?):(\d+)(?::(\d+))?$")
_VET = re2.compile(r"(?:vet: )?([^\s:][^:]*\.go):(\d+):(?:(\d+):)? (.*)")


def govulncheck(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``govulncheck -format json``: what is called is an error, imported a warning, only required a note.

    Of one vulnerability only the findings that say most are kept.
    """
    summaries: dict[str, str] = {}
    found: dict[str, tuple[int, list[Any]]] = {}
    for message in sequence(data):
        if osv := at(message, "osv"):
            summaries[text(osv, "id")] = text(osv, "summary") or text(osv, "details")
        elif finding := at(message, "finding"):
            reach, name = _reach(finding), text(finding, "osv")
            best, kept = found.get(name, (-1, []))
            if reach > best:
                found[name] = (reach, [finding])
            elif reach == best:
                kept.append(finding)
    for name, (reach, kept) in found.items():
        for finding in kept:
            yield _vulnerable(finding, name, reach, summaries.get(name, ""))


def _reach(finding: Any) -> int:
    first = at(finding, "trace", 0)
    return 2 if text(first, "function") else 1 if text(first, "package") else 0


def _vulnerable(finding: Any, name: str, reach: int, summary: str) -> Finding:
    """It stands where the work tree's own code begins the calls that lead there: at the end of the trace."""
    first = at(finding, "trace", 0)
    place = next((p for f in reversed(each(finding, "trace")) if (p := at(f, "position"))), None)
    what = ".".join(filter(None, [text(first, "package") or text(first, "module"), text(first, "function")]))
    fixed = text(finding, "fixed_version")
    told = f"{what} {text(first, 'version')}: {summary}" + (f" (fixed in {fixed})" if fixed else "")
    level = ("note", "warning", "error")[reach]
    path = text(place, "filename") or "go.mod"
    return Finding("govulncheck", name, level, told, path, number(place, "line"), number(place, "column"))


def staticcheck(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``staticcheck -f json``, an object a line; what is ignored there is left out."""
    for one in documents(data):
        if isinstance(one, Problem):
            yield one
        elif text(one, "severity") != "ignored":
            compile_error = text(one, "code") == "compile"
            yield Finding(
                tool="staticcheck",
                rule=text(one, "code"),
                level="error" if compile_error else "warning",
                message=text(one, "message"),
                path=text(one, "location", "file"),
                line=number(one, "location", "line"),
                column=number(one, "location", "column"),
                end_line=number(one, "end", "line"),
                end_column=number(one, "end", "column"),
            )


def go_vet_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``go vet -json``: of every package an object of analysers and what they found, or why they could not."""
    for packages in sequence(data):
        for package, analysers in entries(packages).items():
            for rule, diagnostics in entries(analysers).items():
                if told := text(diagnostics, "error"):
                    yield Problem(f"{package}: {rule}: {told}")
                for one in each(diagnostics):
                    yield _vetted(one, rule)


def _vetted(one: Any, rule: str) -> Finding:
    place, end = _POSITION.match(text(one, "posn")), _POSITION.match(text(one, "end"))
    return Finding(
        tool="go-vet",
        rule=rule,
        level="warning",
        message=text(one, "message"),
        path=place[1] if place else "",
        line=count(place[2]) if place else 0,
        column=count(place[3]) if place else 0,
        end_line=count(end[2]) if end else 0,
        end_column=count(end[3]) if end else 0,
    )


def go_vet_text(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read what ``go vet`` says to people. A line that begins with ``vet:`` is about code that does not compile."""
    for line in lines(data):
        if found := _VET.match(line):
            broken = line.startswith("vet: ")
            rule, level = ("compile", "error") if broken else ("vet", "warning")
            yield Finding("go-vet", rule, level, found[4], found[1], count(found[2]), count(found[3]))


def gofmt(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``gofmt -l``: the files that are not formatted, one a line."""
    for line in lines(data):
        if line.strip().endswith(".go"):
            yield Finding("gofmt", "gofmt", "warning", "not formatted", line.strip())
