"""Woodpecker's ``when``: a list of which one has to hold, each of which holds when all of its parts do.

A run of ours counts as a push to the default branch, or as started by hand.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from codestrata.ci.convert.losses import Losses
from codestrata.ci.foreign.values import Value

_OURS = {"push", "manual"}
_STATUS = {frozenset({"failure"}): "failure()", frozenset({"success", "failure"}): "always()"}


def triggers(value: Value, losses: Losses) -> dict[str, object]:
    """Give the triggers that a workflow's ``when`` stands for."""
    found: dict[str, object] = {}
    for one in _alternatives(value):
        branches = [text for text in _included(one.get("branch")) if "$" not in text]
        for event in _included(one.get("event")):
            if event in {"push", "pull_request"}:
                found[event] = {"branches": branches} if branches else True
            elif event == "manual":
                found["manual"] = True
            else:
                losses.add(one.line, f"when: event: {event}", "there is no such trigger")
        for name, part in one.map.items():
            if name not in {"event", "branch"}:
                losses.add(part.line, f"when: {name}", "triggers do not ask for it")
    return found


def asked(value: Value, what: str, losses: Losses, matrix: AbstractSet[str] = frozenset()) -> str | None:
    """Give the condition of a step: "" where it always runs, None where it never does; what is not known is told."""
    found = [_one(one, what, losses, matrix) for one in _alternatives(value)]
    possible = [one for one in found if one is not None]
    if found and not possible:
        return None
    if "" in possible or not possible:
        return ""
    return possible[0] if len(possible) == 1 else " or ".join(f"({one})" for one in dict.fromkeys(possible))


def _alternatives(value: Value) -> list[Value]:
    return [one for one in (value.items if isinstance(value.data, list) else [value]) if one.map]


def _included(value: Value) -> list[str]:
    return value.get("include").texts if value.map else value.texts


def _one(value: Value, what: str, losses: Losses, matrix: AbstractSet[str]) -> str | None:
    """Give what one alternative asks; None where it is never so."""
    events = _included(value.get("event"))
    if events and not _OURS & set(events):
        return None
    if set(value.get("event").get("exclude").texts) >= _OURS:
        return None
    parts = []
    for name, one in value.map.items():
        if name == "status":
            parts.append(_STATUS.get(frozenset(one.texts), ""))
        elif name == "matrix":
            if not matrix >= set(one.map):
                return None
            parts += [f'matrix.{key} == "{_safe(part.text)}"' for key, part in one.map.items() if key.isidentifier()]
        elif name == "platform" and not any("linux" in text or "*" in text for text in _included(one)):
            return None
        elif name not in {"event", "platform"}:
            losses.add(one.line, f"{what}: when: {name}", "a run of ours does not know it; it runs without asking")
    return " and ".join(filter(None, parts))


def _safe(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).replace("\\", "\\\\").replace('"', '\\"')
