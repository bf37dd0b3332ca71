"""Publishing: from committed texts and decisions to a dataset folder. The same input gives the same bytes.

This module stays light: whether a dataset is still what it would be is asked of the catalogue and the folder alone.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StorageError
from codestrata.export.amend import tombstones
from codestrata.export.write import manifest
from codestrata.export.write.published import Published
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View

_WRITABLE = "name a folder that can be written with --out"
#: Raise it when the folder's layout or texts change.
VERSION = "8"
PARTS = {
    "data/": "the rows",
    "removed/": "a stub for every file that was left out, with the reason",
    "README.md": "the dataset card, with plots/",
    "ATTRIBUTION.md": "who is owed credit; NOTICES.txt and LICENSES/ have the texts",
    "schema.json": "what a row is; croissant.json and spdx.json describe the whole for machines",
    "validation.json": "what every gate found",
    "manifest.json": "every file with its SHA-256, and everything the bytes depend on",
}

#: Folders that are there where settings ask for them.
ASKED = {
    "duplicates/": "each pair of a duplicate and its kept twin, and the clusters they make",
    "index/": "hashes and signatures of the contents, for later datasets to be held against",
}


def publish(view: View, out: Path) -> Published:
    """Write the dataset of this run into ``out``, in place of any there; :func:`standing` says if that is needed.

    Raises InvalidInput when ``out`` holds something that is no dataset, StorageError when it cannot be written.
    """
    found = _present(out)
    sound = found is not None and _intact(view.workspace, out, found)
    _replace(view, out.resolve(), _key(view), found if sound else None)
    _remember(view.workspace, out)
    return _published(out, manifest.read(out))


def standing(view: View, out: Path) -> Published | None:
    """Give the dataset in ``out`` when it is the one that publishing would write, and whole; no library is loaded."""
    found = _present(out)
    if found is None or found["format"] != manifest.FORMAT or found["inputs"]["key"] != _key(view):
        return None
    if not _intact(view.workspace, out, found):
        return None
    _remember(view.workspace, out)
    return _published(out, found)


def _published(out: Path, said: Mapping[str, Any]) -> Published:
    counted = said["figures"]
    return Published(
        out=out,
        rows=sum(counted["rows"].values()),
        files=counted["files"],
        bytes=sum(counted["text"].values()),
        shards=len({_bare(path) for path in said["inputs"]["shards"]}) if counted["rows"] else 0,
        splits=counted["rows"],
        digest=said["digest"],
        dropped=counted["dropped"],
        languages=[(name, n, size) for name, n, size in counted["languages"]],
        licences=[(name, n, size) for name, n, size in counted["licences"]],
        shares=counted.get("shares", {}),
        forced=list(counted.get("forced", {}).get("failed", ())),
        parts=PARTS | {name: about for name, about in ASKED.items() if (out / name).is_dir()},
    )


def _bare(path: str) -> str:
    """Give a shard's name without what says its format."""
    return path.rpartition("/")[2].partition(".")[0]


def last_dataset(workspace: Path) -> Path | None:
    """Give the dataset this workspace published last."""
    noted = _noted(workspace)
    return Path(noted[0]) if noted else None


def _noted(workspace: Path) -> list[str]:
    """Give the folder and the stamp of the dataset published last; nothing when there was none."""
    note = workspace / "published"
    return note.read_text("utf-8").splitlines() if note.exists() else []


def _remember(workspace: Path, out: Path) -> None:
    (workspace / "published").write_text(f"{out.absolute()}\n{_stamp(out)}\n", "utf-8")


