"""Lineage: one row all the way back, with the bytes verified at every step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codestrata.errors import StrataError
from codestrata.export.amend.tombstones import taken_down
from codestrata.export.decide.verdicts import TWIN_GONE
from codestrata.export.reading.dataset import Folder
from codestrata.export.tokens.known import of_file
from codestrata.export.write import manifest
from codestrata.export.write.finding import rows_of
from codestrata.export.write.locating import asked_of, locate, place_of, snapshot_of
from codestrata.git.command import run_git
from codestrata.git.objects import Objects
from codestrata.model.paths import readable
from codestrata.model.text import to_utf8
from codestrata.model.tokens import head
from codestrata.settings.recipe import PrivacySettings
from codestrata.store.tables import file_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from codestrata.engine.base import View
    from codestrata.export.write.locating import Asked, Located
    from codestrata.model import Repository, Snapshot
    from codestrata.store.catalogue import Catalogue


@dataclass(slots=True)
class Lineage:
    """The chain of one row: step → name → value. ``verified`` is false as soon as one check fails."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    verified: bool = True

    def check(self, step: str, name: str, good: bool) -> None:  # noqa: FBT001 -- it is what was found
        """Record one check."""
        self.steps[step][name] = "verified" if good else "DOES NOT MATCH"
        self.verified = self.verified and good


def trace(catalogue: Catalogue, view: View, row: str, dataset: Path | None) -> Lineage:
    """Trace a row, named as :func:`locate` has it, also one of several files or of an earlier commit.

    Raises InvalidInput when there is no such row.
    """
    asked = asked_of(view, row, dataset)
    repository, commit, path = place_of(catalogue, asked.source)
    snapshot = snapshot_of(view, repository, row)
    if path and snapshot.commit.startswith(commit):
        return chain_of(catalogue, view, locate(catalogue, view, row, dataset))
    from codestrata.export.write.beyond import row_chain

    chain = Lineage()
    _input(chain, repository)
    row_chain(chain, view.workspace / snapshot.git_dir, commit, path, asked)
    return chain


def chain_of(catalogue: Catalogue, view: View, found: Located) -> Lineage:
    """Trace a file that was found."""
    repository, snapshot, decision, asked = found.repository, found.snapshot, found.decision, found.asked
    chain = Lineage()
    _input(chain, repository)
    raw = _bytes(chain, view.workspace / snapshot.git_dir, snapshot, decision)
    _analysis(chain, catalogue, repository.id, decision)
    tokens, made_by = of_file(view, decision, asked.figures)
    chain.steps["facts"][head(made_by)] = tokens
    _judgement(chain, decision)
    if decision["kept"]:
        _output(chain, view, asked, repository, decision, raw)
    return chain


def _input(chain: Lineage, repository: Repository) -> None:
    chain.steps["input row"] = dict(repository.row)
    chain.steps["repository"] = {
        "name": repository.full_name,
        "id": repository.id,
        "origin": repository.public_origin,
    }


def _bytes(chain: Lineage, git_dir: Path, snapshot: Snapshot, decision: Mapping[str, Any]) -> bytes:
    blob = decision["blob"].hex()
    chain.steps["commit"] = {"commit": snapshot.commit, "ref": snapshot.ref, "tree": snapshot.tree}
    listed = run_git(["ls-tree", "-z", snapshot.commit, "--", decision["path"]], git_dir=git_dir)
    chain.check("commit", "holds the path", f" {blob}\t".encode() in listed)
    chain.steps["blob"] = {"path": readable(decision["path"]), "blob": blob, "bytes": int(decision["size"])}
    try:
        raw = Objects(git_dir).one(decision["blob"])
    except StrataError as error:
        chain.steps["blob"]["problem"] = str(error)
        chain.verified = False
        return b""
    algorithm = "sha1" if len(decision["blob"]) == 20 else "sha256"  # noqa: PLR2004 -- bytes of a SHA-1
    name = hashlib.new(algorithm, b"blob %d\0" % len(raw) + raw, usedforsecurity=False).digest()
    chain.check("blob", "content has this id", name == decision["blob"])
    return raw


