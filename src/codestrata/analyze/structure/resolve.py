"""From imports to files: which file of the repository an import means, by each language's own rules, near enough.

Nothing is run and no build is asked: paths, manifests' names and the import itself decide. An import that fits no file,
or several equally well, leaves the repository.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath

from codestrata.analyze.structure.files import File

_SCRIPT = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")


@dataclass(frozen=True, slots=True)
class Import:
    """One import: see the table **imports**."""

    path: str
    target: str
    names: tuple[str, ...]
    relative: int
    use: str
    line: int


@dataclass(slots=True)
class Index:
    """What imports may mean here. ``units``: name of a package, crate or module of this repository → its folder."""

    files: Mapping[str, File]
    units: Mapping[str, str] = field(default_factory=dict)
    python: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    folders: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, files: Iterable[File], units: Mapping[str, str]) -> Index:
        """Index files by the names that imports have for them."""
        known = {file.text: file for file in files}
        index = cls(known, units)
        for path, file in known.items():
            index.folders[file.folder].append(path)
            index.tails[file.name].append(path)
            if path.endswith((".py", ".pyi")):
                index.python[python_name(path, known)].append(path)
        return index

    def first(self, candidates: Iterable[str]) -> str:
        """Give the first candidate that is a file here, or ""."""
        return next((path for path in candidates if path in self.files), "")

    def ending(self, tail: str, near: str) -> str:
        """Give the only file whose path ends so, or the one that shares most folders with another, or ""."""
        name = tail.rsplit("/", 1)[-1]
        fitting = [path for path in self.tails.get(name, ()) if path == tail or path.endswith("/" + tail)]
        if len(fitting) < 2:  # noqa: PLR2004 -- one is not a choice
            return fitting[0] if fitting else ""
        scored = sorted((-_shared(path, near), path) for path in fitting)
        return scored[0][1] if scored[0][0] < scored[1][0] else ""


def _shared(a: str, b: str) -> int:
    count = 0
    for x, y in zip(a.split("/"), b.split("/"), strict=False):
        if x != y:
            break
        count += 1
    return count


def python_name(path: str, files: Mapping[str, File]) -> str:
    """Give the dotted name of a Python file: from the topmost folder that is a package."""
    parts = path.rsplit(".", 1)[0].split("/")
    top = len(parts) - 1
    while top > 0 and "/".join([*parts[:top], "__init__.py"]) in files:
        top -= 1
    names = parts[top:]
    return ".".join(names[:-1] if names[-1] == "__init__" and len(names) > 1 else names)


def _python(one: Import, index: Index) -> Iterator[str]:
    """Resolve ``import a.b``, ``from a import b``, ``from . import c``. Source: Python, "The import system"."""
    base = target = one.target.lstrip(".")
    if one.relative:
        package = python_name(one.path, index.files).split(".")
        inside = one.path.endswith("__init__.py")
        up = one.relative - (1 if inside else 0)
        base = ".".join([*package[: len(package) - up], *([target] if target else [])])
    found = [path for name in one.names for path in _python_file(f"{base}.{name}", one.path, index)]
    if len(found) < len(one.names) or not one.names:
        found = [*_python_file(base, one.path, index), *found]
    yield from dict.fromkeys(found)


def _python_file(name: str, near: str, index: Index) -> Iterator[str]:
    listed = index.python.get(name, ())
    if not listed:
        return
    best = max(listed, key=lambda path: (_shared(path, near), path.endswith(".py"), -len(path)))
    if best != near:
        yield best


def _rust(one: Import, index: Index) -> Iterator[str]:
    """Resolve ``crate::``, ``super::``, ``self::`` and crates of the workspace. Source: The Rust Reference, "Paths"."""
    head, *rest = one.target.replace("r#", "").split("::")
    root = _crate_root(one.path, index)
    here = _rust_folder(one.path)
    if head == "crate" and root:
        base = root
    elif head == "self":
        base = here
    elif head == "super":
        base = here.rpartition("/")[0]
        while rest and rest[0] == "super":
            base, rest = base.rpartition("/")[0], rest[1:]
    elif head in index.units:
        base = join(index.units[head], "src")
    else:
        base, rest = here, [head, *rest]
        if not _rust_file(base, rest[:1], index):
            return
    found = [_rust_file(base, [*rest, name], index) for name in one.names or ("",)]
    yield from dict.fromkeys(path for path in found if path and path != one.path)


def _rust_folder(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return folder if name in {"lib.rs", "main.rs", "mod.rs"} else path.removesuffix(".rs")


def _crate_root(path: str, index: Index) -> str:
    folder = path.rpartition("/")[0]
    while folder:
        if any(join(folder, name) in index.files for name in ("lib.rs", "main.rs")):
            return folder
        folder = folder.rpartition("/")[0]
    return ""


def _rust_file(base: str, names: Sequence[str], index: Index) -> str:
    """Give the file of the longest module path that is one; what follows is an item in it."""
    listed = [name for name in names if name]
    for length in range(len(listed), -1, -1):
        stem = join(base, *listed[:length]) if length else base
        candidates = (f"{stem}.rs", f"{stem}/mod.rs", *((f"{stem}/lib.rs", f"{stem}/main.rs") if not length else ()))
        found = index.first(candidates)
        if found:
            return found
    return ""


def _go(one: Import, index: Index) -> Iterator[str]:
    """Resolve a package by the module path of a go.mod here. Source: Go Modules Reference."""
    for module, folder in index.units.items():
        if one.target == module or one.target.startswith(module + "/"):
            inside = one.target[len(module) :].strip("/")
            yield from _package(normpath(join(folder, inside)) if folder or inside else "", ".go", index)
            return


def _package(folder: str, suffix: str, index: Index) -> Iterator[str]:
    """Give the file that stands for a folder's package: the first that is no test."""
    folder = "" if folder == "." else folder
    listed = sorted(p for p in index.folders.get(folder, ()) if p.endswith(suffix) and not p.endswith("_test" + suffix))
    yield from listed[:1]


