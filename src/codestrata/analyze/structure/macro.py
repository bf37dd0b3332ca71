"""L4, macro-libraries: frameworks a system hangs from, packages much of it imports, and what it offers itself.

A framework calls the code, not the other way round (inversion of control): rules find the places where it takes over,
the manifest says that it is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from codestrata.analyze.structure.conditions import Conditions
from codestrata.analyze.structure.files import Files
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.manifests import Manifests
from codestrata.analyze.structure.manifests.told import Dependency
from codestrata.analyze.structure.modules import RUNTIME, Edge, Modules
from codestrata.analyze.structure.outside import same_package
from codestrata.analyze.structure.ruled import Site
from codestrata.analyze.structure.shipping import ships
from codestrata.model.paths import bytes_of, text_of
from codestrata.model.several import several

#: A package is central when so many files of the project import it, and such a share of them.
FILES, SHARE = 5, 0.1
#: Central packages that are named, the most used first.
MOST = 15
#: What a macro-library offers at least: public definitions, and modules that have them.
PUBLIC, MODULES = 150, 8
_AT_RUN_TIME = frozenset({"runtime", "optional", "peer"})
_HEADERS = (".h", ".hpp", ".hh", ".hxx")


@dataclass(frozen=True)
class Surroundings:
    """What L4, L6 and L7 are read from. ``extended``: path → (supertype, line) of each type in it."""

    files: Files
    modules: Modules
    told: Manifests
    sites: Sequence[Site] = ()
    extended: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    bound: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Give the names of all files, without suffix, and of folders."""
        return frozenset(part.partition(".")[0] for path in self.files.by_path for part in path.split("/"))

    @cached_property
    def conditions(self) -> Conditions:
        """Give the conditions under which files of Rust are compiled."""
        return Conditions(self.files)


def macro_libraries(scene: Surroundings) -> Iterator[Finding]:
    """Give the frameworks, central packages and the public surface of a snapshot."""
    asked = _asked(scene.told)
    yield from _frameworks(scene, asked)
    yield from _central(scene, asked)
    yield from _surface(scene)


def _asked(told: Manifests) -> dict[str, list[Dependency]]:
    """Give package → the rows that ask for it, those of the project proper and of run time first."""
    order = {"runtime": 0, "optional": 1, "peer": 2, "build": 3, "dev": 4, "test": 5}
    asked: dict[str, list[Dependency]] = defaultdict(list)
    rows = sorted(told.direct, key=lambda d: (d.manifest in told.aside, order.get(d.scope, 9), d.manifest, d.line))
    for one in rows:
        asked[same_package(one.purl)].append(one)
    return asked


def _near(rows: Sequence[Dependency], spots: Sequence[Spot]) -> Dependency | None:
    """Give the row whose manifest stands above most of the places, at run time first, the nearest of equals."""
    paths = [text_of(spot.path) for spot in spots]
    best, most = None, (False, -1, -1)
    for one in rows:
        count = sum(path.startswith(_inside(one.manifest)) for path in paths)
        rank = (count > 0 and one.scope in _AT_RUN_TIME, count, len(_inside(one.manifest)))
        best, most = (one, rank) if rank > most else (best, most)
    return best


def _inside(manifest: str) -> str:
    folder = manifest.rpartition("/")[0]
    return folder + "/" if folder else ""


@dataclass(slots=True)
class _Places:
    """Where one package takes over: (own code, place), and whether a rule says so or a supertype alone."""

    purl: str
    spots: dict[tuple[bytes, int], tuple[bool, Spot]] = field(default_factory=dict)
    ruled: bool = False

    def add(self, spot: Spot, *, own: bool, ruled: bool) -> None:
        self.spots.setdefault((spot.path, spot.line), (own, spot))
        self.ruled |= ruled


def _places(scene: Surroundings) -> dict[str, _Places]:
    places: dict[str, _Places] = {}
    for site in scene.sites:
        domain = site.rule.domain
        if site.rule.type == "framework-use" and domain.startswith("pkg:") and not site.file.vendored:
            one = places.setdefault(same_package(domain), _Places(domain))
            one.add(site.spot(), own=site.file.own and ships(site.file.text), ruled=True)
    for path, listed in scene.extended.items():
        file = scene.files.get(path)
        for supertype, line in listed if file and not (file.vendored or file.generated) else ():
            purl = scene.bound.get(path, {}).get(supertype.partition(".")[0].partition("::")[0])
            if purl and file:
                one = places.setdefault(same_package(purl), _Places(purl))
                spot = Spot(file.path, line, says=f"extends {supertype}")
                one.add(spot, own=file.own and ships(path), ruled=False)
    return places


