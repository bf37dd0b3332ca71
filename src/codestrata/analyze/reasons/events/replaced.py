"""Replaced dependencies: a commit that takes one package out of a manifest and puts another in, and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codestrata.analyze.reasons.commits import SUBJECT, Log, is_program, subject, told
from codestrata.analyze.reasons.confidence import sure
from codestrata.analyze.reasons.cues import hits
from codestrata.analyze.reasons.events.manifests import is_manifest, packages
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.model.links import links, ours
from codestrata.model.paths import text_of

#: A commit that swaps more packages than this upgrades everything.
_MOST = 3
#: Manifests that a commit may change: more is a sweep.
_MOST_FILES = 12
#: Swaps whose subject names both packages are that nearly always; with one of them, mostly.
_BOTH, _ONE = 0.95, 0.85
_SWAPS = re.compile(
    rb"(?i)\b(?:replac\w+|switch\w*|migrat\w+|mov(?:e|ed|ing) (?:to|from|off)|swap\w*|instead|in favou?r|drop\w*|"
    rb"use|using|port\w*|convert\w*|get rid of|remov\w+|->)"
)
_QUERY = "commit, path, old_blob, new_blob"
_NAMES = ("package.json", "cargo.toml", "go.mod", "requirements", ".in", "project.toml", "gem", "gradle", "pom.xml")


_Read = tuple[str, Mapping[bytes, tuple[int, int]], bytes]


@dataclass(frozen=True, slots=True)
class _Change:
    """A manifest as a commit found it and left it."""

    path: str
    old: bytes
    new: bytes


def from_manifests(material: Material) -> Iterator[Record]:
    """Give a record of each commit that replaced a package by another."""
    log = material.log
    changed = {name: them for name, them in _changes(material).items() if len(them) <= _MOST_FILES}
    wanted = sorted({blob for them in changed.values() for one in them for blob in (one.old, one.new)})
    asked: dict[bytes, _Read] = {}
    paths = {blob: one.path for them in changed.values() for one in them for blob in (one.old, one.new)}
    for blob, text in material.read(wanted):
        asked[blob] = (paths[blob], packages(paths[blob], text), text)
    for name, them in changed.items():
        row = log.index.get(name)
        if row is not None and not is_program(log.authors[row]):
            yield from _records(log, row, them, asked)


def _changes(material: Material) -> dict[str, list[_Change]]:
    likely = " or ".join(f"contains(lower(path::varchar), '{name}')" for name in _NAMES)
    where = f"where status = 'M' and octet_length(old_blob) > 0 and ({likely})"
    found = material.table("changes", _QUERY, f"{where} order by commit, path")
    changes: dict[str, list[_Change]] = {}
    for commit, path, old, new in zip(*found.values(), strict=True) if found else ():
        name = text_of(path)
        if is_manifest(name):
            changes.setdefault(commit.hex(), []).append(_Change(name, old, new))
    return changes


def _records(log: Log, row: int, changes: Sequence[_Change], asked: Mapping[bytes, _Read]) -> Iterator[Record]:
    source = log.source(row)
    start, end = subject(source.text)
    title = source.text[start:end].lower()
    for change in changes:
        if change.old not in asked or change.new not in asked:
            continue
        before, after = asked[change.old], asked[change.new]
        gone, come = [n for n in before[1] if n not in after[1]], [n for n in after[1] if n not in before[1]]
        if not (0 < len(gone) <= _MOST and 0 < len(come) <= _MOST) or not _SWAPS.search(title):
            continue
        said = [any(_base(name) in title for name in names) for names in (gone, come)]
        if not any(said):
            continue
        sure_ = sure("event", _BOTH if all(said) else _ONE)
        old = Source("file", change.path, before[2], change.old, log.first_parent(row))
        new = Source("file", change.path, after[2], change.new, log.ids[row])
        named = links(source.text)
        why = [quote for quote in told(source, list(hits(source.text, "event")), "event") if quote.start >= end]
        yield Record(
            "event",
            (
                Quote("decision_point", source, start, end, "dependency replaced", sure("event", SUBJECT)),
                *(Quote("decision_point", new, *after[1][name], "dependency added", sure_) for name in come),
                *(Quote("alternative", old, *before[1][name], "dependency removed", sure_) for name in gone),
                *why,
            ),
            at=log.times[row],
            commits=[log.ids[row]],
            issues=ours(named.issues, log.full_name),
            paths=(change.path,),
        )
        return


def _base(name: bytes) -> bytes:
    """Give what people call a package: of a path or a scope, the last part."""
    return re.split(rb"[/:]", name)[-1].lower()
