"""Lock files of ``[[package]]`` blocks: Cargo.lock, uv.lock, poetry.lock; read by lines, since they are long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from codestrata.analyze.structure.manifests.told import Manifest, Told, mapping
from codestrata.analyze.structure.manifests.urls import cargo, pypi

_FIELD = re.compile(r'(name|version|source)\s*=\s*(?:"([^"\n]*)"|\{([^}\n]*)\})')


def _packages(text: str) -> Iterator[tuple[str, str, str, int]]:
    """Give (name, version, source, line) of each block."""
    block: dict[str, str] = {}
    start, open_ = 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            if open_ and "name" in block:
                yield block["name"], block.get("version", ""), block.get("source", ""), start
            open_, block, start = line.strip() == "[[package]]", {}, number
        elif open_ and (found := _FIELD.match(line)):
            block.setdefault(found[1], found[2] if found[2] is not None else found[3])
    if open_ and "name" in block:
        yield block["name"], block.get("version", ""), block.get("source", ""), start


def _blocks(manifest: Manifest, url: Callable[[str], str], *, needs_source: bool) -> Told:
    told = Told(manifest.path)
    for name, version, source, line in _packages(manifest.text):
        local = not source if needs_source else "editable" in source or "virtual" in source
        if not local:
            told.lock(url(name), version, line + 1)
    return told


def cargo_lock(manifest: Manifest) -> Told:
    """Read Cargo.lock: a package without a source is of this repository. Source: The Cargo Book, "Cargo.lock"."""
    return _blocks(manifest, cargo, needs_source=True)


def python_lock(manifest: Manifest) -> Told:
    """Read uv.lock or poetry.lock: what is editable or virtual is of this repository."""
    return _blocks(manifest, pypi, needs_source=False)


def pipfile_lock(manifest: Manifest) -> Told:
    """Read Pipfile.lock."""
    told, data = Told(manifest.path), json.loads(manifest.text)
    for section in ("default", "develop"):
        for name, what in mapping(data.get(section)).items():
            version = mapping(what).get("version")
            if isinstance(version, str):
                told.lock(pypi(name), version.lstrip("="), manifest.line(f'"{section}"', f'"{name}"'))
    return told
