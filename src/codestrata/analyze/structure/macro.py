"""L4, macro-libraries: frameworks a system hangs from, packages much of it imports, and what it offers itself.

A framework calls the code, not the other way round (inversion of control): rules find the places where it takes over,
the manifest says that it is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codestrata.analyze.structure.architecture import raw
from codestrata.analyze.structure.files import Files
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.manifests import Manifests
from codestrata.analyze.structure.manifests.told import Dependency
from codestrata.analyze.structure.modules import RUNTIME, Edge, Modules
from codestrata.analyze.structure.outside import same_package
from codestrata.analyze.structure.ruled import Site

#: A package is central when so many files of the project import it, and such a share of them.
FILES, SHARE = 5, 0.1
#: Central packages that are named, the most used first.
MOST = 15
#: What a macro-library offers at least: public definitions, and modules that have them.
PUBLIC, MODULES = 150, 8
_HEADERS = (".h", ".hpp", ".hh", ".hxx")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What L4, L6 and L7 are read from. ``extended``: path → (supertype, line) of each type in it."""

    files: Files
    modules: Modules
    told: Manifests
    sites: Sequence[Site] = ()
    extended: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    bound: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def macro_libraries(scene: Surroundings) -> Iterator[Finding]:
    """Give the frameworks, central packages and the public surface of a snapshot."""
    asked = _asked(scene.told)
    yield from _frameworks(scene, asked)
    yield from _central(scene, asked)
    yield from _surface(scene)


def _asked(told: Manifests) -> dict[str, Dependency]:
    """Give package → the row that asks for it most plainly: of the project proper, at run time, first."""
    order = {"runtime": 0, "optional": 1, "peer": 2, "build": 3, "dev": 4, "test": 5}
    asked: dict[str, Dependency] = {}
    rows = sorted(told.direct, key=lambda d: (d.manifest in told.aside, order.get(d.scope, 9), d.manifest, d.line))
    for one in rows:
        asked.setdefault(same_package(one.purl), one)
    return asked


def _frameworks(scene: Surroundings, asked: Mapping[str, Dependency]) -> Iterator[Finding]:
    """Join the places where a framework takes over with the manifests that ask for it."""
    places: dict[str, list[tuple[bool, Spot]]] = defaultdict(list)
    for site in scene.sites:
        domain = site.rule.domain
        if site.rule.type == "framework-use" and domain.startswith("pkg:") and not site.file.vendored:
            places[domain].append((site.file.own, site.spot()))
    for path, listed in scene.extended.items():
        file = scene.files.get(path)
        for supertype, line in listed if file and not (file.vendored or file.generated) else ():
            purl = scene.bound.get(path, {}).get(supertype.partition(".")[0].partition("::")[0])
            if purl and file:
                places[purl].append((file.own, Spot(file.path, line, says=f"extends {supertype}")))
    merged: dict[str, list[tuple[bool, Spot]]] = defaultdict(list)
    for purl, found in places.items():
        merged[same_package(purl)] += found
    names = {same_package(purl): purl for purl in places}
    for key in sorted(merged):
        yield from _framework(scene, names[key], merged[key], asked.get(key))


def _framework(
    scene: Surroundings, purl: str, found: Sequence[tuple[bool, Spot]], row: Dependency | None
) -> Iterator[Finding]:
    own = same_package(purl) in {same_package(url) for url in scene.told.own}
    standard = purl.endswith("/std")
    listed = [spot for _, spot in sorted(found, key=lambda pair: (not pair[0], pair[1].path, pair[1].line))]
    spots = list({(spot.path, spot.line): spot for spot in listed}.values())
    within = len({spot.path for _, spot in found})
    told = row is not None or standard
    sure = 0.5 + 0.35 * told + 0.1 * (len(spots) > 2) + 0.04 * (within > 2)  # noqa: PLR2004 -- thrice is a habit
    if own:
        return  # a framework's own examples of its use
    if not told and len(spots) < 2:  # noqa: PLR2004 -- one look-alike is no framework
        return
    says = f"{purl} takes over at {len(spots)} places in {within} files"
    says += f", asked for in {row.manifest}" if row else "" if standard else ", asked for in no manifest"
    figures = {
        "sites": len(spots),
        "files": within,
        "own_sites": sum(own for own, _ in found),
        "declared": told,
        "scope": row.scope if row else "",
        "constraint": row.constraint if row else "",
        "locked": row.locked if row else "",
    }
    manifest = (Spot(raw(row.manifest), row.line, says="asks for it"),) if row else ()
    kind = "framework" if row is None or row.scope in {"runtime", "optional", "peer"} else "development-framework"
    places = (*manifest, *spots[1:])
    yield Finding(
        "L4", kind, "macro.inversion", spots[0], says, round(sure, 2), name=purl, metrics=figures, places=places
    )


def _central(scene: Surroundings, asked: Mapping[str, Dependency]) -> Iterator[Finding]:
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
        row = asked.get(same_package(purl))
        if len(by_path) < FILES or share < SHARE or row is None or row.workspace:
            continue
        edges = list(by_path.values())
        spots = [Spot(raw(e.path), e.line, says=f"imports {e.says}") for e in edges]
        figures = {"files": len(edges), "share": round(share, 3), "constraint": row.constraint, "locked": row.locked}
        says = f"{purl} is imported by {len(edges)} of {len(own)} files"
        places = (Spot(raw(row.manifest), row.line, says="asks for it"), *spots[1:])
        yield Finding(
            "L4", "macro-library", "macro.central", spots[0], says, 0.9, name=purl, metrics=figures, places=places
        )


def _surface(scene: Surroundings) -> Iterator[Finding]:
    """Say that this repository is itself a library of some size: what its modules offer to others."""
    offering = [m for m in scene.modules.by_path.values() if m.file.own and m.public]
    native = [m for m in offering if m.file.language in {"C", "C++"}]
    if len(native) * 2 > len(offering):  # in C only headers are offered, those others can include
        offering = [m for m in native if m.file.text.endswith(_HEADERS) and "include" in m.file.folder.split("/")]
    public = sum(m.public for m in offering)
    published = [u for u in scene.told.own if not u.endswith("/")]
    if public < PUBLIC or len(offering) < MODULES or not (published or native):
        return
    best = sorted(offering, key=lambda m: (-m.public, m.file.path))
    units = sorted(scene.told.own)
    apps = sum(1 for p in scene.told.points if p.kind in {"script", "bin"})
    sure = 0.85 - 0.25 * (apps > 0) - 0.15 * (not published)
    says = f"offers {public} public definitions in {len(offering)} modules"
    says += f" as {', '.join(units[:3])}{' …' if len(units) > 3 else ''}" if units else ""  # noqa: PLR2004
    figures = {"public": public, "modules": len(offering), "packages": len(units), "programs": apps}
    places = tuple(Spot(m.file.path, says=f"{m.public} public definitions") for m in best[:8])
    yield Finding(
        "L4", "public-surface", "macro.surface", places[0], says, round(sure, 2), metrics=figures, places=places[1:]
    )
