"""SARIF: the interchange format of static analysis.

Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS Standard; sections in the comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from codestrata.ci.records import Finding, Metric
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.jsons import at, each, entries, load, number, text
from codestrata.ci.reports.paths import of_uri

#: 3.27.9: results of these kinds say that something was looked at, not that something was found.
_NO_FINDING = {"pass", "notApplicable"}
#: How many base URIs may stand on one another (3.14.14).
_BASES = 8
_ARGUMENT = re.compile(r"\{(\d{1,3})\}")


def sarif(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read a SARIF log: every run, every result that is neither suppressed nor gone."""
    log = load(data)
    version = text(log, "version")
    if not each(log, "runs") and not version:
        raise Unreadable("no SARIF log: it has no version and no runs")
    if not version.startswith("2.1"):
        yield Problem(f"SARIF version {version!r}: it is read as 2.1.0", aside=True)
    for run in each(log, "runs"):
        yield from _run(run)


def _run(run: Any) -> Iterator[Record]:
    for invocation in each(run, "invocations"):
        for told in each(invocation, "toolExecutionNotifications"):
            if text(told, "level") == "error":  # 3.58.6
                yield Problem(f"the tool says: {_message(told, {})}")
    suppressed = 0
    for result in each(run, "results"):
        if _suppressed(result):
            suppressed += 1
        elif text(result, "kind") not in _NO_FINDING and text(result, "baselineState") != "absent":
            yield _finding(run, result)
    if suppressed:
        yield Metric("suppressed", suppressed)


def _suppressed(result: Any) -> bool:
    """3.27.23: a result is suppressed unless a suppression is under review or was rejected."""
    found = each(result, "suppressions")
    return bool(found) and all(text(one, "status") in {"", "accepted"} for one in found)


def _finding(run: Any, result: Any) -> Finding:
    rule = _rule(run, result)
    place = at(result, "locations", 0, "physicalLocation")
    region = at(place, "region")
    line = number(region, "startLine")
    return Finding(
        tool=text(run, "tool", "driver", "name"),
        rule=text(result, "ruleId") or text(result, "rule", "id") or text(rule, "id"),
        level=_level(result, rule),
        message=_message(result, rule),
        path=_path(run, at(place, "artifactLocation")),
        line=line,
        column=number(region, "startColumn"),
        end_line=number(region, "endLine", absent=line),
        end_column=number(region, "endColumn"),
        snippet=text(region, "snippet", "text").partition("\n")[0],
        fingerprint=_fingerprint(result),
    )


def _rule(run: Any, result: Any) -> Any:
    """3.52.3: find the rule by index in its component, else by its id, of which the result's may be a refinement."""
    extension = at(result, "rule", "toolComponent", "index")
    extended = isinstance(extension, int) and extension >= 0
    component = at(run, "tool", "extensions", extension) if extended else at(run, "tool", "driver")
    index = at(result, "ruleIndex")
    index = index if isinstance(index, int) else at(result, "rule", "index")
    if isinstance(index, int) and index >= 0:
        return at(component, "rules", index)
    name = text(result, "ruleId") or text(result, "rule", "id")
    named = {text(rule, "id"): rule for rule in each(component, "rules")} if name else {}
    return named.get(name) or named.get(name.rpartition("/")[0])


def _level(result: Any, rule: Any) -> str:
    """3.27.10: its own level; "none" where it is no failure; the rule's; "warning"."""
    own = text(result, "level")
    if own:
        return own
    if text(result, "kind") not in {"", "fail"}:
        return "none"
    return text(rule, "defaultConfiguration", "level") or "warning"


def _message(result: Any, rule: Any) -> str:
    """3.11: a text, or the id of one of the rule's, with its arguments in place."""
    message = at(result, "message")
    words = text(message, "text") or text(message, "markdown")
    if not words:
        words = text(rule, "messageStrings", text(message, "id"), "text") or text(rule, "shortDescription", "text")
    arguments = [one if isinstance(one, str) else "" for one in each(message, "arguments")]
    if not arguments:
        return words
    return _ARGUMENT.sub(lambda m: arguments[int(m[1])] if int(m[1]) < len(arguments) else m[0], words)


def _path(run: Any, location: Any) -> str:
    """3.4: a URI, absolute or on a base; or the place of an artifact in the run's list (3.4.5)."""
    index = at(location, "index")
    if not text(location, "uri") and isinstance(index, int) and index >= 0:
        location = at(run, "artifacts", index, "location")
    uri, base = text(location, "uri"), text(location, "uriBaseId")
    bases = entries(run, "originalUriBaseIds")
    for _ in range(_BASES):
        if not base or base not in bases:
            break
        uri = _joined(text(bases[base], "uri"), uri)
        base = text(bases[base], "uriBaseId")
    return of_uri(uri)


def _joined(base: str, uri: str) -> str:
    try:
        return urljoin(base, uri)
    except ValueError:  # a host in brackets that is no address
        return uri


def _fingerprint(result: Any) -> str:
    """3.27.16, 3.27.17: keep what the tool knows its results by. A sentence ("requires login") is no such thing."""
    given = entries(result, "fingerprints") | entries(result, "partialFingerprints")
    kept = {name: value for name, value in given.items() if isinstance(value, str) and value and " " not in value}
    return ";".join(f"{name}={value}" for name, value in sorted(kept.items()))
