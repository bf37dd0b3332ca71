"""What one run of a tool comes to: a status, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codestrata.ci.records import Finding
from codestrata.ci.reports import Parsed
from codestrata.ci.tools import Tool
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Exit

#: Findings of one run that a row holds.
MOST_FINDINGS = 10_000
#: Characters of what a tool said, as a reason.
_SAID = 500
_FIELDS = ("rule", "level", "message", "path", "line", "column", "end_line", "end_column", "snippet", "fingerprint")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one tool on one repository; ``text`` is its report as it is. ``ms`` is -1 when it did not run.

    ``again``: it says nothing about the code, so it is tried again by the next run.
    """

    status: str
    kind: str
    version: str = ""
    reason: str = ""
    exit_code: int = -1
    ms: int = -1
    text: str = ""
    findings: tuple[Finding, ...] = ()
    again: bool = False

    def row(self, isolation: str) -> dict[str, Any]:
        """Give all but the text as JSON."""
        return {
            "status": self.status,
            "kind": self.kind,
            "version": self.version,
            "isolation": isolation if self.ms >= 0 else "",
            "exit_code": self.exit_code,
            "reason": self.reason,
            "findings": [{name: getattr(one, name) for name in _FIELDS} for one in self.findings[:MOST_FINDINGS]],
        }


def judge(tool: Tool, ended: Exit, parsed: Parsed, said: bytes, before: str) -> tuple[str, str]:
    """Give status and reason. ``said`` is what the tool printed for people, ``before`` why its fetch step failed."""
    if ended.result is ResultClass.TIMEOUT:
        return "timeout", ended.reason or "out of time"
    if ended.result is ResultClass.REFUSED:
        return "refused", ended.reason
    if ended.result not in {ResultClass.PASSED, ResultClass.FAILED}:
        return "error", f"{ended.result.value}: {ended.reason}"
    if parsed.findings and (ended.code == 0 or ended.code in tool.findings):
        more = len(parsed.findings) - MOST_FINDINGS
        return "findings", f"{more:,} more findings are left out" if more > 0 else ""
    if ended.code == 0 and (parsed.metrics or not parsed.problems):
        return "ok", ""
    return "error", "; ".join(filter(None, [before, *parsed.problems[:1], _last(said)])) or ended.reason


def _last(said: bytes) -> str:
    """Give the last lines that a tool printed, on one."""
    lines = [line.strip() for line in said[-8192:].decode("utf-8", "replace").splitlines() if line.strip()]
    return " ".join(lines)[-_SAID:]


def again(ended: Exit) -> bool:
    """Say whether what came of it says nothing about the code."""
    return ended.result in {ResultClass.INFRA, ResultClass.CANCELLED, ResultClass.REFUSED, ResultClass.KILLED}
