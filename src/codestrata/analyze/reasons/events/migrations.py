"""Migrations: commits that leave one build system, service or language for another, by their files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from codestrata.analyze.reasons.commits import SUBJECT, is_program, subject, told
from codestrata.analyze.reasons.confidence import sure
from codestrata.analyze.reasons.cues import hits
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.record import Quote, Record
from codestrata.model.links import links, ours

#: Languages whose files are renamed into another's when a project moves over.
_CODE = frozenset(
    [
        "js",
        "jsx",
        "ts",
        "tsx",
        "coffee",
        "py",
        "rs",
        "go",
        "c",
        "cc",
        "cpp",
        "java",
        "kt",
        "rb",
        "php",
        "pl",
        "swift",
        "m",
        "scala",
    ]
)
_SAME = (frozenset({"js", "jsx"}), frozenset({"ts", "tsx"}), frozenset({"cc", "cpp"}))
#: Files that must go over in one commit to make it a migration of language.
_LEAST = 3
#: A subject that says so, and one that does not.
_SAID, _UNSAID = 0.93, 0.6
_WORDS = re.compile(
    rb"(?i)\b(?:migrat\w+|switch\w*|mov(?:e|ed|ing)|convert\w*|port\w*|replac\w+|rewrit\w+|use|drop\w*|introduc\w+|adopt\w*)\b"
)


@cache
def _table() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    data = tomllib.loads((files("codestrata.analyze.reasons") / "data" / "migrations.toml").read_text("utf-8"))
    rows = ((row["what"], row["gone"], row["come"]) for row in data["migration"])
    return tuple((what, re.compile(old, re.IGNORECASE), re.compile(new, re.IGNORECASE)) for what, old, new in rows)


@dataclass(frozen=True, slots=True)
class _Moved:
    what: str
    old: str
    new: str
    paths: tuple[str, ...]


def from_migrations(material: Material) -> Iterator[Record]:
    """Give a record of each commit that moves over from one to another."""
    log = material.log
    for name, moved in _moves(material).items():
        row = log.index.get(name)
        if row is None or is_program(log.authors[row]):
            continue
        source = log.source(row)
        start, end = subject(source.text)
        named = links(source.text)
        cue = f"{moved.what}: {moved.old} → {moved.new}"
        confidence = sure("event", _SAID if _WORDS.search(source.text[start:end]) else _UNSAID)
        why = [quote for quote in told(source, list(hits(source.text, "event")), "event") if quote.start >= end]
        decided = Quote("decision_point", source, start, end, cue, min(confidence, sure("event", SUBJECT)))
        yield Record(
            "event",
            (decided, *why),
            at=log.times[row],
            commits=[log.ids[row]],
            issues=ours(named.issues, log.full_name),
            paths=moved.paths,
        )


def _moves(material: Material) -> dict[str, _Moved]:
    ends = [f"regexp_extract({name}::varchar, '[^.]*$')" for name in ("path", "old_path")]
    where = f"where status in ('A', 'D') or (status = 'R' and {ends[0]} <> {ends[1]})"
    found = material.table("changes", "commit, status, path, old_path", f"{where} order by commit, path")
    if not found:
        return {}
    gone: dict[str, list[str]] = defaultdict(list)
    come: dict[str, list[str]] = defaultdict(list)
    renamed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for commit, status, path, old in zip(*found.values(), strict=True):
        name, new, before = commit.hex(), path.decode("utf-8", "replace"), old.decode("utf-8", "replace")
        if status == b"R":
            renamed[name].append((before, new))
        else:
            (come if status == b"A" else gone)[name].append(new)
    moves: dict[str, _Moved] = {}
    for name, pairs in renamed.items():
        moved = _language(pairs)
        if moved:
            moves[name] = moved
    for name in gone.keys() & come.keys():
        moved = _files(gone[name], come[name])
        if moved:
            moves.setdefault(name, moved)
    return moves


def _language(pairs: list[tuple[str, str]]) -> _Moved | None:
    counted: Counter[tuple[str, str]] = Counter()
    for old, new in pairs:
        ends = (old.rsplit(".", 1)[-1].lower(), new.rsplit(".", 1)[-1].lower())
        if set(ends) <= _CODE and ends[0] != ends[1] and frozenset(ends) not in _SAME:
            counted[ends] += 1
    if not counted:
        return None
    (old, new), count = counted.most_common(1)[0]
    paths = tuple(path for _, path in pairs if path.endswith(f".{new}"))[:20]
    return _Moved("language", f".{old}", f".{new}", paths) if count >= _LEAST else None


def _files(gone: list[str], come: list[str]) -> _Moved | None:
    for what, old, new in _table():
        left = next((path for path in gone if old.fullmatch(path.rsplit("/", 1)[-1])), None)
        here = next((p for p in come if new.fullmatch(p.rsplit("/", 1)[-1]) or new.fullmatch(p)), None)
        if left and here and left.count("/") <= 1:
            return _Moved(what, left, here, (left, here))
    return None