def _analysis(chain: Lineage, catalogue: Catalogue, repository_id: str, decision: Mapping[str, Any]) -> None:
    versions = {c.stage: c.version for c in catalogue.commits() if c.subject in {"", repository_id}}
    steps = {name: version for name, version in sorted(versions.items()) if name.startswith(("ingest", "analyze"))}
    chain.steps["analysers"] = {name: f"version {version}" for name, version in steps.items()}
    chain.steps["facts"] = {
        name: decision[name] for name in ("language", "encoding", "lines", "licence", "licence_source")
    }


def _judgement(chain: Lineage, decision: Mapping[str, Any]) -> None:
    if decision["kept"]:
        chain.steps["decision"] = {"kept": "yes"}
        return
    said = {name: decision[name] for name in ("reason", "rule", "value_text")}
    if decision["threshold"] >= 0:
        said |= {"value": decision["value"], "threshold": decision["threshold"]}
    if decision["survivor_repository"]:
        twin = f"{decision['survivor_repository']}:{readable(decision['survivor_path'])}"
        said["twin" if TWIN_GONE in decision["rule"] else "kept twin"] = twin
        said["jaccard"] = decision["jaccard"]
    chain.steps["decision"] = {"kept": "no", **{k: v for k, v in said.items() if v != ""}}


def _output(
    chain: Lineage, view: View, asked: Asked, repository: Repository, decision: Mapping[str, Any], raw: bytes
) -> None:
    out = asked.out
    if out is None or not (out / manifest.NAME).exists():
        chain.steps["output row"] = {"dataset": "not published yet"}
        return
    path, whole = readable(decision["path"]), manifest.read(out)
    key = {"repository": repository.full_name, "commit": decision["commit"], "path": path}
    folder = Folder(out, whole)
    for file in folder.shards if asked.shard else folder.first:
        called = folder.called(file)
        found = rows_of(view.tables, file, key) if asked.shard in {"", called} else []
        if not found:
            continue
        number = asked.number if asked.shard else found[0].number
        chain.steps["output row"] = {"file": called, "row": number, "rows there": len(found)}
        wanted = _edited(chain, view, whole, decision, to_utf8(raw, decision["encoding"]))
        for row in (row for row in found if row.sha256):
            chain.check("output row", "text is the blob's", row.text == wanted)
            chain.check("output row", "sha256 is the blob's", row.sha256 == hashlib.sha256(raw).hexdigest())
        listed = {f["path"]: f["sha256"] for f in whole["files"]}
        chain.check("output row", "file is the manifest's", listed.get(called) == file_sha256(file))
        return
    chain.steps["output row"] = {"dataset": str(out)}
    if stone := taken_down(out, key):
        chain.steps["output row"] |= {"taken down": stone["reason"] or stone["pattern"], "when": stone["date"] or "-"}
    elif whole["inputs"]["settings"].get("recipe", "pretrain") == "pretrain":
        chain.check("output row", "row is in the dataset", good=False)
    else:  # a file may be of no use for what the rows are
        chain.steps["output row"]["rows there"] = 0


def _edited(chain: Lineage, view: View, whole: Mapping[str, Any], decision: Mapping[str, Any], text: bytes) -> bytes:
    """Give the text as a dataset has it: with placeholders where its settings, in its manifest, want them."""
    if not decision["redactions"]:
        return text
    from codestrata.export.private import STAGE, Policy, by_kind, edits
    from codestrata.store.columns import Varlen

    policy = Policy.of(PrivacySettings.model_validate(whole["inputs"]["settings"]["privacy"]))
    private, blob = view.files("private", stage=STAGE), Varlen.of([decision["blob"]], text=False)
    counts = by_kind(view.tables, private, blob, policy)
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    chain.steps["output row"]["replaced"] = f"{decision['redactions']} places: {said}"
    return edits(view.tables, private, blob, policy).apply(decision["blob"], text)
