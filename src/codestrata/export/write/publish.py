"""Publishing: from committed shards and decisions to a dataset folder. The same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StorageError
from codestrata.export.decide.reasons import REASONS
from codestrata.export.write import attribution, card, manifest
from codestrata.export.write.figures import Figures, figures
from codestrata.export.write.published import Published
from codestrata.export.write.schema import SAMPLES
from codestrata.export.write.text import readable_path
from codestrata.store.columns import Columns, Varlen, blank
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile, Tables

#: Raise it when the folder's layout or texts change.
VERSION = "1"
PARTS = {
    "data/": "the rows",
    "removed/": "a stub for every file that was left out, with the reason",
    "README.md": "the dataset card, with plots/",
    "ATTRIBUTION.md": "who is owed credit; NOTICES.txt and LICENSES/ have the texts",
    "manifest.json": "every file with its SHA-256, and everything the bytes depend on",
}
_SUFFIX = {"parquet": ".parquet", "jsonl": ".jsonl", "jsonl.zst": ".jsonl.zst"}
_STUBS = """
    full_name as repository, "commit", path, lower(hex(blob)) as blob, size, language, licence, licence_class,
    licence_source, reason, rule, value, threshold, value_text, survivor_repository, survivor_path,
    lower(hex(survivor_blob)) as survivor_blob, jaccard