def _script(one: Import, index: Index) -> Iterator[str]:
    """Resolve relative paths and packages of the workspace. Source: Node.js, "Modules"; TypeScript, "Modules"."""
    if one.target.startswith("."):
        base = normpath(join(one.path.rpartition("/")[0], one.target))
    else:
        unit = max((u for u in index.units if one.target == u or one.target.startswith(u + "/")), key=len, default="")
        alias = next((a for a in ("@/", "~/") if one.target.startswith(a)), "")
        if unit:
            inside = one.target[len(unit) :].strip("/")
            base = join(index.units[unit], inside) if inside else join(index.units[unit], "src")
        elif alias:
            base = join("src", one.target[len(alias) :])
        else:
            return
    stem = base.rsplit(".", 1)[0] if base.endswith((".js", ".mjs", ".cjs", ".jsx")) else base
    candidates = [base, *(stem + s for s in _SCRIPT), *(join(base, "index" + s) for s in _SCRIPT)]
    candidates += [join(base, "../index" + s) for s in _SCRIPT] if base.endswith("/src") else []
    found = index.first(normpath(path) for path in candidates)
    if found and found != one.path:
        yield found


def _java(one: Import, index: Index) -> Iterator[str]:
    """Resolve a class by its path; of ``a.b.*`` the package. Source: The Java Language Specification, chapter 7."""
    parts = one.target.split(".")
    if one.names == ("*",) or parts[-1] == "*":
        tail = "/".join(p for p in parts if p != "*")
        folder = next((f for f in index.folders if f == tail or f.endswith("/" + tail)), None)
        yield from () if folder is None else _package(folder, ".java", index)
        return
    for length in range(len(parts), 1, -1):
        found = index.ending("/".join(parts[:length]) + ".java", one.path)
        if found:
            yield from (found,) if found != one.path else ()
            return


def _include(one: Import, index: Index) -> Iterator[str]:
    """Resolve an ``#include``: beside the file, else the one path here that ends so. Source: ISO C, 6.10.2."""
    beside = normpath(join(one.path.rpartition("/")[0], one.target))
    found = beside if beside in index.files else index.ending(normpath(one.target), one.path)
    if found and found != one.path:
        yield found


RESOLVERS: Mapping[str, Callable[[Import, Index], Iterator[str]]] = {
    "Python": _python,
    "Rust": _rust,
    "Go": _go,
    "JavaScript": _script,
    "TypeScript": _script,
    "TSX": _script,
    "Java": _java,
    "C": _include,
    "C++": _include,
}


def resolve(one: Import, language: str, index: Index) -> list[str]:
    """Give the files here that an import means; none where it leaves the repository."""
    resolver = RESOLVERS.get(language)
    return list(resolver(one, index)) if resolver else []
