"""L5, architecture: what the graph of modules and the files beside it show of how a system is put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codestrata.analyze.structure.files import Files
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.graph import best_order
from codestrata.analyze.structure.modules import Modules, packages
from codestrata.model.paths import bytes_of

#: A layered system: packages and imports between them at least, and the share that leads down.
PACKAGES, IMPORTS, DOWN = 3, 10, 0.9
#: One way only: so many imports in one direction, none in the other.
ONE_WAY = 5
_INNER = frozenset({"domain", "core", "entities", "model", "models", "usecases", "use_cases", "application"})
_OUTER = frozenset({"adapters", "adapter", "infrastructure", "infra", "ports", "gateways", "drivers", "persistence"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What architecture is read from. calls: path → (callee, line); members: folder → unit; purls of dependencies.

    ``points``: entry points of manifests, (kind, name, manifest, line).
    """

    files: Files
    modules: Modules
    units: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    purls: Sequence[tuple[str, bytes, int]] = ()
    points: Sequence[tuple[str, str, bytes, int]] = ()


def first(scene: Scene, folder: str) -> bytes:
    """Give the first file of the project proper below a folder."""
    inside = "" if folder == "." else folder + "/"
    return next((f.path for f in scene.files if f.text.startswith(inside) and f.own), b"")


def _between(scene: Scene, above: str, below: str, most: int = 5) -> tuple[Spot, ...]:
    """List imports from below one folder to below another."""
    found = (
        Spot(bytes_of(edge.path), edge.line, says=f"imports {edge.target}")
        for edge in scene.modules.edges
        if edge.target and _in(edge.path, above) and _in(edge.target, below) and edge.use == "runtime"
    )
    return tuple(spot for _, spot in zip(range(most), found, strict=False))


def _in(path: str, folder: str) -> bool:
    return "/" not in path if folder == "." else path.startswith(folder + "/")


def _layered(scene: Scene) -> Iterator[Finding]:
    weights = packages(scene.modules)
    order, down = best_order(weights)
    total = sum(weights.values())
    if len(order) < PACKAGES or total < IMPORTS or down < DOWN:
        return
    figures = {"imports": total, "down": round(down, 3), "order": order}
    against = [pair for pair in weights if order.index(pair[0]) > order.index(pair[1])]
    places = tuple(spot for a, b in against for spot in _between(scene, a, b, 2))
    says = f"{down:.0%} of {total} imports between {len(order)} folders lead down in the order {' → '.join(order[:8])}"
    sure = 0.9 if total >= 5 * IMPORTS else 0.75
    downward = (pair for pair in sorted(weights, key=lambda pair: -weights[pair]) if pair not in against)
    at = next((spot for a, b in downward for spot in _between(scene, a, b, 1)), Spot(first(scene, order[0])))
    yield Finding("L5", "layered", "structure.layered", at, says, sure, metrics=figures, places=places)


def _invariants(scene: Scene) -> Iterator[Finding]:
    """Imports that go one way only, between folders that could go both: a rule that holds, whoever wrote it down."""
    weights = packages(scene.modules)
    for (above, below), count in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:12]:
        if count < ONE_WAY or (below, above) in weights:
            continue
        places = _between(scene, above, below)
        at = places[0] if places else Spot(first(scene, above))
        says = f"{above} imports {below} {count} times, {below} never imports {above}"
        sure = min(0.95, 0.6 + count / 100)
        metrics = {"imports": count, "above": above, "below": below}
        yield Finding(
            "L5", "dependency-invariant", "structure.one-way", at, says, round(sure, 2), metrics=metrics, places=places
        )


def _cycles(scene: Scene) -> Iterator[Finding]:
    for part in scene.modules.cycles:
        own = [path for path in part if scene.modules.by_path[path].file.own]
        if len(own) < 2:  # noqa: PLR2004 -- a cycle takes two
            continue
        inside = set(part)
        edges = [e for e in scene.modules.edges if e.path in inside and e.target in inside and e.use == "runtime"]
        places = tuple(Spot(bytes_of(e.path), e.line, says=f"imports {e.target}") for e in edges)
        says = (
            f"{len(part)} modules import one another at run time: {', '.join(part[:4])}{' …' if len(part) > 4 else ''}"  # noqa: PLR2004
        )
        at = places[0] if places else Spot(bytes_of(part[0]))
        yield Finding(
            "L5", "import-cycle", "structure.cycle", at, says, 0.95, metrics={"modules": len(part)}, places=places
        )


def _hubs(scene: Scene) -> Iterator[Finding]:
    own = [m for m in scene.modules.by_path.values() if m.file.own]
    if len(own) < 20:  # noqa: PLR2004 -- in a small project everything is central
        return
    users = Counter(target for m in own for target in scene.modules.runtime[m.file.text])
    for module in sorted(own, key=lambda m: (-users[m.file.text], m.file.path))[:3]:
        fan_in = users[module.file.text]
        share = fan_in / len(own)
        if share >= 0.2:  # noqa: PLR2004 -- a fifth of all modules
            says = f"{fan_in} of {len(own)} modules import {module.file.text}"
            figures = {"fan_in": fan_in, "share": round(share, 2)}
            at = Spot(module.file.path)
            yield Finding("L5", "hub", "structure.hub", at, says, 0.9, name=module.name, metrics=figures)


def _hexagonal(scene: Scene) -> Iterator[Finding]:
    own = [m for m in scene.modules.by_path.values() if m.file.own]
    inner = {m.file.text for m in own if _INNER & set(m.file.folder.lower().split("/"))}
    outer = {m.file.text for m in own if _OUTER & set(m.file.folder.lower().split("/"))}
    inner -= outer
    if len(inner) < 2 or len(outer) < 2:  # noqa: PLR2004 -- one file is no side of a hexagon
        return
    inward = [e for e in scene.modules.edges if e.path in outer and e.target in inner]
    outward = [e for e in scene.modules.edges if e.path in inner and e.target in outer and e.use == "runtime"]
    if len(inward) < 2 or len(outward) * 10 > len(inward):  # noqa: PLR2004 -- nine of ten point inwards
        return
    places = tuple(Spot(bytes_of(e.path), e.line, says=f"imports {e.target}") for e in [*outward, *inward])
    says = f"{len(inward)} imports lead from adapters to the domain, {len(outward)} the other way"
    figures = {"inward": len(inward), "outward": len(outward), "domain": len(inner), "adapters": len(outer)}
    yield Finding("L5", "hexagonal", "structure.hexagonal", places[-1], says, 0.8, metrics=figures, places=places)


DETECTORS: Sequence[Callable[[Scene], Iterator[Finding]]] = (_layered, _invariants, _cycles, _hubs, _hexagonal)
