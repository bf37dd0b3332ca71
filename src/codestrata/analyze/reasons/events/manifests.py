"""Manifests: which packages a manifest asks for, and the line that does, for telling what was replaced by what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

#: Keys of package.json and pyproject.toml that look like packages.
_KEYS = frozenset(b"version name main node npm license types python edition rust-version".split())


@cache
def _table() -> tuple[tuple[re.Pattern[str], re.Pattern[bytes]], ...]:
    data = tomllib.loads((files("codestrata.analyze.reasons") / "data" / "manifests.toml").read_text("utf-8"))
    return tuple(
        (re.compile(row["name"], re.IGNORECASE), re.compile(row["line"].encode(), re.MULTILINE))
        for row in data["manifest"]
    )


def is_manifest(path: str) -> bool:
    """Say whether a path is that of a manifest that is read here."""
    return any(name.fullmatch(path.rsplit("/", 1)[-1]) for name, _ in _table())


def packages(path: str, text: bytes) -> Mapping[bytes, tuple[int, int]]:
    """Give the packages that a manifest asks for, each with the bytes of its line, less major versions."""
    base = path.rsplit("/", 1)[-1]
    matcher = next(line for name, line in _table() if name.fullmatch(base))
    found: dict[bytes, tuple[int, int]] = {}
    for one in matcher.finditer(text):
        name = re.sub(rb"/v\d+$", b"", one[1])
        if name not in _KEYS:
            stop = text.find(b"\n", one.start(1))
            start = one.start() + len(one[0]) - len(one[0].lstrip())
            found.setdefault(name, (start, len(text[: stop if stop >= 0 else len(text)].rstrip())))
    return found
