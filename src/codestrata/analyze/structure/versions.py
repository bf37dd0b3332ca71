"""Versions of languages on one scale each, and which of them a manifest asks for at a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codestrata.analyze.structure.manifests import Manifests
from codestrata.analyze.structure.manifests.told import Declared

#: Standards in the order of their years.
_C = {"89": 1989, "90": 1990, "95": 1995, "99": 1999, "11": 2011, "17": 2017, "18": 2018, "23": 2023}
_CPP = {"98": 1998, "03": 2003, "11": 2011, "14": 2014, "17": 2017, "20": 2020, "23": 2023, "26": 2026}
#: First release of Node.js with (nearly) all of an edition. Source: node.green.
_NODE = {6: 2015, 7: 2016, 8: 2017, 10: 2018, 12: 2019, 14: 2020, 15: 2021, 17: 2022, 20: 2023, 22: 2024, 24: 2025}
#: The compiler an edition of Rust came with. Source: The Rust Edition Guide.
EDITIONS = {"2015": "1.0", "2018": "1.31", "2021": "1.56", "2024": "1.85"}
_COMPILERS = re.compile(
    r"pkg:npm/(?:typescript|(?:%40babel/|babel-)(?:core|cli)|esbuild|rollup|vite|webpack|%40swc/core|tsup|parcel|gulp-babel"
    r"|%40rollup/.*|browserify|metro|%40angular/cli|react-scripts|next|bili|microbundle)$"
)

Scale = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """A version that a construct needs: of which language, as written, and its place on that language's scale."""

    language: str
    written: str
    scale: Scale


def needed(since: str, language: str) -> Needed | None:
    """Read ``since`` of a rule for a file of a language; None where it says nothing about that language."""
    if since.startswith("ES"):
        year = int(since[2:]) if since[2:].isdigit() else 0
        return Needed("ECMAScript", since, (year,)) if year else None
    if since.startswith("C"):
        standard = since.removeprefix("C++") if since.startswith("C++") else since[1:]
        own = "C++" if since.startswith("C++") else "C"
        return Needed(own, standard, scale(own, standard)) if own == language else None
    if language not in {"Python", "Rust", "Go", "Java", "TypeScript", "TSX"}:
        return None
    name = "TypeScript" if language == "TSX" else language
    return Needed(name, since, scale(name, since))


def scale(language: str, version: str) -> Scale:
    """Put a version on its language's scale."""
    if language in {"C", "C++"}:
        return ((_C if language == "C" else _CPP).get(version.zfill(2), 0),)
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


@dataclass(slots=True)
class Promises:
    """What manifests promise to work with, by language and folder."""

    by_language: Mapping[str, list[tuple[str, Declared, Scale]]]

    @classmethod
    def of(cls, told: Manifests) -> Promises:
        """Collect them; of Node.js what an edition of ECMAScript it stands for, where nothing is compiled down."""
        found: dict[str, list[tuple[str, Declared, Scale]]] = {}
        compiled = any(_COMPILERS.match(one.purl) for one in told.direct)
        for one in (*told.declared, *_typescript(told)):
            language, at = one.language, scale(one.language, one.version)
            if language == "ECMAScript" or (language == "Node.js" and compiled):
                continue  # what is compiled to says nothing of what is written
            if language == "Node.js":
                language, at = "ECMAScript", (max((e for v, e in _NODE.items() if v <= at[0]), default=2015),)
            folder = one.manifest.rpartition("/")[0]
            found.setdefault(language, []).append((folder, one, at))
        return cls(found)

    def at(self, language: str, path: str) -> tuple[Declared, Scale] | None:
        """Give the promise of the manifest nearest above a path; None without one."""
        above = [p for p in self.by_language.get(language, ()) if not p[0] or path.startswith(p[0] + "/")]
        best = max(above, key=lambda p: (len(p[0]), p[2]), default=None)
        return (best[1], best[2]) if best else None


def _typescript(told: Manifests) -> Iterable[Declared]:
    for one in told.direct:
        version = re.search(r"\d+\.\d+", one.locked or one.constraint)
        if one.purl == "pkg:npm/typescript" and version and one.manifest not in told.aside:
            yield Declared(one.manifest, "TypeScript", version[0], one.constraint, one.line)
