"""Patterns of Go and C that are made of functions, not of types with methods."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname
from typing import Any, NamedTuple

from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.model.paths import bytes_of
from codestrata.store.columns import Columns
from codestrata.store.rows import rows_of

_OPTION = re.compile(r"\w*(Option|Opt)$")
_WITH = re.compile(r"With[A-Z]")
_ONCE = re.compile(r"(^|[a-z_])[Oo]nce")
_OPTIONS = 3
#: Lines of a function that only puts one handler around another, at most.
_SHORT = 60


class _Place(NamedTuple):
    name: str
    kind: str
    path: str
    line: int
    last_line: int
    span: tuple[int, int]


def of_functions(definitions: Columns, calls: Columns, paths: Mapping[bytes, Sequence[str]]) -> list[Finding]:
    """Find functional options, middleware and once-singletons of Go, and opaque handles of C."""
    told = _definitions(definitions, paths)
    called = _calls(calls, paths)
    found = [*_options(told["Go"]), *_handles(told["C"])]
    for key, places in _by(told["Go"], "function").items():
        said = called.get(key, frozenset())
        once = sorted(c for c in said if c.endswith(".Do") and _ONCE.search(c[:-3]))
        if once and re.match(r"(Get|get|Default|Instance|Shared)", key[1]):
            text = f"{key[1]} gives what is made once, by {once[0]}."
            found.append(_finding("singleton", places[0], text, 0.8, "lexical"))
        short = places[0].last_line - places[0].line <= _SHORT
        if short and "http.HandlerFunc" in said and any(c.endswith(".ServeHTTP") for c in said):
            text = f"{key[1]} puts a handler around another."
            found.append(_finding("middleware", places[0], text, 0.95, "structural"))
    return found


def _definitions(definitions: Columns, paths: Mapping[bytes, Sequence[str]]) -> dict[str, list[_Place]]:
    told: dict[str, list[_Place]] = defaultdict(list)
    for row in rows_of(definitions) if definitions else ():
        if row["language"] in {"Go", "C"} and not row["owner"]:
            for path in paths.get(row["blob"], ()):
                span = (row["start"], row["end"])
                told[row["language"]].append(_Place(row["name"], _kind(row), path, row["line"], row["last_line"], span))
    return told


def _kind(row: dict[str, Any]) -> str:
    return "body" if row["kind"] in {"struct", "union"} and row["body"] >= 0 else row["kind"]


def _calls(calls: Columns, paths: Mapping[bytes, Sequence[str]]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows_of(calls) if calls else ():
        if row["language"] == "Go" and row["callee"].endswith((".Do", ".HandlerFunc", ".ServeHTTP")):
            for path in paths.get(row["blob"], ()):
                found[(path, row["within"])].add(row["callee"])
    return {key: frozenset(said) for key, said in found.items()}


def _by(places: list[_Place], kind: str) -> dict[tuple[str, str], list[_Place]]:
    found: dict[tuple[str, str], list[_Place]] = defaultdict(list)
    for place in places:
        if place.kind == kind:
            found[(place.path, place.name)].append(place)
    return found


def _options(places: list[_Place]) -> Iterator[Finding]:
    """Give types of options, and the functions beside them that make some."""
    withs: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        if place.kind == "function" and _WITH.match(place.name):
            withs[dirname(place.path)].append(place)
    for place in places:
        beside = withs.get(dirname(place.path), [])
        if place.kind in {"type", "interface"} and _OPTION.match(place.name) and len(beside) >= _OPTIONS:
            text = f"{place.name} is an option; {len(beside)} functions beside it make some, such as {beside[0].name}."
            yield _finding("functional-options", place, text, 0.8, "lexical", beside)


def _handles(places: list[_Place]) -> Iterator[Finding]:
    """Give types of headers whose struct has its body in a source file alone."""
    bodies: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        if place.kind == "body":
            bodies[place.name].append(place)
    for place in places:
        if place.kind != "type" or not place.path.endswith(".h"):
            continue
        for name in (place.name, f"_{place.name}", f"{place.name}_s", place.name.removesuffix("_t"), f"{place.name}_"):
            known = bodies.get(name, [])
            if known and all(_beside(place.path, body.path) for body in known):
                text = f"{place.name} is known to others by its name alone; its body is in {known[0].path}."
                yield _finding("opaque-handle", place, text, 0.8, "structural", known)
                break


def _beside(header: str, body: str) -> bool:
    """Say whether a source file is that of a header, or one of several."""
    stem, other = header.removesuffix(".h"), body.removesuffix(".c")
    return body.endswith(".c") and (other.startswith(stem) or stem.startswith(other))


def _finding(
    pattern: str, place: _Place, text: str, confidence: float, evidence: str, others: Sequence[_Place] = ()
) -> Finding:
    return Finding(
        "L2",
        pattern,
        f"design-{pattern}",
        Spot(bytes_of(place.path), place.line, place.last_line, place.name),
        text,
        confidence,
        name=place.name,
        evidence=evidence,
        span=place.span,
        places=tuple(Spot(bytes_of(o.path), o.line, o.last_line, o.name) for o in others[:6]),
    )
