"""Filling a dataset folder: data, stubs, attribution, card, manifest. The same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.reasons import REASONS
from codestrata.export.earlier.write import index
from codestrata.export.private import Policy
from codestrata.export.reading.dataset import Folder
from codestrata.export.settle.kept import stubs
from codestrata.export.shape.repo.missing import completeness
from codestrata.export.shape.stage import shape_of
from codestrata.export.text import readable_paths
from codestrata.export.tokens.totals import totals
from codestrata.export.validate.check import judge_new
from codestrata.export.write import assemble, attribution, card, manifest, shaped, shards, twins
from codestrata.export.write.about import About
from codestrata.export.write.credit import credits_of
from codestrata.export.write.croissant import croissant
from codestrata.export.write.figures import Figures, figures
from codestrata.export.write.rowschema import schema
from codestrata.export.write.spdx import spdx
from codestrata.store.parquet import write_table
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.columns import Varlen
    from codestrata.store.tables import TableFile, Tables

_STUBS = """
    full_name as repository, "commit", path, lower(hex(blob)) as blob, size, language, licence, licence_class,
    licence_source, reason, rule, value, threshold, value_text, survivor_repository, survivor_path,
    lower(hex(survivor_blob)) as survivor_blob, jaccard
"""


def fill(view: View, out: Path, key: str, standing: tuple[Path, Mapping[str, Any]] | None) -> None:
    """Write a whole dataset into an empty folder.

    ``standing`` is the sound dataset that this one takes the place of, with its manifest: shards that have not changed
    are linked from there.
    """
    settings = view.settings.export
    decisions = view.planned("export.decide", "decisions")
    shape, owed = shape_of(settings.recipe), None
    if shape is None:
        rows = assemble.content(view)
    else:
        rows, owed = shaped.content(view, shape)
    written = shards.write(view, rows, out, _old(standing))
    _removed(view.tables, out / "removed", decisions)
    if shape is not None:
        stubs(view, shape, out / "removed")
    twins.write(view, decisions, out)
    index(view, decisions, out)
    counted = figures(view, decisions)
    if owed is not None:
        languages, licences, whose = (owed.by(column) for column in ("language", "licence", "repository"))
        counted = replace(counted, unit="rows", languages=languages, licences=licences, repositories=whose)
    told = {"rows": dict(rows.rows), "text": dict(rows.bytes), **_totals(counted), **_parts(view, decisions)}
    told["tokens"] = totals(view, shape)
    credits_ = credits_of(view, decisions, owed)
    claims = attribution.write(out, credits_)
    inputs = {"key": key, "shards": written.keys, **_inputs(view)}
    folder = Folder(out, {"inputs": inputs, "figures": told, "files": [{"path": p} for p in written.sha256]})
    report = judge_new(folder, settings, standing[1]["figures"] if standing else None)
    report.refuse(settings.write.name)
    told |= {"forced": {"failed": [f"{one.gate}: {one.why}" for one in report.failed]}} if report.failed else {}
    _json(out / "validation.json", report.lasting())
    sizes = rows.rows, rows.bytes
    about = About(settings, counted, rows.fields, *sizes, written.sha256, told, _day(view), inputs["repositories"])
    card.write(out, about, {r.name: r.about for r in REASONS})
    _json(out / "schema.json", schema(about))
    _json(out / "croissant.json", croissant(about, out))
    _json(out / "spdx.json", spdx(about, credits_, claims))
    manifest.write(out, {"inputs": inputs, "figures": told}, written.sha256)


def _old(standing: tuple[Path, Mapping[str, Any]] | None) -> shards.Old:
    if standing is None:
        return {}
    out, said = standing
    hashes = {f["path"]: f["sha256"] for f in said["files"]}
    known: Mapping[str, str] = said["inputs"].get("shards", {})
    return {key: (out / path, hashes[path]) for path, key in known.items() if key and path in hashes}


def _removed(tables: Tables, folder: Path, decisions: Sequence[TableFile]) -> None:
    folder.mkdir()
    stubs = tables.read(decisions, _STUBS, "where not kept order by file_row_number")
    for name in ("path", "survivor_path"):
        paths: Varlen = stubs[name]  # type: ignore[assignment]
        stubs[name] = readable_paths(paths)
    write_table(folder / "removed-00000-of-00001.parquet", stubs)


def _json(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _day(view: View) -> str:
    """Give the day of the newest commit, UTC: the only time that a dataset knows."""
    newest = max((s.committed_at for s in view.snapshots()), default=0)
    return datetime.fromtimestamp(newest, UTC).date().isoformat()


def _inputs(view: View) -> dict[str, Any]:
    taken = {s.repository_id: (s.commit, s.committed_at) for s in view.snapshots()}
    settings = view.settings.export.model_dump()
    settings["tokens"]["tokenizer"] = Path(settings["tokens"]["tokenizer"]).name
    return {
        "software": SOFTWARE,
        "repositories": [
            {
                "id": r.id,
                "name": r.full_name,
                "origin": r.public_origin,
                "commit": taken.get(r.id, ("", -1))[0],
                "committed_at": taken.get(r.id, ("", -1))[1],
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
        "languages": counted.languages,
        "licences": counted.licences,
    }


def _parts(view: View, decisions: Sequence[TableFile]) -> dict[str, Any]:
    """Give what parts of the export have figures for; the card has a section for each."""
    settings, made = view.settings.export, dict[str, Any]()
    (decided,) = view.results("export.decide")
    if "shares" in decided:
        made["shares"] = decided["shares"]
    if settings.recipe == "repo":
        made["completeness"] = completeness(view)
    if copies := twins.saved(view):
        made["duplicates"] = copies
    if leaks := twins.leaks(view):
        made["leaks"] = leaks
    if Policy.of(settings.privacy).asks:
        kinds: dict[str, int] = dict(decided.get("replaced", {}))
        edited = view.tables.read(decisions, "count(*)::bigint as n", "where kept and redactions > 0")
        made["privacy"] = {"files": int(np.asarray(edited["n"])[0]), "places": sum(kinds.values()), "kinds": kinds}
    if settings.decontaminate.lists:
        asked = "split_part(rule, '/', 1) as \"set\", count(*)::bigint as n"
        found = view.tables.read(decisions, asked, "where reason = 'contaminated' group by all order by all")
        counts = dict(zip(varlen(found, "set").strings(), np.asarray(found["n"]).tolist(), strict=True))
        lists = [Path(name).name for name in settings.decontaminate.lists]
        made["decontamination"] = {"lists": lists, "files": counts}
    return made
