"""Outside: the package that an import leaves the repository for, as far as its manifests tell."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from codestrata.analyze.structure import names
from codestrata.analyze.structure.manifests.told import Dependency
from codestrata.analyze.structure.manifests.urls import cargo, maven, npm, pypi
from codestrata.analyze.structure.resolve import Import

_SCRIPTS = ("JavaScript", "TypeScript", "TSX")
_VERSION = re.compile(r"/v\d+$")
_RUST_OWN = frozenset({"std", "core", "alloc", "proc_macro", "test", "crate", "self", "super", "Self"})


@dataclass(slots=True)
class Packages:
    """The packages that manifests ask for, by the names that imports have for them."""

    urls: frozenset[str] = frozenset()
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    modules: list[tuple[str, str]] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)
    bare: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    @classmethod
    def of(cls, dependencies: Iterable[Dependency]) -> Packages:
        """Index the packages asked for."""
        listed = list(dependencies)
        found = cls(frozenset(one.purl for one in listed))
        for one in listed:
            kind, _, rest = one.purl.removeprefix("pkg:").partition("/")
            name = unquote(rest)
            if one.alias:
                found.aliases.setdefault((kind, one.alias), one.purl)
            if kind == "cargo":
                library = names.RUST.get(name, name).replace("-", "_")
                found.aliases.setdefault((kind, library), one.purl)
            elif kind == "golang":
                found.modules.append((name, one.purl))
            elif kind == "maven":
                group, _, artifact = name.rpartition("/")
                found.groups.append((group, artifact, one.purl))
            elif kind in {"generic", "conan", "deb", "github"}:
                found.bare.setdefault(_plain(name.rpartition("/")[2]), one.purl)
        found.modules.sort(key=lambda pair: -len(pair[0]))
        return found

    def of_import(self, one: Import, language: str) -> str:
        """Give the package URL that an import leaves for; "" where no manifest tells."""
        key = language, one.target, one.relative > 0
        if key not in self.known:
            finder = _FINDERS.get(language)
            self.known[key] = finder(self, one) if finder and one.target else ""
        return self.known[key]

    def declared(self, candidates: Iterable[str]) -> str:
        """Give the first candidate that a manifest asks for, or ""."""
        return next((url for url in candidates if url in self.urls), "")


def _plain(name: str) -> str:
    return re.sub(r"^lib|-dev$", "", name.lower())


def python_guesses(target: str) -> Iterator[str]:
    """Give the distributions that may hold a module, the likeliest first; none for the standard library."""
    parts = target.split(".")
    if parts[0] in sys.stdlib_module_names or not parts[0]:
        return
    for length in (3, 2, 1):
        known = names.PYTHON.get(".".join(parts[:length]))
        for name in (known, *names.SAME.get(known, ())) if known else ():
            yield pypi(name)
    for length in (3, 2):
        if len(parts) >= length:
            yield pypi("-".join(parts[:length]))
    yield pypi(parts[0])
    yield from (pypi(f"python-{parts[0]}"), pypi(f"py{parts[0]}"), pypi(f"{parts[0]}-python"), pypi(f"{parts[0]}-py"))


def npm_name(target: str) -> str:
    """Give the package that a bare specifier is of; "" for paths, aliases and what Node.js brings."""
    if target.startswith((".", "/", "@/", "~", "#", "$", "node:", "virtual:")) or "!" in target or ":" in target:
        return ""
    parts = target.split("/")
    name = "/".join(parts[:2]) if target.startswith("@") else parts[0]
    return "" if parts[0] in names.NODE or (target.startswith("@") and len(parts) < 2) else name  # noqa: PLR2004


def _python(packages: Packages, one: Import) -> str:
    return "" if one.relative else packages.declared(python_guesses(one.target))


def _rust(packages: Packages, one: Import) -> str:
    head = one.target.removeprefix("::").replace("r#", "").split("::")[0]
    if head in _RUST_OWN:
        return ""
    return packages.aliases.get(("cargo", head), "") or packages.declared([cargo(head)])


def _go(packages: Packages, one: Import) -> str:
    return next((url for path, url in packages.modules if one.target == path or one.target.startswith(path + "/")), "")


def _script(packages: Packages, one: Import) -> str:
    name = npm_name(one.target)
    return packages.aliases.get(("npm", name), "") or packages.declared([npm(name)]) if name else ""


def _java(packages: Packages, one: Import) -> str:
    parts = one.target.split(".")
    for length in range(len(parts), 0, -1):
        known = names.JAVA.get(".".join(parts[:length]))
        if known:
            url = maven(*known)
            if url in packages.urls:
                return url
    best, share = "", 1
    for group, artifact, url in packages.groups:
        listed = group.split(".")
        same = _agreeing(listed, parts)
        if same < 2 or same < len(listed):  # noqa: PLR2004 -- "org" is no group
            continue
        more = set(re.split(r"[-_.]", artifact)) - set(listed)
        words = len(more & set(parts[same:]))
        alone = sum(other == group for other, _, _ in packages.groups) == 1
        if (words or not more or alone) and same * 10 + words > share:
            best, share = url, same * 10 + words
    return best


def _agreeing(a: list[str], b: list[str]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _native(packages: Packages, one: Import) -> str:
    head = one.target.split("/")[0]
    known = names.NATIVE.get(head, (head.lower().removesuffix(".h").removesuffix(".hpp"),))
    return next((packages.bare[_plain(name)] for name in known if _plain(name) in packages.bare), "")


_FINDERS: Mapping[str, Callable[[Packages, Import], str]] = {
    "Python": _python,
    "Rust": _rust,
    "Go": _go,
    **dict.fromkeys(_SCRIPTS, _script),
    "Java": _java,
    "C": _native,
    "C++": _native,
}


def same_package(url: str) -> str:
    """Give a package URL in the form to compare by: without the major version in a Go path, in lower case."""
    return _VERSION.sub("", url).lower()
