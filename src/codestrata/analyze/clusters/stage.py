"""The ``analyze.clusters`` stage: all definitions of a run → clusters of those that are alike."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from codestrata.analyze.asking.families import families
from codestrata.analyze.asking.sources import snapshots
from codestrata.analyze.clusters.likeness import Classes, classes
from codestrata.analyze.clusters.schema import CLUSTERS, MEMBERS
from codestrata.analyze.facts.names import REGULAR
from codestrata.analyze.syntax import stage as syntax
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import StrataError
from codestrata.git.objects import Objects
from codestrata.store.columns import Columns, Varlen, column
from codestrata.store.rows import rows_of

NAME = "analyze.clusters"
#: Raise it when the same definitions may make other clusters.
VERSION = "1"
#: Named nodes below which definitions are alike by chance: getters, empty constructors.
LEAST = 12
#: Definitions of one syntax in a run that are listed; more are counted.
MOST = 1000
_KINDS = "('function', 'method', 'constructor', 'class', 'struct', 'enum', 'trait', 'interface', 'impl')"


class Clusters:
    """Definitions of all snapshots → tables **clusters** and **cluster_members**."""

    name = NAME
    verb = "analyze"
    unit = "repositories"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for the run, when levels are asked for."""
        taken = snapshots(view)
        files = view.files("definitions", stage=syntax.NAME, version=syntax.version(view.settings.analyze))
        if not view.settings.analyze.levels or not files:
            return
        places = [
            {
                "id": snapshot.id,
                "git_dir": snapshot.git_dir,
                "files": [f.path for f in view.files("files", subject=repository.id)],
                "marks": [f.path for f in view.files("annotations", subject=repository.id)],
                "family": family,
            }
            for (repository, snapshot), family in zip(taken, families(view, taken), strict=True)
        ]
        hint = {"definitions": [f.path for f in files], "places": places}
        key = [[{k: v for k, v in p.items() if k != "git_dir"} for p in places], hint["definitions"]]
        spec = {"of": hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()}
        title = f"{len(taken)} repositories" if len(taken) != 1 else taken[0][0].full_name
        yield Partition(NAME, VERSION, spec, title=title, weight=max(1, len(taken)), hint=hint)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Find what is alike."""
        places = partition.hint["places"]
        found = io.tables.query(_question(io, places, partition.hint["definitions"]), families_=_families(places))
        rows = list(rows_of(found))
        firsts = [i for i, row in enumerate(rows) if row["nth"] == 1]
        heads = [rows[i] for i in firsts]
        texts = Varlen.of(_texts(io, places, heads), text=False)
        shape = np.array([row["shape_hash"] for row in heads], np.uint64)
        nodes = np.array([row["nodes"] for row in heads], np.int64)
        told = classes(shape, nodes, [row["kind"] for row in heads], texts)
        clusters, members = _tables(rows, heads, told, places)
        io.progress(partition.weight)
        return Outcome(
            {"clusters": clusters, "cluster_members": members}, counts={"clusters": len(clusters["cluster"])}
        )


def _families(places: Sequence[Mapping[str, Any]]) -> Columns:
    return {"place": np.arange(len(places)), "family": np.array([p["family"] for p in places], np.int64)}


def _question(io: IO, places: Sequence[Mapping[str, Any]], definitions: Sequence[str]) -> str:
    """Ask for definitions at their paths: syntaxes in most families first; of each the shortest first: no comments."""
    scan, modes = io.tables.scan, ", ".join(map(str, REGULAR))
    parts = [
        f"select {i} as place, f.path, f.blob from {scan(p['files'])} f join {scan(p['marks'])} a using (path)"
        f" where f.mode in ({modes}) and not a.vendored and a.generated_path = ''"
        for i, p in enumerate(places)
        if p["files"] and p["marks"]
    ]
    held = " union all ".join(parts) or "select 0 as place, ''::blob as path, ''::blob as blob where false"
    return f"""
        with held as ({held}),
             defined as (select distinct blob, kind, name, owner, start, "end", line, last_line, nodes, syntax_hash,
                            shape_hash, language from {scan(definitions)} where nodes >= {LEAST} and kind in {_KINDS}),
             placed as (select h.place, h.path, d.*, r.family from held h join defined d using (blob)
                        join families_ r using (place)),
             spread as (select syntax_hash, kind, count(distinct family) as families, count(*) as total
                        from placed group by syntax_hash, kind)
        select p.place::bigint as place, p.path, p.blob, p.kind, p.name, p.owner, p.start, p."end", p.line, p.last_line,
            p.nodes, p.syntax_hash, p.shape_hash, p.language, p.family::bigint as family, s.total::bigint as total,
            row_number() over shortest::bigint as nth
        from placed p join spread s using (syntax_hash, kind)
        window shortest as (partition by p.syntax_hash, p.kind order by p."end" - p.start, p.place, p.path, p.start)
        qualify nth <= {MOST}
        order by s.families desc, s.total desc, p.nodes desc, p.syntax_hash, p.kind, nth"""


def _texts(io: IO, places: Sequence[Mapping[str, Any]], heads: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Read the source of definitions, repository by repository, each blob once."""
    texts = [b""] * len(heads)
    held: dict[int, dict[bytes, list[int]]] = {}
    for i, head in enumerate(heads):
        held.setdefault(head["place"], {}).setdefault(head["blob"], []).append(i)
    for index, wanted in held.items():
        blobs, objects = sorted(wanted), Objects(io.workspace / places[index]["git_dir"])
        try:
            for batch in objects.read(Varlen.of(blobs, text=False).matrix(len(blobs[0]))):
                for k, row in enumerate(batch.rows.tolist()):
                    raw = bytes(batch[k])
                    for i in wanted[blobs[row]]:
                        texts[i] = raw[heads[i]["start"] : heads[i]["end"]]
        except StrataError:
            continue  # what a damaged repository cannot give has no text to compare
    return texts