def check_target(out: Path, workspace: Path | None = None) -> None:
    """Raise InvalidInput when ``out`` holds something that is no dataset: better before the work than after it.

    Nor may it lie in the workspace, whose folders belong to stages, or in a dataset, which is replaced as a whole.
    Raises StorageError where no folder can be made.
    """
    if workspace is not None and out.resolve().is_relative_to(workspace.resolve()):
        hint = "name a folder beside it"
        raise InvalidInput("lies in the workspace, where no dataset may be", where=str(out), hint=hint)
    for above in out.resolve().parents:
        if _is_dataset(above):
            hint = "name a folder beside it"
            raise InvalidInput(f"lies in another dataset, {above}", where=str(out), hint=hint)
    above = next(one for one in out.resolve().parents if one.exists())
    code = errno.ENOTDIR if not above.is_dir() else 0 if os.access(above, os.W_OK | os.X_OK) else errno.EACCES
    if code:
        raise StorageError(os.strerror(code), where=str(above), hint=_WRITABLE)
    _only_ours(out, _present(out))


def _only_ours(out: Path, found: Mapping[str, Any] | None) -> None:
    """Raise InvalidInput where others' files lie in a dataset: it is replaced as a whole, and they would be lost."""
    if found is None:
        return
    known = {manifest.NAME, tombstones.NAME, *(file["path"] for file in found["files"])}
    here = (p.relative_to(out).as_posix() for p in out.rglob("*") if not p.is_dir())
    others = sorted(name for name in here if name not in known)
    if others:
        what = others[0] if len(others) == 1 else f"{others[0]} and {len(others) - 1} more"
        hint = "move them away, or name another folder"
        why = f"has files that are not of the dataset, and would be lost: {what}"
        raise InvalidInput(why, where=str(out), hint=hint)


def _is_dataset(folder: Path) -> bool:
    try:
        manifest.read(folder)
    except (OSError, ValueError):
        return False
    except InvalidInput:  # of a newer version
        return True
    return True


def _present(out: Path) -> dict[str, Any] | None:
    old = aside(out)
    if not out.exists() and old.exists():  # killed between the two renames of _replace
        old.rename(out.resolve())
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        return manifest.read(out)
    except (OSError, ValueError) as error:
        why = f": {error}" if isinstance(error, ValueError) else ""
        hint = "name another folder, or empty this one"
        raise InvalidInput(f"is there already and is no dataset{why}", where=str(out), hint=hint) from error


def aside(out: Path) -> Path:
    """Give the name that a dataset has while another takes its place; of a link it is the dataset it leads to."""
    whole = out.resolve()
    return whole.parent / f".{whole.name}.old"


def _intact(workspace: Path, out: Path, found: Mapping[str, Any]) -> bool:
    """Say whether every file is what the manifest says; files as they were when last published are not read again."""
    return _noted(workspace) == [str(out.absolute()), _stamp(out)] or bool(manifest.list_files(out) == found["files"])


def _stamp(out: Path) -> str:
    """Digest the names, sizes and times of the files; it stays in the workspace and reaches no output."""
    states = [(p.relative_to(out).as_posix(), p.stat()) for p in sorted(out.rglob("*")) if p.is_file()]
    text = json.dumps([[name, state.st_size, state.st_mtime_ns] for name, state in states])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _key(view: View) -> str:
    """Digest all that the dataset's bytes depend on."""
    recipe = view.settings.export.recipe
    rows_of = ("export.texts", "texts") if recipe == "pretrain" else ("export.shape", f"samples_{recipe}")
    tables = (("export.decide", "decisions"), rows_of, ("export.settle", "settled"))
    files = [file.sha256 for stage, table in tables for file in view.planned(stage, table)]
    rows = [[r.public_origin, r.stars, r.forks, dict(r.row)] for r in view.repositories()]
    checked = [[r["repository"], r["pipeline"], r["columns"]] for r in view.results("ci.run")]
    text = json.dumps([VERSION, SOFTWARE, files, rows, checked, view.settings.export.model_dump()], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _replace(view: View, out: Path, key: str, standing: Mapping[str, Any] | None) -> None:
    from codestrata.export.write.fill import fill

    fresh, old = out.parent / f".{out.name}.new", aside(out)
    try:
        for folder in (fresh, old):
            shutil.rmtree(folder, ignore_errors=True)
        fresh.mkdir(parents=True)
        fill(view, fresh, key, (out, standing) if standing else None)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        hint = "free some disk space and run again" if full else _WRITABLE
        raise StorageError(error.strerror or str(error), where=str(out), hint=hint) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
