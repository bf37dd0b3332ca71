"""Patterns of a run: what rules matched in contents, at every path that has them, and what snapshots showed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.analyze.asking.families import families
from codestrata.analyze.asking.sources import files_of, snapshots
from codestrata.analyze.asking.wanted import Wanted
from codestrata.analyze.rules.floor import confidence
from codestrata.errors import InvalidInput
from codestrata.git.objects import Objects
from codestrata.model.paths import readable
from codestrata.model.pattern import CodePattern
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.analyze.rules.rule import Rule
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot

Taken = Sequence[tuple["Repository", "Snapshot"]]


@dataclass(frozen=True, slots=True)
class Count:
    """How often a type of pattern is there: places, and the files, repositories and fork families that have it."""

    level: str
    type: str
    places: int
    files: int
    repositories: int
    families: int
    confidence: float


def summary(view: View, wanted: Wanted, rules: Mapping[str, Rule]) -> list[Count]:
    """Count the patterns of a run by level and type, the most spread first."""
    taken = snapshots(view, wanted.repository)
    source = _union(view, taken, wanted)
    if not source:
        return []
    found = view.tables.query(
        f"""select level, type, count(*)::bigint as places, count(distinct (place, path))::bigint as files,
            count(distinct place)::bigint as repositories, count(distinct family)::bigint as families,
            avg(confidence)::double as confidence
            from {source} group by level, type order by level, families desc, places desc, type""",
        **_known(view, taken, rules),
    )
    return [Count(**row) for row in rows_of(found)]


def patterns(view: View, wanted: Wanted, rules: Mapping[str, Rule]) -> Iterator[CodePattern]:
    """Give the patterns of a run, the surest first, then by repository, path and line. Raises InvalidInput."""
    taken = snapshots(view, wanted.repository)
    source = _union(view, taken, wanted)
    if not source:
        return
    limit = f"limit {wanted.limit}" if wanted.limit else ""
    found = view.tables.query(
        f"select * exclude (place), place::bigint as place from {source}"
        f" order by confidence desc, place, path, line, rule, start {limit}",
        **_known(view, taken, rules),
    )
    for row in rows_of(found):
        yield _pattern(row, taken)


def with_snippets(view: View, found: Sequence[CodePattern], most: int = 2000) -> list[CodePattern]:
    """Read the code of patterns from the repositories, up to ``most`` bytes of each."""
    asked = {one.repository_id for one in found}
    snaps = (s for s in view.snapshots() if s.repository_id in asked)
    stores = {s.repository_id: Objects(view.workspace / s.git_dir) for s in snaps}
    texts: dict[tuple[str, str], bytes] = {}
    done = []
    for one in found:
        key = (one.repository_id, one.blob)
        if one.blob and key not in texts:
            texts[key] = stores[one.repository_id].one(bytes.fromhex(one.blob))
        start, end = one.byte_range
        code = texts.get(key, b"")[start : min(end, start + most)].decode("utf-8", "replace")
        done.append(replace(one, code_snippet=code))
    return done


def _union(view: View, taken: Taken, wanted: Wanted) -> str:
    """Give the SQL of all patterns that are asked for, with every column of CodePattern, or ""."""
    parts = [part for part in (_matched(view, taken), _structural(view, taken)) if part]
    if not parts:
        return ""
    conditions = list(wanted.conditions()) or ["true"]
    listed = " union all by name ".join(f"(select * from {part})" for part in parts)
    identity = "left(md5(concat_ws('|', place_id, rule, hex(path), start, \"end\", name)), 16)"
    whole = f"(select *, {identity} as id from ({listed}) join places_ using (place))"
    meant = f"(select * from {whole} where {' and '.join(conditions)})"
    return meant if wanted.rule or wanted.id else _once(meant)


def _once(patterns: str) -> str:
    """Give the SQL of patterns without matches within what a detector found of the same type: it is the same thing."""
    same = " and ".join(f"s.{name} = m.{name}" for name in ("place", "path", "level", "type"))
    within = f'{same} and m.start >= s.start and m.start < s."end"'
    seen = f"(select 1 from {patterns} s where s.detected and {within})"
    return f"(select * from {patterns} m where m.detected or not exists {seen})"


_LANGUAGES = "select blob, any_value(language) as language from {} group by blob"
_PLACED = 'm.start, m."end", m.line, m.last_line, m.rule, m.rule_version'


def _matched(view: View, taken: Taken) -> str:
    """Give the SQL of matches at their paths; their rules say what they are."""
    files, matches = files_of(view, taken), view.files("matches")
    if not files or not matches:
        return ""
    return f"""(select f.place, f.path, f.blob, m.language, {_PLACED}, r.level, r.type, '' as name, r.evidence,
        r.confidence, r.description, m.captures as metrics, '' as places, r.anti, {_vendored(view, taken)} as vendored,
        false as detected
        from {view.tables.scan(matches)} m join rules_ r on m.rule = r.rule and m.pack = r.pack
        join {files} f using (blob))"""


def _vendored(view: View, taken: Taken) -> str:
    """Give the SQL of whether a path is somebody else's code."""
    parts = []
    for index, (repository, _) in enumerate(taken):
        files = view.files("annotations", subject=repository.id)
        if files:
            parts.append(f"select {index} as place, path from {view.tables.scan(files)} where vendored")
    return f"(f.place, f.path) in ({' union all '.join(parts)})" if parts else "false"


