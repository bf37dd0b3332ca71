"""Lineage: one row all the way back, with the bytes verified at every step."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StrataError
from codestrata.export.amend.tombstones import taken_down
from codestrata.export.decide.verdicts import TWIN_GONE
from codestrata.export.tokens.known import of_file
from codestrata.export.write import manifest
from codestrata.export.write.finding import rows_of, source_at
from codestrata.export.write.publish import last_dataset
from codestrata.git.command import run_git
from codestrata.git.objects import Objects
from codestrata.model.paths import readable
from codestrata.model.text import to_utf8
from codestrata.model.tokens import head
from codestrata.settings.recipe import PrivacySettings
from codestrata.store.tables import file_sha256

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot
    from codestrata.store.catalogue import Catalogue

_SHARD = re.compile(r"(?P<file>.+\.(?:parquet|jsonl|jsonl\.zst|json|csv|tar))#(?P<row>\d+)\Z")
_LINES = re.compile(r"#L\d+(-L?\d+)?\Z")


@dataclass(slots=True)
class Lineage:
    """The chain of one row: step → name → value. ``verified`` is false as soon as one check fails."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    verified: bool = True

    def check(self, step: str, name: str, good: bool) -> None:  # noqa: FBT001 -- it is what was found
        """Record one check."""
        self.steps[step][name] = "verified" if good else "DOES NOT MATCH"
        self.verified = self.verified and good


@dataclass(frozen=True, slots=True)
class Located:
    """A file that a row is about: its repository and snapshot, its row of table decisions, the dataset to look in."""

    repository: Repository
    snapshot: Snapshot
    decision: Mapping[str, Any]
    asked: Asked


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a row's source; the dataset to look in, and the shard and number it was named by."""

    source: str
    out: Path | None
    shard: str = ""
    number: int = -1

    @property
    def figures(self) -> Mapping[str, Any]:
        """Give what the dataset's manifest tells of tokens; nothing where there is no dataset."""
        if self.out is None or not (self.out / manifest.NAME).exists():
            return {}
        told: Mapping[str, Any] = manifest.read(self.out)["figures"].get("tokens", {})
        return told


def locate(catalogue: Catalogue, view: View, row: str, dataset: Path | None) -> Located:
    """Find the file behind ``repo:path``, ``repo@commit:path`` (as in the column ``source``) or ``SHARD#N``.

    Raises InvalidInput when there is no such row.
    """
    asked = _asked(view, row, dataset)
    repository, commit, path = _place(catalogue, asked.source)
    snapshot = _snapshot(view, repository, row)
    if not path:
        hint = f"name one: {repository.full_name}:path"
        raise InvalidInput("is made of several files", where=asked.source, hint=hint)
    decision = _decision(view, repository.id, path)
    if decision is None or not snapshot.commit.startswith(commit):
        at = f" at commit {commit}" if commit else ""
        hint = "strata lineage traces rows of earlier commits" if commit else ""
        raise InvalidInput(f"{repository.full_name} has no file {path}{at} in this workspace", where=row, hint=hint)
    return Located(repository, snapshot, decision, asked)


def trace(catalogue: Catalogue, view: View, row: str, dataset: Path | None) -> Lineage:
    """Trace a row, named as in :func:`locate`, also one of several files or of an earlier commit.

    Raises InvalidInput when there is no such row.
    """
    asked = _asked(view, row, dataset)
    repository, commit, path = _place(catalogue, asked.source)
    snapshot = _snapshot(view, repository, row)
    if path and snapshot.commit.startswith(commit):
        return chain_of(catalogue, view, locate(catalogue, view, row, dataset))
    from codestrata.export.write.beyond import row_chain

    chain = Lineage()
    _input(chain, repository)
    row_chain(chain, view.workspace / snapshot.git_dir, commit, path, asked)
    return chain


def _asked(view: View, row: str, dataset: Path | None) -> Asked:
    out = dataset or last_dataset(view.workspace)
    shard = _SHARD.match(row)
    if not shard:
        return Asked(row, out)
    file, number = Path(shard["file"]), int(shard["row"])
    return Asked(_source(view, file, number), dataset or file.absolute().parent.parent, file.name, number)


def _snapshot(view: View, repository: Repository, row: str) -> Snapshot:
    snapshot = next((s for s in view.snapshots() if s.repository_id == repository.id), None)
    if snapshot is None:
        hint = "strata status says why; a repository of an earlier list is back when that list is run again"
        raise InvalidInput(f"{repository.full_name} has no snapshot in the last run", where=row, hint=hint)
    return snapshot


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


def _place(catalogue: Catalogue, row: str) -> tuple[Repository, str, str]:
    text = _LINES.sub("", row)
    for at in (i for i, c in enumerate(text) if c == ":"):
        name, path = text[:at], text[at + 1 :]
        for full, commit in _names(name):
            found = catalogue.repository(full)
            if found and path:
                return found, commit, path
    for full, commit in _names(text):
        found = catalogue.repository(full)
        if found and commit:
            return found, commit, ""
    known = [repository.full_name for repository in catalogue.repositories()]
    near = get_close_matches(text.partition(":")[0].partition("@")[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else "write repo:path, repo@commit:path or SHARD#N"
    raise InvalidInput("no such repository", where=row, hint=hint)


def _names(name: str) -> Iterator[tuple[str, str]]:
    yield name, ""
    full, sign, commit = name.rpartition("@")
    if sign:
        yield full, commit


def _source(view: View, file: Path, number: int) -> str:
    if not file.exists():
        raise InvalidInput("no such file", where=str(file))
    found = source_at(view.tables, file, number)
    if found is None:
        raise InvalidInput(f"there is no row {number}", where=str(file))
    return found


def _decision(view: View, repository_id: str, path: str) -> dict[str, Any] | None:
    files = view.planned("export.decide", "decisions")
    if not files:
        raise InvalidInput("nothing was exported here yet", hint="strata export --out FOLDER")
    found = view.tables.read(files, tail=f"where repository_id = '{repository_id}'")
    paths = [readable(p) for p in found["path"]] if found else []
    if path not in paths:
        return None
    i = paths.index(path)
    return {k: v[i] if not getattr(v, "text", False) else v[i].decode() for k, v in found.items()}


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
    for file in sorted((out / "data").iterdir()):
        found = rows_of(view.tables, file, key)
        if not found or (asked.shard and asked.shard != file.name):
            continue
        number = asked.number if asked.shard else found[0].number
        chain.steps["output row"] = {"file": f"data/{file.name}", "row": number, "rows there": len(found)}
        wanted = _edited(chain, view, whole, decision, to_utf8(raw, decision["encoding"]))
        for row in (row for row in found if row.sha256):
            chain.check("output row", "text is the blob's", row.text == wanted)
            chain.check("output row", "sha256 is the blob's", row.sha256 == hashlib.sha256(raw).hexdigest())
        listed = {f["path"]: f["sha256"] for f in whole["files"]}
        chain.check("output row", "file is the manifest's", listed.get(f"data/{file.name}") == file_sha256(file))
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
