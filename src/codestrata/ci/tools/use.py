"""What ``uses: tool/NAME@version`` in a pipeline stands for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from codestrata.ci.plan import NetworkPlan, ReportPlan
from codestrata.ci.tools.base import Tool
from codestrata.ci.tools.table import TOOLS
from codestrata.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What a use stands for: a script, the reports it writes, the network that its job has to grant it.

    ``judging``: exit codes, beside 0, with which it says that it found something; with any other it broke.
    """

    script: str
    reports: tuple[ReportPlan, ...] = ()
    network: NetworkPlan = field(default_factory=NetworkPlan)
    judging: tuple[int, ...] = ()


def tool_use(name: str, with_: Mapping[str, str] | None = None) -> ToolUse:
    """Give the script of a tool: ``clippy``, ``tool/clippy``, ``tool/clippy@0.1.95``, ``tool/clippy@0.1``.

    Parameters: ``report``, the file that the report is written to (``NAME.report``); ``data``, the folder of a tool
    that needs one; ``fail``: "never" (findings are no failure: columns judge them) or "findings". Raises InvalidInput
    for a tool or a parameter that does not exist.
    """
    wanted, _, version = name.removeprefix("tool/").partition("@")
    given = dict(with_ or {})
    tool = TOOLS.get(wanted)
    if tool is None:
        raise InvalidInput(f"no tool {wanted!r}", where=f"uses: {name}", hint=f"there are: {', '.join(sorted(TOOLS))}")
    report, data, fail = given.pop("report", f"{wanted}.report"), given.pop("data", ""), given.pop("fail", "never")
    if given:
        hint = "a tool has report, data and fail"
        raise InvalidInput(f"no parameter {min(given)!r}", where=f"uses: {name}", hint=hint)
    if fail not in {"never", "findings"}:
        raise InvalidInput(f"fail is never or findings, not {fail!r}", where=f"uses: {name}")
    script = _script(tool, version, report, data, fail)
    reports = (ReportPlan(name=wanted, format=tool.format, path=report, tool=wanted),)
    judging = tool.findings if fail == "findings" else ()
    return ToolUse(script, reports, NetworkPlan(registries=tool.registries), judging)


def _whole(version: str) -> str:
    """Give the pattern of a version, of which the last parts may be left out: 0.21 is 0.21.2, too, but not 10.21."""
    return rf"(^|[^0-9.]){re.escape(version)}([^0-9]|$)"


def _script(tool: Tool, version: str, report: str, data: str, fail: str) -> str:
    """Write the script: is it there, is it the version, run it with the report in its file, judge its exit code."""
    missing = shlex.quote(f"{tool.program} is not installed: get it by {tool.hint}")
    lines = [f"command -v {tool.program} >/dev/null || {{ echo {missing} >&2; exit 127; }}"]
    if version:
        other = shlex.quote(f"{tool.name} is not version {version}")
        said = f"({tool.probe}) 2>&1 | grep -qE {shlex.quote(_whole(version))}"
        lines.append(f"{said} || {{ echo {other} >&2; exit 127; }}")
    if tool.data[0] and data:
        lines.append(f"export {tool.data[0]}={shlex.quote(data)}")
    passing = "|".join(map(str, (0, *(tool.findings if fail == "never" else ()))))
    lines += [
        "code=0",
        f"sh -e -c {shlex.quote(tool.script)} > {shlex.quote(report)} || code=$?",
        f'case "$code" in {passing}) ;; *) exit "$code" ;; esac',
    ]
    return "\n".join(lines) + "\n"