def _frameworks(scene: Surroundings, asked: Mapping[str, Sequence[Dependency]]) -> Iterator[Finding]:
    """Join the places where a framework takes over with the manifests that ask for it."""
    mine = {same_package(url) for url in scene.told.own}
    kinds = {one.purl.partition("/")[0] for one in scene.told.direct}
    for key, found in sorted(_places(scene).items()):
        told = bool(asked.get(key)) or key.endswith("/std")
        if key in mine or (not told and key.partition("/")[0] in kinds):
            continue  # its own examples of its use; or a look-alike, since manifests would have told
        listed = sorted(found.spots.values(), key=lambda pair: (not pair[0], pair[1].path, pair[1].line))
        own = sum(own for own, _ in listed)
        if len(listed) > (0 if told and found.ruled else 1) and (told or own) and (found.ruled or own > 1):
            yield _framework(found, [spot for _, spot in listed], own, asked.get(key, ()), told=told)


def _framework(found: _Places, spots: Sequence[Spot], own: int, rows: Sequence[Dependency], *, told: bool) -> Finding:
    row, within = _near(rows, spots), len({spot.path for spot in spots})
    sure = 0.45 + 0.3 * told + 0.1 * found.ruled + 0.1 * (len(spots) > 2) + 0.04 * (within > 2)  # noqa: PLR2004 -- a habit
    runtime = row is None or row.scope in _AT_RUN_TIME
    kind = "framework" if runtime and own * 20 >= len(spots) else "development-framework"
    kind = kind if found.ruled else "implemented-interfaces"
    does = "takes over" if found.ruled else "has interfaces that are implemented"
    says = f"{found.purl} {does} at {len(spots)} places in {several(within, 'file')}"
    says += f", asked for in {row.manifest}" if row else ""
    figures = {
        "sites": len(spots),
        "files": within,
        "own_sites": own,
        "declared": told,
        "scope": row.scope if row else "",
        "constraint": row.constraint if row else "",
        "locked": row.locked if row else "",
    }
    manifest = (Spot(bytes_of(row.manifest), row.line, says="asks for it"),) if row else ()
    places = (*manifest, *spots[1:])
    return Finding(
        "L4", kind, "macro.inversion", spots[0], says, round(sure, 2), name=found.purl, metrics=figures, places=places
    )


def _central(scene: Surroundings, asked: Mapping[str, Sequence[Dependency]]) -> Iterator[Finding]:
    """Packages that a good share of the project's own files import at run time."""
    own = [path for path, module in scene.modules.by_path.items() if module.file.own]
    inside = set(own)
    uses: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in scene.modules.edges:
        if edge.purl and edge.path in inside and edge.use in {*RUNTIME, "lazy"}:
            uses[edge.purl].setdefault(edge.path, edge)
    ranked = sorted(uses.items(), key=lambda item: (-len(item[1]), item[0]))
    for purl, by_path in ranked[:MOST]:
        share = len(by_path) / len(own)
        edges = list(by_path.values())
        spots = [Spot(bytes_of(e.path), e.line, says=f"imports {e.says}") for e in edges]
        row = _near(asked.get(same_package(purl), ()), spots)
        if len(by_path) < FILES or share < SHARE or row is None or row.workspace:
            continue
        figures = {"files": len(edges), "share": round(share, 3), "constraint": row.constraint, "locked": row.locked}
        says = f"{purl} is imported by {len(edges)} of {len(own)} files"
        places = (Spot(bytes_of(row.manifest), row.line, says="asks for it"), *spots[1:])
        yield Finding(
            "L4", "macro-library", "macro.central", spots[0], says, 0.9, name=purl, metrics=figures, places=places
        )


def _surface(scene: Surroundings) -> Iterator[Finding]:
    """Say that this repository is itself a library of some size: what its modules offer to others."""
    offering = [m for m in scene.modules.by_path.values() if m.file.own and m.public and ships(m.file.text)]
    native = [m for m in offering if m.file.language in {"C", "C++"}]
    if len(native) * 2 > len(offering):  # in C only headers are offered, those others can include
        offering = [m for m in native if m.file.text.endswith(_HEADERS) and "include" in m.file.folder.split("/")]
    public = sum(m.public for m in offering)
    units = scene.told.published
    if public < PUBLIC or len(offering) < MODULES or not (units or native):
        return
    best = sorted(offering, key=lambda m: (-m.public, m.file.path))
    apps = sum(1 for p in scene.told.points if p.kind in {"script", "bin"})
    sure = 0.85 - 0.25 * (apps > 0) - 0.15 * (not units)
    says = f"offers {public} public definitions in {len(offering)} modules"
    says += f" as {', '.join(units[:3])}{' …' if len(units) > 3 else ''}" if units else ""  # noqa: PLR2004
    figures = {"public": public, "modules": len(offering), "packages": len(units), "programs": apps}
    places = tuple(Spot(m.file.path, says=f"{m.public} public definitions") for m in best[:8])
    yield Finding(
        "L4", "public-surface", "macro.surface", places[0], says, round(sure, 2), metrics=figures, places=places[1:]
    )
