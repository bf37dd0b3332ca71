"""What a key of a GitLab job is, with ``extends``, ``default`` and ``!reference`` followed."""

from __future__ import annotations

import itertools
import re

from codestrata.ci.foreign.values import Value

#: How deep ``extends`` and ``!reference`` are followed. Source: GitLab's own limits are 11 and 10.
_DEEP = 11
_MOST = 200
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(w|d|h|m|s)[a-z]*", re.IGNORECASE)
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


class Keys:
    """The keys of every job."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def of(self, job: str, key: str, *, shared: bool = False) -> Value:
        """Give a job's key, or that of what it extends; ``shared``: or the file's own default."""
        found = self._of(job, key, _DEEP)
        if found is None and shared:
            default = self.value.get("default").map.get(key) or self.value.map.get(key)
            found = default
        return found or Value(self.value.get(job).line, None)

    def _of(self, job: str, key: str, depth: int) -> Value | None:
        one = self.value.get(job)
        if key in one.map or not depth:
            found = one.map.get(key)
            parents = one.get("extends").texts if key == "variables" and depth else []
            if found is None or not parents:
                return found
            merged = {**self._merged(parents, depth), **found.map}
            return Value(found.line, merged)
        if key == "variables":
            return Value(one.line, self._merged(one.get("extends").texts, depth))
        for parent in reversed(one.get("extends").texts):
            if (above := self._of(parent, key, depth - 1)) is not None:
                return above
        return None

    def _merged(self, parents: list[str], depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for parent in parents[:_DEEP]:
            above = self._of(parent, "variables", depth - 1)
            found.update(above.map if above else {})
        return found

    def lines(self, job: str, key: str, *, shared: bool = False) -> list[str]:
        """Give the commands under a key; lists in lists are one."""
        return self._lines(self.of(job, key, shared=shared), _DEEP)[:_MOST]

    def _lines(self, value: Value, depth: int) -> list[str]:
        if not depth:
            return []
        if value.tag == "!reference":
            path = value.texts
            return self._lines(self.of(path[0], path[1]), depth - 1) if len(path) == 2 else []  # noqa: PLR2004
        if isinstance(value.data, list):
            return [line for one in value.data[:_MOST] for line in self._lines(one, depth - 1)]
        return [value.text] if value.text else []


def rows(value: Value) -> list[dict[str, str]]:
    """Give the combinations of ``parallel: matrix``, with "" for what one does not name."""
    found: list[dict[str, str]] = []
    for one in value.items:
        axes = {name: part.texts or [""] for name, part in one.map.items()}
        size = 1
        for texts in axes.values():
            size *= len(texts)
        if axes and size <= _MOST:
            found += [dict(zip(axes, row, strict=True)) for row in itertools.product(*axes.values())]
    every = list(dict.fromkeys(name for row in found for name in row))
    return [{name: row.get(name, "") for name in every} for row in found[:_MOST]]


def times(text: str) -> float:
    """Give a time in words (``1h 30m``, ``2 weeks``) in seconds; 0 where there is none."""
    return min(sum(float(count) * _SECONDS[unit.lower()] for count, unit in _TIME.findall(text)), 1e9)
