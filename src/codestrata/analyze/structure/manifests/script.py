"""package.json, pnpm-workspace.yaml and tsconfig.json: packages of JavaScript and TypeScript."""

from __future__ import annotations

import json
import re

from codestrata.analyze.structure.manifests.told import Manifest, Told, listing, mapping
from codestrata.analyze.structure.manifests.urls import npm

_SCOPES = (
    ("dependencies", "runtime"),
    ("devDependencies", "dev"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "peer"),
)
_LOCAL = ("workspace:", "file:", "link:", "portal:")
#: A string, or a comment: strings are kept.
_COMMENTED = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*(?:.*?\*/|.*)', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])')


def package_json(manifest: Manifest) -> Told:
    """Read a package.json. Source: npm, "package.json"; Node.js, "Packages"."""
    told, data = Told(manifest.path), mapping(json.loads(manifest.text))
    told.unit(data.get("name"), manifest.folder, npm(str(data.get("name", ""))))
    told.private = data.get("private") is True
    listed = data.get("workspaces")
    told.members += manifest.folders(listing(mapping(listed).get("packages", listed)), "package.json")
    for table, scope in _SCOPES:
        for name, wanted in mapping(data.get(table)).items():
            if isinstance(wanted, str):
                _one(manifest, told, (table, scope), name, wanted)
    engine = mapping(data.get("engines")).get("node")
    if engine:
        told.declares("Node.js", engine, manifest.line('"engines"', '"node"'))
    _points(manifest, told, data)
    for text in listing(data.get("keywords")):
        told.topic("keyword", text, manifest.line('"keywords"', f'"{text}"'))
    told.topic("description", data.get("description"), manifest.line('"description"'))
    return told


def _one(manifest: Manifest, told: Told, kind: tuple[str, str], name: str, wanted: str) -> None:
    table, scope = kind
    line, alias = manifest.line(f'"{table}"', f'"{name}"'), name
    if wanted.startswith("npm:"):  # an alias: "npm:real@^1"
        name, _, wanted = wanted.removeprefix("npm:").rpartition("@")
    told.needs(npm(name), wanted, scope, line, workspace=wanted.startswith(_LOCAL), alias=alias)


def _points(manifest: Manifest, told: Told, data: dict[str, object]) -> None:
    binary, line = data.get("bin"), manifest.line('"bin"')
    if isinstance(binary, str):
        told.point("bin", str(data.get("name", "")).rpartition("/")[2], line)
    for name in mapping(binary):
        told.point("bin", name, manifest.line('"bin"', f'"{name}"'))
    for group in mapping(data.get("contributes")):  # an extension of an editor
        told.point("plugin", f"contributes.{group}", manifest.line('"contributes"', f'"{group}"'))


def plain_json(text: str) -> str:
    """Give JSON without the comments and trailing commas that some tools allow."""
    return _TRAILING.sub(lambda m: m[1] or "", _COMMENTED.sub(lambda m: m[1] or " ", text))


def tsconfig(manifest: Manifest) -> Told:
    """Read the language that is compiled to. Source: TypeScript, "TSConfig Reference", ``target``."""
    told = Told(manifest.path)
    target = mapping(mapping(json.loads(plain_json(manifest.text))).get("compilerOptions")).get("target")
    if isinstance(target, str) and re.fullmatch(r"es20\d\d", target.lower()):
        told.declares("ECMAScript", target[2:], manifest.line('"target"'))
    return told


def pnpm_workspace(manifest: Manifest) -> Told:
    """Read the globs below ``packages:`` by lines. Source: pnpm, "pnpm-workspace.yaml"."""
    told, inside = Told(manifest.path), False
    globs: list[object] = []
    for line in manifest.text.split("\n"):
        if line and not line[0].isspace() and line[0] not in "-#":
            inside = line.startswith("packages:")
        elif inside and line.strip().startswith("-"):
            globs.append(line.strip(" -").split(" #")[0].strip().strip("'\""))
    told.members += manifest.folders([g for g in globs if not str(g).startswith("!")], "package.json")
    return told
