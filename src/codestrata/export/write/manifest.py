"""The manifest: every file of a dataset with its hash, and everything the bytes depend on. No clock in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codestrata.store.tables import file_sha256

NAME = "manifest.json"
FORMAT = "codestrata-dataset/1"


def list_files(out: Path) -> list[dict[str, Any]]:
    """List what lies in a dataset folder, the manifest itself left out: path, bytes, SHA-256; in path order."""
    paths = sorted(p for p in out.rglob("*") if p.is_file() and p.name != NAME)
    return [{"path": p.relative_to(out).as_posix(), "bytes": p.stat().st_size, "sha256": file_sha256(p)} for p in paths]


def digest(files: Sequence[Mapping[str, Any]]) -> str:
    """Name a dataset by its content: SHA-256 over ``sha256  path`` lines."""
    text = "".join(f"{f['sha256']}  {f['path']}\n" for f in files)
    return hashlib.sha256(text.encode()).hexdigest()


def write(out: Path, facts: Mapping[str, Any]) -> str:
    """Write ``manifest.json`` into the folder; returns the dataset's digest."""
    files = list_files(out)
    name = digest(files)
    text = json.dumps({"format": FORMAT, "digest": name, **facts, "files": files}, indent=1, sort_keys=True)
    (out / NAME).write_text(text + "\n", "utf-8")
    return name


def read(out: Path) -> dict[str, Any]:
    """Read a dataset's manifest; raises FileNotFoundError or ValueError."""
    found: dict[str, Any] = json.loads((out / NAME).read_text("utf-8"))
    return found
