"""The files of a run's snapshots as one table, and addresses of places in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codestrata.analyze.facts.names import REGULAR
from codestrata.errors import InvalidInput
from codestrata.git.objects import Objects
from codestrata.model.paths import lines, readable
from codestrata.store.columns import Columns, Varlen, rows

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot

_LINES = re.compile(r"#L(?P<first>\d+)(?:-L?(?P<last>\d+))?\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """A file of a snapshot, or a line or two of it: ``first`` and ``last`` are 0 for the whole file."""

    repository: Repository
    snapshot: Snapshot
    path: bytes
    blob: bytes
    language: str
    first: int = 0
    last: int = 0

    @property
    def address(self) -> str:
        """Give it as people write it."""
        whole = f"{self.repository.full_name}@{self.snapshot.commit}:{readable(self.path)}"
        return whole + lines(self.first, self.last) if self.first else whole


def called(row: Mapping[str, Any]) -> str:
    """Give what people call a row of **definitions**: its kind, and its name with those around it."""
    owner = f"{row['owner']}." if row["owner"] else ""
    return f"{row['kind']} {owner}{row['name']}"


def snapshots(view: View, repository: str = "") -> list[tuple[Repository, Snapshot]]:
    """List the snapshots of a run with their repositories, or of one by full name, purl or id. Raises InvalidInput."""
    known = {r.id: r for r in view.repositories()}
    found = [(known[s.repository_id], s) for s in view.snapshots()]
    if not repository:
        return found
    ours = [(r, s) for r, s in found if repository in {r.id, r.full_name, r.url, r.origin.locator}]
    if not ours:
        listed = ", ".join(sorted(r.full_name for r, _ in found)[:8])
        raise InvalidInput("no such repository in the last run", where=repository, hint=f"there are: {listed}")
    return ours


def files_of(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> str:
    """Give the SQL of the regular files of snapshots: place (index in ``taken``), path, blob; "" for none."""
    parts = []
    for index, (repository, _) in enumerate(taken):
        files = view.files("files", subject=repository.id)
        if files:
            modes = ", ".join(map(str, REGULAR))
            scan = view.tables.scan(files)
            parts.append(f"select {index} as place, path, blob from {scan} where mode in ({modes})")
    return f"({' union all '.join(parts)})" if parts else ""


def resolve(view: View, address: str) -> Place:
    """Find ``repo:path``, ``repo@commit:path`` or either with ``#L10`` or ``#L10-L20``. Raises InvalidInput."""
    named = _LINES.search(address)
    text = address[: named.start()] if named else address
    first = int(named["first"]) if named else 0
    last = int(named["last"] or first) if named else 0
    taken = snapshots(view)
    for at in (i for i, c in enumerate(text) if c == ":"):
        name, path = text[:at], text[at + 1 :]
        for index, (repository, snapshot) in enumerate(taken):
            full, _, commit = name.rpartition("@") if "@" in name else (name, "", "")
            if repository.full_name in {name, full} and (
                repository.full_name == name or snapshot.commit.startswith(commit)
            ):
                found = _file(view, taken[index : index + 1], path)
                if found is None:
                    raise InvalidInput(f"{repository.full_name} has no file {path}", where=address)
                place = Place(repository, snapshot, *found, first, last)
                if named:
                    _check(view, place, address)
                return place
    raise InvalidInput("no such place in the last run", where=address, hint="write repo@commit:path#L10, or repo:path")


def _check(view: View, place: Place, address: str) -> None:
    """Refuse lines that the file does not have."""
    raw = Objects(view.workspace / place.snapshot.git_dir).one(place.blob)
    count = raw.count(b"\n") + (not raw.endswith(b"\n"))
    if not 1 <= place.first <= place.last <= count:
        raise InvalidInput(f"{readable(place.path)} has lines 1 to {count}", where=address)


def _file(view: View, taken: Sequence[tuple[Repository, Snapshot]], path: str) -> tuple[bytes, bytes, str] | None:
    source = files_of(view, taken)
    if not source:
        return None
    wanted: Columns = {"path": Varlen.of([path.encode()], text=False)}
    syntax = view.files("syntax", stage="analyze.syntax")
    language = (
        f"(select blob, any_value(language) as language from {view.tables.scan(syntax)} group by blob)"
        if syntax
        else ""
    )
    join = f"left join {language} as told using (blob)" if language else ""
    column = "coalesce(language, '')" if language else "''"
    found: Columns = view.tables.query(
        f"select f.path, f.blob, {column} as language from {source} as f join wanted on f.path = wanted.path {join}",
        wanted=wanted,
    )
    if not rows(found):
        return None
    blobs, paths, languages = found["blob"], found["path"], found["language"]
    return bytes(paths[0]), bytes(blobs[0]), bytes(languages[0]).decode()
