"""SARIF 2.1.0, section by section."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codestrata.ci.records import Finding
from codestrata.ci.reports import Parsed, Source, parse


def log(*results: Any, **run: Any) -> Parsed:
    """Read a log of one run."""
    driver = {"name": "x", "rules": run.pop("rules", [])}
    whole = {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]}
    return parse("sarif", json.dumps(whole).encode(), Source())


def one(result: Any, **run: Any) -> Finding:
    """Read a log of one result."""
    (found,) = log(result, **run).findings
    return found


def place(**location: Any) -> list[Any]:
    """Give locations of one artifact."""
    return [{"physicalLocation": {"artifactLocation": location, "region": {"startLine": 3}}}]


RULES = [{"id": "A", "defaultConfiguration": {"level": "error"}}, {"id": "B"}]


@pytest.mark.parametrize(
    ("result", "level"),
    [
        ({"ruleId": "A", "level": "note"}, "note"),
        ({"ruleId": "A"}, "error"),
        ({"ruleIndex": 0}, "error"),
        ({"rule": {"index": 0}}, "error"),
        ({"ruleId": "A/refined"}, "error"),
        ({"ruleId": "B"}, "warning"),
        ({"ruleId": "unknown"}, "warning"),
        ({"ruleId": "A", "kind": "review"}, "none"),
        ({"ruleId": "A", "kind": "fail"}, "error"),
    ],
)
def test_level(result: dict[str, Any], level: str) -> None:
    """3.27.10: the result's own, "none" for other kinds than fail, the rule's, "warning"."""
    assert one(result, rules=RULES).level == level


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ({"uri": "a%20b.rs"}, "a b.rs"),
        ({"uri": "file:///work/src/a.rs"}, "src/a.rs"),
        ({"uri": "file:///elsewhere/a.rs"}, "/elsewhere/a.rs"),
        ({"uri": "./src/../a.rs"}, "a.rs"),
        ({"uri": "a.rs", "uriBaseId": "SRC"}, "src/a.rs"),
        ({"uri": "a.rs", "uriBaseId": "%SRCROOT%"}, "a.rs"),
        ({"index": 1}, "src/b.rs"),
        ({"uri": "a.rs", "uriBaseId": "LOOP"}, "a.rs"),
    ],
)
def test_paths(location: dict[str, Any], path: str) -> None:
    """3.4 and 3.14.14: absolute, relative, on bases that stand on bases, by index; always relative to the tree."""
    bases = {
        "ROOT": {"uri": "file:///work/"},
        "SRC": {"uri": "src/", "uriBaseId": "ROOT"},
        "LOOP": {"uri": "./", "uriBaseId": "LOOP"},
    }
    artifacts = [{"location": {"uri": "x"}}, {"location": {"uri": "b.rs", "uriBaseId": "SRC"}}]
    assert one({"locations": place(**location)}, originalUriBaseIds=bases, artifacts=artifacts).path == path


def test_what_is_no_finding() -> None:
    """Passed, not applicable, gone since the baseline, or suppressed; a suppression under review is none yet."""
    parsed = log(
        {"ruleId": "pass", "kind": "pass"},
        {"ruleId": "gone", "baselineState": "absent"},
        {"ruleId": "quiet", "suppressions": [{"kind": "inSource"}]},
        {"ruleId": "rejected", "suppressions": [{"kind": "external", "status": "rejected"}]},
        {"ruleId": "review", "suppressions": [{"kind": "external", "status": "underReview"}]},
    )
    assert [found.rule for found in parsed.findings] == ["rejected", "review"]
    assert [(metric.name, metric.value) for metric in parsed.metrics] == [("suppressed", 1)]


def test_messages() -> None:
    """3.11: a text, or one of the rule's with arguments in place."""
    rules = [{"id": "A", "messageStrings": {"m": {"text": "{0} is not {1} {9}"}}}]
    assert (
        one({"ruleId": "A", "message": {"id": "m", "arguments": ["x", "y"]}}, rules=rules).message == "x is not y {9}"
    )
    assert one({"message": {"text": "plain"}}).message == "plain"


def test_fingerprints_of_the_tool_are_kept() -> None:
    """3.27.16, 3.27.17; what is a sentence is no fingerprint."""
    assert one({"partialFingerprints": {"b/v1": "2", "a/v1": "1"}}).fingerprint == "a/v1=1;b/v1=2"
    assert len(one({"fingerprints": {"matchBasedId/v1": "requires login"}}).fingerprint) == 32


def test_the_tools_own_trouble_is_a_problem() -> None:
    """3.20.21: a notification of level error."""
    told = {"toolExecutionNotifications": [{"level": "error", "message": {"text": "no memory"}}, {"level": "note"}]}
    assert log(invocations=[told]).problems == ["the tool says: no memory"]


def test_rules_of_extensions() -> None:
    """3.52.3: a rule of a plug-in, by the component's index."""
    tool = {
        "driver": {"name": "x"},
        "extensions": [{"name": "e", "rules": [{"id": "E", "defaultConfiguration": {"level": "note"}}]}],
    }
    result = {"rule": {"index": 0, "toolComponent": {"index": 0}}}
    whole = {"version": "2.1.0", "runs": [{"tool": tool, "results": [result]}]}
    (found,) = parse("sarif", json.dumps(whole).encode(), Source()).findings
    assert (found.rule, found.level) == ("E", "note")