def _structural(view: View, taken: Taken) -> str:
    """Give the SQL of what detectors found; its language is that of the file that shows it best."""
    parts, trees = [], view.files("syntax") or view.files("outlined")
    language = "coalesce(s.language, '')" if trees else "''"
    join = f"left join ({_LANGUAGES.format(view.tables.scan(trees))}) s using (blob)" if trees else ""
    for index, (repository, _) in enumerate(taken):
        files = view.files("patterns", subject=repository.id)
        if files:
            parts.append(
                f"select {index} as place, m.path, m.blob, {language} as language, {_PLACED}, m.level, m.type, m.name,"
                " m.evidence, m.confidence::double as confidence, m.description, m.metrics, m.places, false as anti,"
                f" false as vendored, true as detected from {view.tables.scan(files)} m {join}"
            )
    return f"({' union all '.join(parts)})" if parts else ""


def _known(view: View, taken: Taken, rules: Mapping[str, Rule]) -> dict[str, Columns]:
    """Give what the question joins: the rules, and the repositories with their families."""
    listed = list(rules.values())
    return {
        "rules_": {
            "rule": Varlen.of([r.id for r in listed]),
            "pack": Varlen.of([r.pack for r in listed]),
            "level": Varlen.of([r.level for r in listed]),
            "type": Varlen.of([r.type for r in listed]),
            "evidence": Varlen.of([r.evidence for r in listed]),
            "description": Varlen.of([r.description for r in listed]),
            "confidence": np.array([confidence(r) for r in listed], np.float64),
            "anti": np.array([r.anti for r in listed], np.bool_),
        },
        "places_": {
            "place": np.arange(len(taken)),
            "place_id": Varlen.of([s.id for _, s in taken]),
            "family": np.array(families(view, taken), np.int64),
        },
    }


def _pattern(row: Mapping[str, Any], taken: Taken) -> CodePattern:
    repository, snapshot = taken[row["place"]]
    metrics = json.loads(row["metrics"] or "{}")
    places = tuple(json.loads(row["places"] or "[]"))
    return CodePattern(
        id=row["id"],
        repository_id=repository.id,
        repository=repository.full_name,
        commit=snapshot.commit,
        hierarchy_level=row["level"],
        pattern_type=row["type"],
        file_path=readable(row["path"]),
        blob=row["blob"].hex(),
        line_range=(row["line"], row["last_line"]),
        byte_range=(row["start"], row["end"]),
        description=row["description"],
        rule=row["rule"],
        rule_version=row["rule_version"],
        evidence=row["evidence"],
        confidence=round(row["confidence"], 3),
        name=row["name"],
        family=row["family"],
        anti=row["anti"],
        metrics=metrics,
        places=places,
    )


def one(view: View, name: str, rules: Mapping[str, Rule]) -> CodePattern:
    """Give the pattern whose id begins so. Raises InvalidInput where there is none, or more than one."""
    if not name:
        raise InvalidInput("neither an id nor a place", where="PATTERN", hint="write repo@commit:path#L10, or an id")
    found = list(patterns(view, Wanted(id=name.lower(), vendored=True, limit=2), rules))
    if len(found) != 1:
        what = "several patterns have ids that begin so" if found else "no pattern has this id in the last run"
        raise InvalidInput(what, where=name, hint="strata patterns --json lists ids; --rules DIR knows yours")
    return found[0]
