"""L4, gaps: packages asked for that nothing names, and imports of packages that nobody asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from codestrata.analyze.structure import names
from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.macro import Surroundings
from codestrata.analyze.structure.manifests.kinds import LOCKS
from codestrata.analyze.structure.manifests.told import Dependency
from codestrata.analyze.structure.manifests.urls import npm, pypi
from codestrata.analyze.structure.modules import Edge
from codestrata.analyze.structure.outside import npm_name, python_guesses
from codestrata.analyze.structure.shipping import ships
from codestrata.model.paths import bytes_of

#: Files and bytes that are searched for the name of a package before it is called unused, and packages looked for.
MOST_FILES, MOST_BYTES, MOST_PACKAGES = 4000, 40_000_000, 40
#: Packages that work without being named: servers, drivers, plug-ins, types, run-time support.
_SILENT = re.compile(
    r"pkg:(?:pypi/(?:gunicorn|uvicorn|hypercorn|waitress|tzdata|setuptools|wheel|pip|colorama|greenlet|psycopg.*|mysqlclient"
    r"|asyncpg|aiosqlite|types-.*|.*-stubs|pytest.*|flake8.*|pylint.*|mkdocs.*|sphinx.*|argcomplete|cryptography|"
    r"python-multipart|email-validator|typing-extensions|importlib-.*|backports-.*)"
    r"|npm/(?:%40types/.*|%40babel/.*|tslib|sass|node-sass|less|popper\.js|core-js|regenerator-runtime|typescript|react-dom|.*-loader|.*plugin.*|.*preset.*)"
    r"|cargo/(?:.*-sys|getrandom|openssl|cc|rustc-std-workspace.*|compiler_builtins))$"
)
_IMPLIED = ("pypi", "cargo", "npm")
_PROSE = (".md", ".rst", ".txt", ".lock", ".svg")


def gaps(scene: Surroundings) -> Iterator[Finding]:
    """Give what is declared and never named, and what is imported and never declared."""
    yield from _unused(scene)
    yield from _undeclared(scene, "pypi", ("Python",), _python_guess)
    yield from _undeclared(scene, "npm", ("JavaScript", "TypeScript", "TSX"), _npm_guess)


def _unused(scene: Surroundings) -> Iterator[Finding]:
    used, looked = {edge.purl for edge in scene.modules.edges}, 0
    for one in scene.told.dependencies:
        kind = one.purl.removeprefix("pkg:").partition("/")[0]
        if one.scope != "runtime" or one.workspace or kind not in _IMPLIED or one.manifest in scene.told.aside:
            continue
        if one.purl in used or _SILENT.match(one.purl) or "requirements" in one.manifest:
            continue
        looked += 1
        if looked > MOST_PACKAGES:
            return
        searched = _named_in(scene, one, kind)
        if searched:
            says = f"{one.purl} is asked for at run time, and none of {searched} files below names it"
            at = Spot(bytes_of(one.manifest), one.line)
            figures = {"constraint": one.constraint, "searched": searched}
            yield Finding(
                "L4",
                "declared-unused",
                "macro.unused",
                at,
                says,
                0.75,
                name=one.purl,
                evidence="manifest",
                metrics=figures,
            )


def _named_in(scene: Surroundings, one: Dependency, kind: str) -> int:
    """Give the number of files searched in vain for the package; 0 when one names it, or there were too many."""
    wanted = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?!\w)" for name in _spellings(one, kind)))
    folder = one.manifest.rpartition("/")[0]
    inside = folder + "/" if folder else ""
    files = [f for f in scene.files if f.text.startswith(inside) and _counts(f, one.manifest)]
    if not files or len(files) > MOST_FILES or sum(f.size for f in files) > MOST_BYTES:
        return 0
    code = [f for f in files if f.language]
    if not code or any(wanted.search(scene.files.read(f)) for f in files):
        return 0
    own = scene.files.get(one.manifest)
    mentions = len(wanted.findall(scene.files.read(own))) if own else 0
    return len(files) if mentions < 2 else 0  # noqa: PLR2004 -- a second time: a feature, a script


def _counts(file: File, manifest: str) -> bool:
    return file.text != manifest and file.name not in LOCKS and not file.name.endswith(_PROSE)


def _spellings(one: Dependency, kind: str) -> set[str]:
    name = unquote(one.purl.removeprefix(f"pkg:{kind}/"))
    listed = {name, name.replace("-", "_"), one.alias or name}
    if kind == "pypi":
        listed |= {module for module, owner in names.PYTHON.items() if owner == name}
        listed |= {name.removeprefix("python-"), name.replace("-", "."), name.removeprefix("py"), name.capitalize()}
    elif kind == "cargo":
        listed.add(names.RUST.get(name, name))
    return {spelling for spelling in listed if spelling}


def _undeclared(
    scene: Surroundings, kind: str, languages: tuple[str, ...], guess: Callable[[Surroundings, Edge], str]
) -> Iterator[Finding]:
    asked = [d for d in scene.told.dependencies if d.purl.startswith(f"pkg:{kind}/")]
    if not any(d.manifest not in scene.told.aside for d in asked) or scene.told.open:
        return
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in scene.modules.edges:
        module = scene.modules.by_path[edge.path]
        if (
            module.file.own
            and ships(edge.path)
            and module.file.language in languages
            and edge.use == "runtime"
            and not (edge.target or edge.purl)
        ):
            url = guess(scene, edge)
            if url and url not in scene.told.own:
                found[url].append(edge)
    for url, edges in sorted(found.items()):
        places = tuple(Spot(bytes_of(e.path), e.line, says=f"imports {e.says}") for e in edges)
        says = f"{edges[0].says} is imported {len(edges)} times, and no manifest asks for {url}"
        figures = {"imports": len(edges), "files": len({e.path for e in edges})}
        sure = 0.6 if len(edges) == 1 else 0.7
        yield Finding(
            "L4",
            "imported-undeclared",
            "macro.undeclared",
            places[0],
            says,
            sure,
            name=url,
            metrics=figures,
            places=places[1:],
        )


def _python_guess(scene: Surroundings, edge: Edge) -> str:
    """Give the distribution of a module that no file or folder here is named after."""
    top = edge.says.partition(".")[0]
    return "" if not top or top in scene.stems else _first_guess(edge.says)


def _first_guess(target: str) -> str:
    """Give the distribution that the table names for a module, or the one of its first part's name."""
    top = target.split(".", maxsplit=1)[0]
    listed = list(python_guesses(target))
    return "" if not listed else listed[0] if listed[0] in set(python_guesses(top)) else pypi(top)


def _npm_guess(scene: Surroundings, edge: Edge) -> str:
    name = npm_name(edge.says)
    if not re.fullmatch(r"(?:@[a-z0-9~._-]+/)?[a-z0-9][a-z0-9._-]*", name):
        return ""
    top = name.split("/")[0]
    return "" if top in scene.stems else npm(name)