def _tables(
    rows: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    told: Classes,
    places: Sequence[Mapping[str, Any]],
) -> tuple[Columns, Columns]:
    number = {(head["syntax_hash"], head["kind"]): i for i, head in enumerate(heads)}
    which = [number[row["syntax_hash"], row["kind"]] for row in rows]
    groups: dict[int, list[int]] = {}
    for row, head in enumerate(which):
        groups.setdefault(int(told.root[head]), []).append(row)
    kept = {root: listed for root, listed in sorted(groups.items()) if len(listed) > 1}
    total = len({p["family"] for p in places})
    clusters = [_cluster(rows, heads[root], listed, which, told, total) for root, listed in kept.items()]
    members = [
        _member(rows[i], heads[root], root, which[i], told, places) for root, listed in kept.items() for i in listed
    ]
    return _columns(CLUSTERS, clusters), _columns(MEMBERS, members)


def _identity(head: Mapping[str, Any]) -> str:
    return f"{head['syntax_hash']:016x}"


def _cluster(
    rows: Sequence[Mapping[str, Any]],
    head: Mapping[str, Any],
    listed: Sequence[int],
    which: Sequence[int],
    told: Classes,
    total: int,
) -> dict[str, Any]:
    kinds = {told.how[which[i]] for i in listed}
    spread = len({rows[i]["family"] for i in listed})
    return {
        "cluster": _identity(head),
        "how": next(how for how in ("near", "shape", "syntax") if how in kinds),
        "kind": head["kind"],
        "name": head["name"],
        "language": head["language"],
        "nodes": head["nodes"],
        "members": len(listed),
        "variants": len({which[i] for i in listed}),
        "repositories": len({rows[i]["place"] for i in listed}),
        "families": spread,
        "novelty": novelty(spread, total),
    }


def novelty(families_: int, total: int) -> float:
    """Give how rare something is that so many of all families have: 0 for all of them, 1 for a single one."""
    return round(math.log(families_ / total) / math.log(1 / total), 4) if total > 1 else 1.0


def _member(
    row: Mapping[str, Any],
    head: Mapping[str, Any],
    root: int,
    at: int,
    told: Classes,
    places: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    repository, _, commit = places[row["place"]]["id"].partition("@")
    owner = f"{row['owner']}." if row["owner"] else ""
    same = ("place", "path", "start")
    return {
        **{name: row[name] for name in ("path", "blob", "start", "end", "line", "last_line", "family")},
        "cluster": _identity(head),
        "medoid": at == root and all(row[name] == head[name] for name in same),
        "how": told.how[at],
        "similarity": round(float(told.similarity[at]), 4),
        "repository_id": repository,
        "commit": commit,
        "name": owner + row["name"],
    }


def _columns(fields: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> Columns:
    return {f.name: column([row[f.name] for row in rows], f.kind) for f in fields}
