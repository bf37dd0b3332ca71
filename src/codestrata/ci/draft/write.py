"""A draft as the text of a pipeline file: one order of keys, comments where something was decided or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from codestrata.ci.draft.document import Draft, Job, Matrix, Step

#: Columns within which a list of plain values stands on one line.
_WIDTH = 110
#: What needs no quotes, unless it reads as something else than a text.
_PLAIN = re.compile(r"[A-Za-z_./~][A-Za-z0-9_./@+=~^*%()-]*(?: [A-Za-z0-9_./@+=~^(-][A-Za-z0-9_./@+=~^*%()-]*)*")
#: A time or a size: no number for YAML.
_TIME = re.compile(r"[1-9][0-9]*[smhd]")
_ELSE = re.compile(
    r"(?i:true|false|yes|no|on|off|null|y|n|~|\.inf|\.nan)|[-+.]?[0-9][0-9_.eE+:-]*|\.+|<<|=|[-+]?\.[0-9]+.*"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class Noted(NamedTuple):
    """A value with comments above it."""

    notes: Sequence[str]
    value: Any


def write(draft: Draft) -> str:
    """Give the text of the file."""
    parts: dict[str, Any] = {
        "version": 1,
        "name": draft.name,
        "description": draft.description,
        "on": draft.on,
        "require": {"files": draft.require} if draft.require else {},
        "params": draft.parameters,
        "env": draft.env,
        "timeout": seconds(draft.timeout),
        "retry": {"max": draft.retries, "on": ["infra", "failed"]} if draft.retries else {},
        "jobs": {job.name: Noted(job.notes, _job(job)) for job in draft.jobs},
        "columns": draft.columns,
        "notifications": [_filled({"kind": n.kind, "target": n.target, "if": n.condition}) for n in draft.notices],
    }
    lines = [comment(note) for note in draft.notes]
    for name, value in _filled(parts).items():
        if name in {"jobs", "columns"}:
            lines.append("")
        lines += _entry(name, value, 0)
    return "\n".join(lines) + "\n"


def _job(job: Job) -> dict[str, Any]:
    return _filled(
        {
            "needs": job.needs,
            "if": job.condition,
            "image": job.image,
            "matrix": _matrix(job.matrix),
            "network": {"registries": job.registries} if job.registries else {},
            "env": job.env,
            "timeout": seconds(job.timeout),
            "retry": {"max": job.retries, "on": ["infra", "failed"]} if job.retries else {},
            "continue_on_error": job.continue_on_error or None,
            "parallel": job.parallel or None,
            "services": {s.name: _service(s.image, s.command, s.env, s.tcp) for s in job.services},
            "cache": [_filled({"key": c.key, "paths": c.paths, "restore": c.restore}) for c in job.caches],
            "steps": [Noted(step.notes, _step(step)) for step in job.steps],
            "reports": {r.name: _filled({"format": r.format, "path": r.path, "tool": r.tool}) for r in job.reports},
            "artifacts": [_filled({"name": a.name, "path": a.paths, "keep": _days(a.days)}) for a in job.artifacts],
        }
    )


def _matrix(matrix: Matrix) -> dict[str, Any]:
    found: dict[str, Any] = dict(matrix.axes)
    if matrix.rows:
        found["include"] = matrix.rows
    if found and matrix.most:
        found["max_parallel"] = matrix.most
    return found


def _service(image: str, command: str, env: Mapping[str, str], tcp: int) -> dict[str, Any]:
    return _filled({"image": image, "command": command, "env": env, "ready": {"tcp": tcp} if tcp else {}})


def _step(step: Step) -> dict[str, Any]:
    return _filled(
        {
            "name": step.name,
            "if": step.condition,
            "shell": "" if step.shell == "sh" else step.shell,
            "folder": "" if step.folder == "." else step.folder,
            "env": step.env,
            "timeout": seconds(step.timeout),
            "retry": {"max": step.retries, "on": ["infra", "failed"]} if step.retries else {},
            "on_failure": "" if step.on_failure == "stop" else step.on_failure,
            "run": step.run.rstrip() or ":",
        }
    )


def seconds(count: float) -> str:
    """Give a time as the file has it: ``90s``, ``10m``, ``2h``; "" for 0."""
    whole = max(1, round(count)) if count else 0
    for unit, size in (("h", 3600), ("m", 60)):
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return f"{whole}s" if whole else ""


def _days(count: float) -> str:
    return f"{count:g}d" if count else ""


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {k: v for k, v in parts.items() if v not in (None, "", [], {}, ())}


# -- YAML ------------------------------------------------------------------------------------------------------------


def comment(text: str) -> str:
    """Give a comment: one line, nothing that a terminal or a parser would take for something else."""
    return f"# {''.join(c if c.isprintable() else ' ' for c in text)}".rstrip()


def _entry(name: str, value: Any, indent: int) -> list[str]:
    """Give ``name: value`` with its comments."""
    pad = " " * indent
    notes, value = value if isinstance(value, Noted) else ((), value)
    return [*(pad + comment(n) for n in notes), *_valued(f"{pad}{_key(name)}:", value, indent)]


def _key(name: str) -> str:
    return name if name == "on" else scalar(name, flow=True)  # a text in YAML 1.2


def _valued(head: str, value: Any, indent: int) -> list[str]:
    """Give a value behind its head (``name:``), on the same line where it fits."""
    if isinstance(value, str) and "\n" in value and (block := _literal(value, indent + 2)):
        return [f"{head} |", *block]
    short = _inline(value)
    if short is not None and (not isinstance(value, list | dict) or len(head) + len(short) < _WIDTH):
        return [f"{head} {short}"]
    return [head, *_below(value, indent + 2)]


def _below(value: Any, indent: int) -> list[str]:
    """Give a list or a mapping as a block."""
    if isinstance(value, Mapping):
        return [line for name, one in value.items() for line in _entry(name, one, indent)]
    lines: list[str] = []
    pad = " " * indent
    for item in value:
        notes, one = item if isinstance(item, Noted) else ((), item)
        lines += [pad + comment(n) for n in notes]
        if isinstance(one, Mapping) and one:
            first, *rest = _below(one, indent + 2)
            lines += [f"{pad}- {first.lstrip()}", *rest]
        else:
            lines.append(f"{pad}- {_inline(one)}")
    return lines


def _inline(value: Any) -> str | None:
    """Give a value in flow style; None where it has to be a block."""
    if isinstance(value, Mapping):
        return _flow(value) if len(value) <= 3 else None  # noqa: PLR2004 -- more are hard to read on one line
    if isinstance(value, list | tuple):
        parts = [_inline(one) for one in value]
        simple = not any(isinstance(one, Mapping | list | Noted) for one in value)
        return f"[{', '.join(filter(None, parts))}]" if simple else None
    return scalar(value)


def _flow(value: Mapping[str, Any]) -> str | None:
    parts = []
    for name, one in value.items():
        nested = isinstance(one, Noted | Mapping) or (isinstance(one, str) and "\n" in one)
        short = None if nested else _inline(one)
        if short is None:
            return None
        parts.append(f"{_key(name)}: {short if isinstance(one, list) else scalar(one, flow=True)}")
    return f"{{{', '.join(parts)}}}"


def scalar(value: Any, *, flow: bool = False) -> str:
    """Give a text, number or truth value so that it is read as the same again."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"{value}"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and not _ELSE.fullmatch(text) and not (flow and text.endswith("="))
    return text if plain or _TIME.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """Give a text in the quotes that suit it. Source: YAML 1.2.2, sections 5.7 and 7.3.2."""
    if '"' in text and "'" not in text and text.isprintable() and "\ufeff" not in text:
        return f"'{text}'"
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c.isprintable() and not "\ud800" <= c <= "\udfff" and c != "\ufeff":
        return c
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"  # noqa: PLR2004


def _literal(text: str, indent: int) -> list[str]:
    """Give the lines of a block scalar; none where a line cannot stand in one."""
    lines = text.rstrip("\n").split("\n")
    if not lines[0] or lines[0][0] in " \t" or not all(map(_standable, lines)):
        return []
    return [" " * indent + line if line else "" for line in lines]


def _standable(line: str) -> bool:
    return all((c.isprintable() or c == "\t") and c != "\ufeff" for c in line) and (not line or bool(line.strip()))
