"""Cargo.toml: crates, their dependencies by kind and target, and what they inherit from the workspace."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from codestrata.analyze.structure.manifests.told import Manifest, Told, listing, mapping
from codestrata.analyze.structure.manifests.urls import cargo

_KINDS = (
    ("dependencies", "runtime"),
    ("dev-dependencies", "dev"),
    ("dev_dependencies", "dev"),
    ("build-dependencies", "build"),
    ("build_dependencies", "build"),
)
_HEADER = re.compile(r"^\s*\[+\s*([^\]\n]*?)\s*\]+", re.MULTILINE)


def cargo_toml(manifest: Manifest) -> Told:
    """Read a Cargo.toml. Source: The Cargo Book, "The Manifest Format", "Specifying Dependencies", "Workspaces"."""
    told, data = Told(manifest.path), tomllib.loads(manifest.text)
    shared = _workspace(manifest, data)
    package = mapping(data.get("package"))
    _package(manifest, told, package, mapping(shared.get("package")))
    name = package.get("name")
    if isinstance(name, str):
        told.private = package.get("publish") is False
        library = str(mapping(data.get("lib")).get("name") or name)
        told.unit(library.replace("-", "_"), manifest.folder, cargo(name))
    if "workspace" in data:
        out = manifest.folders(listing(shared.get("exclude")), "Cargo.toml")
        told.members += [f for f in manifest.folders(listing(shared.get("members")), "Cargo.toml") if f not in out]
    for binary in listing(data.get("bin")):
        told.point("bin", mapping(binary).get("name"), manifest.line("[[bin]]", f'"{mapping(binary).get("name")}"'))
    if package and not listing(data.get("bin")) and manifest.files.get(manifest.inside("src/main.rs")):
        told.point("bin", package.get("name"), manifest.line("[package]", "name"))
    places = _places(manifest)
    inherited = mapping(shared.get("dependencies"))
    for table, scope, name, wanted in _wanted(data):
        line = places.get((_plain(table), name), 0)
        _one(told, name, wanted, scope, line, inherited)
    return told


def _workspace(manifest: Manifest, data: Mapping[str, object]) -> dict[str, object]:
    """Give the workspace table that the crate inherits from: its own, or of the nearest Cargo.toml above with one."""
    if "workspace" in data:
        return mapping(data["workspace"])
    for path in manifest.above("Cargo.toml"):
        text = manifest.other(path)
        if "[workspace" in text:
            try:
                return mapping(tomllib.loads(text).get("workspace"))
            except (ValueError, RecursionError):
                return {}
    return {}


def _inherited(package: Mapping[str, object], shared: Mapping[str, object], key: str) -> object:
    own = package.get(key)
    return shared.get(key) if isinstance(own, dict) and own.get("workspace") is True else own


def _package(manifest: Manifest, told: Told, package: Mapping[str, object], shared: Mapping[str, object]) -> None:
    for key, language in (("rust-version", "Rust"), ("edition", "Rust edition")):
        found = _inherited(package, shared, key)
        if isinstance(found, str):
            told.declares(language, found, manifest.line(key))
    for key, kind in (("keywords", "keyword"), ("categories", "category")):
        for text in listing(_inherited(package, shared, key)):
            told.topic(kind, text, manifest.line(key))
    told.topic("description", _inherited(package, shared, "description"), manifest.line("description"))


def _wanted(data: Mapping[str, object]) -> Iterator[tuple[str, str, str, object]]:
    """Give (table, scope, name, what is wanted) of every dependency, those of targets as well."""
    tables: list[tuple[str, str, object]] = [(kind, scope, data.get(kind)) for kind, scope in _KINDS]
    for target, what in mapping(data.get("target")).items():
        tables += [(f"target.{target}.{kind}", scope, mapping(what).get(kind)) for kind, scope in _KINDS]
    for table, scope, listed in tables:
        for name, wanted in mapping(listed).items():
            yield table, scope, name, wanted


def _one(told: Told, name: str, wanted: object, scope: str, line: int, inherited: Mapping[str, object]) -> None:
    asked = {"version": wanted} if isinstance(wanted, str) else mapping(wanted)
    if asked.get("workspace") is True:
        above = inherited.get(name)
        asked = {**({"version": above} if isinstance(above, str) else mapping(above)), **asked}
    crate = asked.get("package", name)
    optional = asked.get("optional") is True and scope == "runtime"
    constraint = asked.get("version") or asked.get("git") or ""
    scope = "optional" if optional else scope
    alias = name.replace("-", "_")
    told.needs(cargo(str(crate)), str(constraint), scope, line, workspace="path" in asked, alias=alias)


def _places(manifest: Manifest) -> dict[tuple[str, str], int]:
    """Find the line of each key below each header; of ``[dependencies.x]`` the header's."""
    places: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(manifest.text.split("\n"), 1):
        header = _HEADER.match(line)
        if header:
            table = _plain(header[1])
            above, _, last = table.rpartition(".")
            places.setdefault((above, last), number)
        elif "=" in line:
            key = line.partition("=")[0].strip().strip("\"'")
            places.setdefault((table, key.partition(".")[0]), number)
    return places


def _plain(table: str) -> str:
    """Give a table's name without quotes and spaces."""
    return re.sub(r"[\s\"']", "", table)
