"""setup.cfg, and of setup.py what is written out: it is parsed, never run; what is worked out stays unknown."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from codestrata.analyze.structure.manifests.requirements import module_of, requirement, scope_of
from codestrata.analyze.structure.manifests.told import Manifest, Told
from codestrata.analyze.structure.manifests.urls import pypi

#: Brackets within brackets of a setup.py: beyond it the parser is not started.
DEEPEST = 60


def setup_cfg(manifest: Manifest) -> Told:
    """Read metadata and options. Source: setuptools, "Configuring setuptools using setup.cfg files"."""
    from configparser import ConfigParser, Error

    told, parser = Told(manifest.path), ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(manifest.text)
    except Error as error:
        told.fails = str(error).split("\n", 1)[0]
        return told
    get = {name: dict(parser.items(name)) for name in parser.sections()}
    metadata, options = get.get("metadata", {}), get.get("options", {})
    told.unit(module_of(metadata.get("name")), manifest.folder, pypi(metadata.get("name", "")))
    for text, scope in (
        (options.get("install_requires", ""), "runtime"),
        (options.get("setup_requires", ""), "build"),
        (options.get("tests_require", ""), "test"),
        *((text, scope_of(name, "optional")) for name, text in get.get("options.extras_require", {}).items()),
    ):
        _requirements(manifest, told, text.split("\n"), scope)
    if options.get("python_requires"):
        told.declares("Python", options["python_requires"], manifest.line("python_requires"))
    for group, text in get.get("options.entry_points", {}).items():
        _points(manifest, told, group, text.split("\n"))
    for text in metadata.get("classifiers", "").split("\n"):
        told.topic("classifier", text, manifest.line(text.strip()))
    for text in re.split(r"[,\n]", metadata.get("keywords", "")):
        told.topic("keyword", text, manifest.line("keywords"))
    told.topic("description", metadata.get("description"), manifest.line("description"))
    return told


def _requirements(manifest: Manifest, told: Told, listed: list[str], scope: str) -> None:
    for entry in listed:
        text = entry.strip()
        if text and not text.startswith("#"):
            purl, constraint = requirement(text)
            told.needs(purl, constraint, scope, manifest.line(text))


def _points(manifest: Manifest, told: Told, group: str, listed: list[str]) -> None:
    for entry in (text.strip() for text in listed):
        name = entry.partition("=")[0].strip()
        if name and group in {"console_scripts", "gui_scripts"}:
            told.point("script", name, manifest.line(group, entry))
        elif name:
            told.point("plugin", group, manifest.line(group, entry))


def literals(text: str) -> ast.Module | None:
    """Parse a file of Python that is to be read, not run; None for one that no person wrote."""
    depth = most = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        most = max(most, depth)
    if most > DEEPEST:
        return None
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def value(node: ast.expr | None, known: Mapping[str, object]) -> object:
    """Give what an expression is where it is written out, or a name that was given such a value; None otherwise."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.List | ast.Tuple):
        return [found for item in node.elts if (found := value(item, known)) is not None]
    if isinstance(node, ast.Dict):
        pairs = [(value(key, known), value(item, known)) for key, item in zip(node.keys, node.values, strict=True)]
        return {key: item for key, item in pairs if isinstance(key, str) and item is not None}
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def setup_py(manifest: Manifest) -> Told:
    """Read the arguments of ``setup(…)`` that are written out. Source: setuptools, "Keywords"."""
    told, tree = Told(manifest.path), literals(manifest.text)
    if tree is None:
        told.fails = "cannot be parsed"
        return told
    known: dict[str, object] = {}
    for one in tree.body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            known[one.targets[0].id] = value(one.value, known)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"setup", "setuptools.setup"}:
            given = {k.arg: value(k.value, known) for k in node.keywords if k.arg}
            told.open |= given.get("install_requires", ()) is None or any(k.arg is None for k in node.keywords)
            _given(manifest, told, given)
    return told


def _given(manifest: Manifest, told: Told, given: Mapping[str, object]) -> None:
    told.unit(module_of(given.get("name")), manifest.folder, pypi(str(given.get("name") or "")))
    extras = given.get("extras_require")
    for listed, scope in (
        (given.get("install_requires"), "runtime"),
        (given.get("setup_requires"), "build"),
        (given.get("tests_require"), "test"),
        *((v, scope_of(name, "optional")) for name, v in (extras.items() if isinstance(extras, dict) else ())),
    ):
        _requirements(manifest, told, _texts(listed), scope)
    if isinstance(given.get("python_requires"), str):
        told.declares("Python", given["python_requires"], manifest.line("python_requires"))
    groups = given.get("entry_points")
    for group, listed in groups.items() if isinstance(groups, dict) else ():
        _points(manifest, told, group, _texts(listed))
    for text in _texts(given.get("classifiers")):
        told.topic("classifier", text, manifest.line(text))
    keywords = given.get("keywords")
    for text in re.split(r"[,\s]+", keywords) if isinstance(keywords, str) else _texts(keywords):
        told.topic("keyword", text, manifest.line("keywords"))
    told.topic("description", given.get("description"), manifest.line("description"))


def _texts(listed: object) -> list[str]:
    if isinstance(listed, str):
        return listed.split("\n")
    return [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