"""


def publish(view: View, out: Path) -> Published:
    """Write the dataset of this run into ``out``; a dataset that is there already is replaced as a whole.

    Raises InvalidInput when ``out`` holds something that is no dataset, StorageError when it cannot be written.
    """
    decisions = view.planned("export.decide", "decisions")
    shards = view.planned("export.shards", "samples")
    counted = figures(view.tables, decisions)
    key = _key(view, decisions, shards)
    found = _present(out)
    if found is None or found["inputs"]["key"] != key or not _intact(view.workspace, out, found):
        _replace(view, out, key, counted, decisions, shards)
        found = manifest.read(out)
    _remember(view.workspace, out)
    return Published(
        out=out,
        rows=counted.kept,
        files=counted.files,
        bytes=counted.kept_bytes,
        shards=len(shards),
        digest=found["digest"],
        dropped=counted.dropped,
        languages=counted.languages,
        licences=counted.licences,
        parts=PARTS,
    )


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


def check_target(out: Path) -> None:
    """Raise InvalidInput when ``out`` holds something that is no dataset: better before the work than after it."""
    _present(out)


def _present(out: Path) -> dict[str, Any] | None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        return manifest.read(out)
    except (OSError, ValueError) as error:
        hint = "name another folder, or empty this one"
        raise InvalidInput("is there already and is no dataset", where=str(out), hint=hint) from error


def _intact(workspace: Path, out: Path, found: Mapping[str, Any]) -> bool:
    """Say whether every file is what the manifest says; files as they were when last published are not read again."""
    return _noted(workspace) == [str(out.absolute()), _stamp(out)] or bool(manifest.list_files(out) == found["files"])


def _stamp(out: Path) -> str:
    """Digest the names, sizes and times of the files; it stays in the workspace and reaches no output."""
    states = [(p.relative_to(out).as_posix(), p.stat()) for p in sorted(out.rglob("*")) if p.is_file()]
    text = json.dumps([[name, state.st_size, state.st_mtime_ns] for name, state in states])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _key(view: View, decisions: Sequence[TableFile], shards: Sequence[TableFile]) -> str:
    rows = [dict(r.row) for r in view.repositories()]
    parts = [VERSION, SOFTWARE, [f.sha256 for f in (*decisions, *shards)], rows]
    text = json.dumps([*parts, view.settings.export.model_dump(mode="json")], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _replace(
    view: View, out: Path, key: str, counted: Figures, decisions: Sequence[TableFile], shards: Sequence[TableFile]
) -> None:
    out = out.absolute()
    fresh = out.parent / f".{out.name}.new"
    old = out.parent / f".{out.name}.old"
    try:
        for folder in (fresh, old):
            shutil.rmtree(folder, ignore_errors=True)
        fresh.mkdir(parents=True)
        _fill(view, fresh, key, counted, decisions, shards)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StorageError(str(error), where=str(out), hint="free some disk space and run again") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fill(
    view: View, out: Path, key: str, counted: Figures, decisions: Sequence[TableFile], shards: Sequence[TableFile]
) -> None:
    write = view.settings.export.write
    suffix = _SUFFIX[write.format]
    _data(view.tables, out / "data", shards, suffix)
    _removed(view.tables, out / "removed", decisions)
    attribution.write(out, credits_of(view, decisions))
    card.write(out, write.name, counted, {r.name: r.about for r in REASONS}, f"data/*{suffix}")
    manifest.write(out, {"inputs": {"key": key, **_inputs(view)}, "figures": _totals(counted)})


def _data(tables: Tables, folder: Path, shards: Sequence[TableFile], suffix: str) -> None:
    folder.mkdir()
    if not shards:  # a dataset without rows still has its schema
        nothing: Columns = {field.name: blank(0, field.kind) for field in SAMPLES}
        shards = [tables.write("samples", nothing)]
    for number, shard in enumerate(shards):
        name = folder / f"train-{number:05d}-of-{len(shards):05d}{suffix}"
        if suffix == ".parquet":
            shutil.copyfile(tables.root / shard.path, name)
        else:
            compression = "zstd" if suffix.endswith(".zst") else "none"
            tables.copy(
                f"select * exclude (file_row_number) from {tables.scan([shard])} order by file_row_number",
                name,
                f"(format json, compression {compression})",
            )


def _removed(tables: Tables, folder: Path, decisions: Sequence[TableFile]) -> None:
    folder.mkdir()
    stubs = tables.read(decisions, _STUBS, "where not kept order by file_row_number")
    for name in ("path", "survivor_path"):
        stubs[name] = Varlen.of(readable_path(p) for p in stubs[name])
    target = folder / "removed-00000-of-00001.parquet"
    tables.copy("select * from stubs", target, "(format parquet, compression zstd)", stubs=stubs)


def credits_of(view: View, decisions: Sequence[TableFile]) -> list[attribution.Credit]:
    """List what every repository with kept rows is owed, in the order of their names."""
    source = view.tables.scan(decisions)
    kept = view.tables.query(
        f"select repository_id, licence, count(*)::bigint as n from {source} where kept group by all order by all"
    )
    proof = view.tables.query(
        f"with e as (select distinct repository_id, licence_source as p from {source}"
        f" where kept and licence_method = 'file')"
        f" select d.repository_id, e.p, lower(hex(d.blob)) as blob from {source} d join e"
        f" on d.repository_id = e.repository_id and d.path = encode(e.p) order by all"
    )
    folders = {s.repository_id: (view.workspace / s.git_dir, s.commit) for s in view.snapshots()}
    licences: dict[str, dict[str, int]] = {}
    for i, name, n in zip(*(_list(kept, c) for c in ("repository_id", "licence", "n")), strict=True):
        licences.setdefault(i, {})[name or "NOASSERTION"] = n
    evidence: dict[str, dict[str, str]] = {}
    for i, path, blob in zip(*(_list(proof, c) for c in ("repository_id", "p", "blob")), strict=True):
        evidence.setdefault(i, {})[path] = blob
    return [
        attribution.Credit(
            full_name=r.full_name,
            origin=r.public_origin,
            commit=folders[r.id][1],
            licences=tuple(sorted(licences[r.id])),
            rows=sum(licences[r.id].values()),
            git_dir=folders[r.id][0],
            evidence=evidence.get(r.id, {}),
        )
        for r in sorted(view.repositories(), key=lambda r: (r.full_name, r.id))
        if r.id in licences
    ]


def _list(columns: Mapping[str, Any], name: str) -> list[Any]:
    if not columns:
        return []
    column = columns[name]
    return column.strings() if hasattr(column, "strings") else column.tolist()  # type: ignore[no-any-return]


def _inputs(view: View) -> dict[str, Any]:
    commits = {s.repository_id: s.commit for s in view.snapshots()}
    settings = view.settings.export.model_dump(mode="json")
    return {
        "software": SOFTWARE,
        "repositories": [
            {
                "id": r.id,
                "name": r.full_name,
                "origin": r.public_origin,
                "commit": commits.get(r.id, ""),
                "row": dict(r.row),
            }
            for r in sorted(view.repositories(), key=lambda r: (r.full_name, r.id))
        ],
        "settings": settings | {"opt_out_file": Path(settings["opt_out_file"]).name},
    }


def _totals(counted: Figures) -> dict[str, Any]:
    return {
        "files": counted.files,
        "kept": counted.kept,
        "bytes": counted.kept_bytes,
        "dropped": counted.dropped,
        "languages": {name: [n, b] for name, n, b in counted.languages},
        "licences": {name: [n, b] for name, n, b in counted.licences},
    }
