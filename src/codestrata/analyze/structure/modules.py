"""Modules and edges of a snapshot: which file imports which, at run time, lazily or for types alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codestrata.analyze.records import EDGES, MODULES
from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.graph import layers
from codestrata.analyze.structure.resolve import Import, Index, python_name, resolve
from codestrata.model.graph import components
from codestrata.model.paths import bytes_of
from codestrata.store.columns import Columns, column

RUNTIME = ("runtime", "reexport")
_PREPROCESSED = ("C", "C++")


@dataclass(frozen=True, slots=True)
class Edge:
    """One import: from a file to a file here, or to a package, or ("", "") to what nobody names. ``says``: its text."""

    path: str
    target: str
    purl: str
    use: str
    line: int
    says: str = ""


@dataclass(slots=True)
class Module:
    """A file as a module, with its place in the graph of run-time imports; see the table **modules**."""

    file: File
    name: str
    unit: str
    public: int
    fan_in: int = 0
    fan_out: int = 0
    cycle: int = -1
    layer: int = 0


@dataclass(slots=True)
class Modules:
    """The modules of a snapshot by path, its edges, and the run-time graph: path → the paths it imports, in order."""

    by_path: Mapping[str, Module]
    edges: Sequence[Edge]
    runtime: Mapping[str, Sequence[str]]
    cycles: Sequence[Sequence[str]] = field(default=())


def modules(
    files: Iterable[File],
    imports: Mapping[bytes, Sequence[tuple[Import, str]]],
    public: Mapping[bytes, int],
    units: Mapping[str, str],
    package: Callable[[Import, str], str],
) -> Modules:
    """Make the modules of files with a grammar.

    imports: blob → its imports with their language (the path is put in here). public: blob → public definitions.
    units: see :class:`Index`. package: the package URL an import leaves for, or "".
    """
    listed = [file for file in files if not file.generated]
    index = Index.of(listed, units)
    folders = sorted(((folder, unit) for unit, folder in units.items()), key=lambda pair: -len(pair[0]))
    known = {
        file.text: Module(file, _name(file, index), _unit(file.text, folders), public.get(file.blob, 0))
        for file in listed
        if file.blob in public or file.blob in imports
    }
    edges = [edge for path in known for edge in _edges(known[path].file, imports, index, package)]
    graph = _graph(known, edges)
    found = Modules(known, edges, graph)
    _measure(found)
    return found


def _edges(
    file: File,
    imports: Mapping[bytes, Sequence[tuple[Import, str]]],
    index: Index,
    package: Callable[[Import, str], str],
) -> Iterable[Edge]:
    for told, language in imports.get(file.blob, ()):
        # what the preprocessor leaves out depends on the machine: it is included when the program is made, not later
        use = "runtime" if language in _PREPROCESSED else told.use
        one = Import(file.text, told.target, told.names, told.relative, use, told.line)
        targets = resolve(one, language, index)
        for target in targets:
            yield Edge(one.path, target, "", one.use, one.line, one.target)
        if not targets:
            yield Edge(one.path, "", package(one, language), one.use, one.line, one.target)


def _graph(known: Mapping[str, Module], edges: Iterable[Edge]) -> dict[str, list[str]]:
    graph: dict[str, dict[str, None]] = {path: {} for path in known}
    for edge in edges:
        if edge.use in RUNTIME and edge.target in known and edge.target != edge.path:
            graph[edge.path][edge.target] = None
    return {path: list(targets) for path, targets in graph.items()}


def _measure(found: Modules) -> None:
    parts = components(list(found.runtime), found.runtime)
    layer = layers(parts, found.runtime)
    into = Counter(target for targets in found.runtime.values() for target in targets)
    found.cycles = sorted((sorted(part) for part in parts if len(part) > 1), key=lambda part: (-len(part), part))
    number = {path: i for i, part in enumerate(found.cycles) for path in part}
    for path, module in found.by_path.items():
        module.fan_in, module.fan_out = into[path], len(found.runtime[path])
        module.cycle, module.layer = number.get(path, -1), layer[path]


def _unit(path: str, folders: Sequence[tuple[str, str]]) -> str:
    return next((unit for folder, unit in folders if not folder or path.startswith(folder + "/")), "")


def _name(file: File, index: Index) -> str:
    if file.language == "Python":
        return python_name(file.text, index.files)
    if file.language == "Rust":
        inside = file.text.partition("src/")[2] or file.text
        parts = inside.removesuffix(".rs").split("/")
        return "::".join(["crate", *(p for p in parts if p not in {"lib", "main", "mod"})])
    return file.text.rsplit(".", 1)[0].replace("/", ".") if file.language == "Java" else file.text.rsplit(".", 1)[0]


def tables(found: Modules) -> dict[str, Columns]:
    """Give the tables **modules** and **edges**."""
    listed = [found.by_path[path] for path in sorted(found.by_path)]
    values: dict[str, list[Any]] = {
        "path": [m.file.path for m in listed],
        "module": [m.name for m in listed],
        "unit": [m.unit for m in listed],
        "language": [m.file.language for m in listed],
        "lines": [m.file.lines for m in listed],
        **{name: [getattr(m, name) for m in listed] for name in ("public", "fan_in", "fan_out", "cycle", "layer")},
    }
    edges = sorted(found.edges, key=lambda e: (e.path, e.line, e.target, e.purl, e.says))
    told: dict[str, list[Any]] = {
        "path": [bytes_of(e.path) for e in edges],
        "import": [e.says for e in edges],
        "target": [bytes_of(e.target) for e in edges],
        "purl": [e.purl for e in edges],
        "use": [e.use for e in edges],
        "line": [e.line for e in edges],
    }
    return {
        "modules": {f.name: column(values[f.name], f.kind) for f in MODULES},
        "edges": {f.name: column(told[f.name], f.kind) for f in EDGES},
    }


def packages(found: Modules, *, depth: int = 0) -> dict[tuple[str, str], int]:
    """Count run-time imports between folders of the project's own code: the folder below the one that all share.

    ``depth``: take so many more folders. A folder is named by its path.
    """
    own = [path for path, module in found.by_path.items() if module.file.own]
    base = _shared_folder(own)
    where = {path: _folder(path, base, depth + 1) for path in own}
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for path in own:
        for target in found.runtime[path]:
            if target in where and where[path] != where[target]:
                weights[where[path], where[target]] += 1
    return dict(weights)


def _shared_folder(paths: Sequence[str]) -> list[str]:
    """Give the longest folder that nine of ten paths share: setup scripts at the top do not count."""
    base: list[str] = []
    folders = [path.split("/")[:-1] for path in paths]
    while folders:
        counted = Counter(f[len(base)] for f in folders if len(f) > len(base) and f[: len(base)] == base)
        if not counted:
            break
        best, count = counted.most_common(1)[0]
        if count * 10 < len(folders) * 9:
            break
        base = [*base, best]
    return base


def _folder(path: str, base: Sequence[str], more: int) -> str:
    parts = path.split("/")[:-1]
    if parts[: len(base)] != list(base):
        return parts[0] if parts else "."
    return "/".join(parts[: len(base) + more]) or "."
