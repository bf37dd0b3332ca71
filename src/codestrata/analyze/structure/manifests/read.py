"""All manifests of a snapshot, read and joined: what lock files fix goes to those who asked for it.

A manifest that is broken, too large or hostile is skipped with a reason; one of somebody else's code is not looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from codestrata.analyze.records import DEPENDENCIES
from codestrata.analyze.structure.files import MOST, File, Files
from codestrata.analyze.structure.manifests.kinds import LOCKS, Reader, reader
from codestrata.analyze.structure.manifests.requirements import requirements_txt
from codestrata.analyze.structure.manifests.told import Declared, Dependency, Manifest, Point, Told, Topic
from codestrata.model.paths import bytes_of
from codestrata.store.columns import Columns, column

#: Manifests of one snapshot that are read; rows of **dependencies** that one file gives.
MOST_FILES, MOST_ROWS = 5000, 20_000
#: Bytes of a manifest; lock files may be longer.
MOST_MANIFEST = 500_000
_EXAMPLE = re.compile(r"(?:^|/)(?:examples?|samples?|fixtures?|benches|benchmarks?|playground|fuzz|tests?-[\w-]+)/")
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MemoryError, SyntaxError)


@dataclass(slots=True)
class Manifests:
    """What the manifests of a snapshot tell.

    ``units``: name of a package, crate or module of this repository, as imports have it → its folder. ``own``: their
    package URLs. ``published``, ``declared``, ``points``, ``topics``: of the project proper, without what is ``aside``
    (tests, examples, documentation). ``open``: manifests that ask for more than they write out.
    ``skipped``: (path, why).
    """

    dependencies: Sequence[Dependency] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    declared: Sequence[Declared] = ()
    points: Sequence[Point] = ()
    topics: Sequence[Topic] = ()
    skipped: Sequence[tuple[str, str]] = ()
    own: frozenset[str] = frozenset()
    published: Sequence[str] = ()
    aside: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()

    @property
    def direct(self) -> list[Dependency]:
        """List the packages that somebody asked for by name."""
        return [one for one in self.dependencies if one.scope != "indirect"]


def read(files: Files) -> Manifests:
    """Read every manifest of a snapshot."""
    told: list[Told] = []
    skipped: list[tuple[str, str]] = []
    listed = [(file, how) for file in files if not file.vendored and (how := reader(file.text))]
    if len(listed) > MOST_FILES:
        skipped += [(file.text, "too many manifests") for file, _ in listed[MOST_FILES:]]
    seen = {file.text for file, _ in listed}
    queue = listed[:MOST_FILES]
    for file, how in queue:
        one = _told(file, how, files)
        told.append(one)
        skipped += [(file.text, one.fails)] if one.fails else []
        for path in one.more:
            more = files.get(path)
            if more and path not in seen and len(queue) < MOST_FILES:
                seen.add(path)
                queue.append((more, requirements_txt))
    return _joined(told, skipped, files)


def _told(file: File, how: Reader, files: Files) -> Told:
    most = MOST if file.name in LOCKS else MOST_MANIFEST
    if file.size > most:
        return Told(file.text, fails=f"{file.size} bytes, more than {most}")
    try:
        told = how(Manifest(file.text, files.read(file), files))
    except _BROKEN as error:
        return Told(file.text, fails=f"cannot be read: {type(error).__name__}: {str(error)[:200]}")
    if len(told.dependencies) + len(told.locked) > MOST_ROWS:
        return Told(file.text, fails=f"more than {MOST_ROWS} packages")
    return told


def _joined(told: Sequence[Told], skipped: Sequence[tuple[str, str]], files: Files) -> Manifests:
    aside = frozenset(t.path for t in told if _aside(t.path, files))
    members = {folder for one in told for folder in one.members}
    units: dict[str, str] = {}
    own: dict[str, bool] = {}
    for one in sorted(told, key=lambda t: (t.path in aside, t.path.count("/"), t.path)):
        for name, folder, url in one.units:
            if one.path not in aside or folder in members:
                units.setdefault(name, folder)
                own.setdefault(url, one.path not in aside and not one.private)
    return Manifests(
        dependencies=[replace(one, workspace=one.workspace or one.purl in own) for one in _rows(told, aside)],
        units=units,
        declared=[d for t in told if t.path not in aside for d in t.declared],
        points=[p for t in told if t.path not in aside for p in t.points],
        topics=[p for t in told if t.path not in aside for p in t.topics],
        skipped=skipped,
        own=frozenset(own.keys() - {""}),
        published=[url for url, proper in own.items() if url and proper],
        aside=aside,
        open=frozenset(t.path for t in told if t.open),
    )


def _aside(path: str, files: Files) -> bool:
    """Tell whether a manifest is of tests, examples or documentation."""
    file = files.get(path)
    return bool(file and (file.test or file.documentation)) or bool(_EXAMPLE.search(path))


def _rows(told: Sequence[Told], aside: Iterable[str]) -> list[Dependency]:
    """Give what is asked for, with the versions of the nearest lock file above; then what lock files add."""
    locks = [(t.path.rpartition("/")[0], _versions(t)) for t in told if t.locked]
    locks.sort(key=lambda pair: -len(pair[0]))
    aside = frozenset(aside)
    rows: dict[tuple[str, str, str, int], Dependency] = {}
    asked: set[str] = set()
    for one in (d for t in told for d in t.dependencies):
        scope = "test" if one.manifest in aside and one.scope == "runtime" else one.scope
        folder = one.manifest.rpartition("/")[0]
        held = next((v[one.purl] for place, v in locks if one.purl in v and _below(folder, place)), ())
        rows[one.manifest, one.purl, scope, one.line] = replace(one, scope=scope, locked=_fitting(one.constraint, held))
        asked.add(one.purl)
    for path, url, version, line in ((t.path, *what) for t in told for what in t.locked):
        if url not in asked:
            rows[path, url, version, line] = Dependency(path, url, "", "indirect", line, locked=version)
    return sorted(rows.values(), key=lambda d: (d.manifest, d.line, d.purl, d.scope))


def _below(folder: str, place: str) -> bool:
    return not place or folder == place or folder.startswith(place + "/")


def _versions(told: Told) -> dict[str, list[str]]:
    versions: dict[str, list[str]] = defaultdict(list)
    for url, version, _ in told.locked:
        versions[url].append(version)
    return versions


def _fitting(constraint: str, versions: Sequence[str]) -> str:
    """Choose the version whose numbers agree longest with those asked for, the first of equals."""
    asked = re.findall(r"\d+", constraint.partition(",")[0])

    def agree(version: str) -> int:
        numbers = re.findall(r"\d+", version)
        return next((i for i, pair in enumerate(zip(asked, numbers, strict=False)) if pair[0] != pair[1]), len(asked))

    return max(versions, key=agree, default="")


def table(found: Manifests) -> Columns:
    """Give the table **dependencies**."""
    rows = found.dependencies
    values: dict[str, list[Any]] = {
        "manifest": [bytes_of(one.manifest) for one in rows],
        **{
            name: [getattr(one, name) for one in rows]
            for name in ("purl", "constraint", "locked", "scope", "workspace")
        },
        "line": [one.line for one in rows],
    }
    return {f.name: column(values[f.name], f.kind) for f in DEPENDENCIES}
