"""What a manifest tells: packages, versions, names, entry points, topics; and the manifest itself, with its lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from posixpath import dirname, join, normpath

from codestrata.analyze.structure.files import Files

_VERSION = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A row of **dependencies** (:data:`codestrata.analyze.records.DEPENDENCIES`); ``manifest`` is a path as text.

    ``alias``: name that imports have for it, where the manifest gives one.
    """

    manifest: str
    purl: str
    constraint: str = ""
    scope: str = "runtime"
    line: int = 0
    workspace: bool = False
    locked: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A language version that a manifest asks for. ``version``: the least, "3.9", "2021", "ES2020"; ``written``: all.

    ``language``: Linguist's name, or ``Rust edition``, ``Node.js``, ``ECMAScript``.
    """

    manifest: str
    language: str
    version: str
    written: str
    line: int


@dataclass(frozen=True, slots=True)
class Point:
    """An entry point: a ``script`` or ``bin`` of a name, or a ``plugin`` with the name of its group."""

    manifest: str
    kind: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A word that a manifest files the project under. ``kind``: keyword, classifier, category, section, description."""

    manifest: str
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class Told:
    """All that one manifest tells.

    ``units``: (name, folder, package URL). ``members``: folders of its workspace. ``locked``: (package URL, version,
    line) of a lock file. ``more``: files that belong to it. ``fails``: why there is nothing, or not all.
    """

    path: str
    dependencies: list[Dependency] = field(default_factory=list)
    units: list[tuple[str, str, str]] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    locked: list[tuple[str, str, int]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    open: bool = False
    private: bool = False
    fails: str = ""

    def needs(
        self,
        purl: str,
        constraint: str = "",
        scope: str = "runtime",
        line: int = 0,
        *,
        workspace: bool = False,
        alias: str = "",
    ) -> None:
        """Note a package that is asked for."""
        if purl:
            asked = " ".join(constraint.split())[:200]
            self.dependencies.append(Dependency(self.path, purl, asked, scope, line, workspace, alias=alias))

    def unit(self, name: object, folder: str, url: str = "") -> None:
        """Note a package, crate or module of this repository, its folder, and the package URL others ask for it by."""
        if isinstance(name, str) and name:
            self.units.append((name, folder, url))

    def declares(self, language: str, written: object, line: int = 0) -> None:
        """Note a language version; of a range its first number is the least."""
        found = _VERSION.search(str(written))
        if found:
            self.declared.append(Declared(self.path, language, found[0], str(written), line))

    def point(self, kind: str, name: object, line: int) -> None:
        """Note an entry point."""
        if isinstance(name, str) and name:
            self.points.append(Point(self.path, kind, name, line))

    def topic(self, kind: str, text: object, line: int = 0) -> None:
        """Note a keyword or category."""
        if isinstance(text, str) and text.strip():
            self.topics.append(Topic(self.path, kind, text.strip()[:300], line))

    def lock(self, purl: str, version: object, line: int = 0) -> None:
        """Note a version that a lock file fixes."""
        if purl and isinstance(version, str):
            self.locked.append((purl, version, line))


@dataclass
class Manifest:
    """A manifest: its path, its text, and the files around it."""

    path: str
    text: str
    files: Files

    @property
    def folder(self) -> str:
        """Give its folder; "" at the top."""
        return dirname(self.path)

    @property
    def name(self) -> str:
        """Give the last part of its path."""
        return self.path.rsplit("/", 1)[-1]

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def at(self, offset: int) -> int:
        """Give the line of a character, from 1; 0 for an offset that is none."""
        return 0 if offset < 0 else bisect_left(self._breaks, offset) + 1

    def line(self, *needles: str) -> int:
        """Give the line where the last needle is, each looked for after the one before; 0 when one is not there."""
        offset = 0
        for needle in needles:
            found = self.text.find(needle, offset)
            if found < 0:
                return 0
            offset = found
        return self.at(offset)

    def inside(self, path: str) -> str:
        """Give a path relative to the manifest's folder as one of the repository; "" for the top or outside of it."""
        found = normpath(join(self.folder, path)) if path or self.folder else ""
        return "" if found in {".", "/"} or found.startswith("..") else found

    def other(self, path: str) -> str:
        """Give the text of a file, by its path in the repository; "" when there is none."""
        file = self.files.get(path)
        return self.files.read(file) if file else ""

    def above(self, name: str) -> list[str]:
        """List the paths of files of a name in the folders above, the nearest first."""
        listed, folder = [], self.folder
        while folder:
            folder = dirname(folder)
            listed.append(join(folder, name))
        return [path for path in listed if self.files.get(path)]

    def folders(self, patterns: Sequence[object], name: str) -> list[str]:
        """List the folders that globs relative to this manifest mean and that hold a file of a name."""
        globs = [self.inside(p).rstrip("/") for p in patterns if isinstance(p, str)]
        held = [dirname(path) for path in self.files.by_path if path.rsplit("/", 1)[-1] == name]
        return [folder for folder in held if any(_fits(folder, glob) for glob in globs if glob)]


def _fits(folder: str, glob: str) -> bool:
    """Match a folder against a glob whose ``*`` stays in one part and whose ``**`` is any number of parts."""
    parts, wanted = folder.split("/"), glob.split("/")
    if "**" in wanted:
        head = wanted[: wanted.index("**")]
        return len(parts) >= len(head) and all(fnmatchcase(a, b) for a, b in zip(parts, head, strict=False))
    return len(parts) == len(wanted) and all(fnmatchcase(a, b) for a, b in zip(parts, wanted, strict=True))


def mapping(value: object) -> dict[str, object]:
    """Give a table of a document, or an empty one where something else is written."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[object]:
    """Give a list of a document, or an empty one where something else is written."""
    return value if isinstance(value, list) else []
