"""The manifest: every file of a dataset with its hash, and everything the bytes depend on. No clock in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.store.tables import file_sha256

NAME = "manifest.json"
FORMAT = "codestrata-dataset/2"
#: Formats of manifests that are read: the first knew no splits and one format of files.
_READ = ("codestrata-dataset/1", FORMAT)
_PARTS = frozenset({"digest", "figures", "files", "inputs"})
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "figures": ("files", "kept", "bytes", "dropped", "languages", "licences"),
    "inputs": ("settings", "repositories"),
}


def list_files(out: Path, known: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """List what lies in a dataset folder, the manifest itself left out: path, bytes, SHA-256; in path order.

    ``known`` has the SHA-256 of files, by path, that need not be read again.
    """
    hashes = known or {}
    paths = sorted(p for p in out.rglob("*") if p.is_file() and p.name != NAME)
    named = [(p.relative_to(out).as_posix(), p) for p in paths]
    return [
        {"path": name, "bytes": p.stat().st_size, "sha256": hashes.get(name) or file_sha256(p)} for name, p in named
    ]


def digest(files: Sequence[Mapping[str, Any]]) -> str:
    """Name a dataset by its content: SHA-256 over ``sha256  path`` lines."""
    text = "".join(f"{f['sha256']}  {f['path']}\n" for f in files)
    return hashlib.sha256(text.encode()).hexdigest()


def write(out: Path, facts: Mapping[str, Any], known: Mapping[str, str] | None = None) -> str:
    """Write ``manifest.json`` into the folder; returns the dataset's digest. ``known``: as in :func:`list_files`."""
    files = list_files(out, known)
    name = digest(files)
    text = json.dumps({"format": FORMAT, "digest": name, **facts, "files": files}, indent=1, sort_keys=True)
    (out / NAME).write_text(text + "\n", "utf-8")
    return name


def read(out: Path) -> dict[str, Any]:
    """Read a dataset's manifest, of this format or an older one.

    Raises OSError, ValueError for one that is somebody else's, and InvalidInput for one of a newer format.
    """
    try:
        found: Any = json.loads((out / NAME).read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{NAME} cannot be read: {error}") from error
    said = found.get("format") if isinstance(found, dict) else None
    if isinstance(said, str) and said not in _READ and re.fullmatch(r"codestrata-dataset/\d+", said):
        hint = "use that codestrata, or name another folder"
        raise InvalidInput(f"was written by a newer codestrata ({said})", where=str(out), hint=hint)
    if said not in _READ:
        raise ValueError(f"{NAME} is not of the format {FORMAT}")
    if missing := list(_missing(found)):
        raise ValueError(f"{NAME} lacks {', '.join(missing)}")
    figures, inputs = found["figures"], found["inputs"]
    figures.setdefault("rows", {"train": figures["kept"]})
    figures.setdefault("text", {"train": figures["bytes"]})
    inputs.setdefault("key", "")
    inputs.setdefault("shards", {})
    inputs["settings"].setdefault("write", {})
    return dict(found)


def _missing(found: Mapping[str, Any]) -> Iterator[str]:
    """Name what every manifest has had from the first format on, and this one has not."""
    yield from sorted(_PARTS - found.keys())
    for part, names in _NEEDED.items():
        inside = found.get(part, {})
        yield from (f"{part}.{name}" for name in names if part in found and name not in inside)
