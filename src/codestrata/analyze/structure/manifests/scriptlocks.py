"""Lock files of JavaScript: package-lock.json, yarn.lock (both forms), pnpm-lock.yaml."""

from __future__ import annotations

import json
import re

from codestrata.analyze.structure.manifests.told import Manifest, Told, mapping
from codestrata.analyze.structure.manifests.urls import npm

_INSTALLED = re.compile(r'"(node_modules/[^"\n]+)"\s*:\s*\{')
_YARN_HEAD = re.compile(r'^"?((?:@[^/@\s"]+/)?[^@\s",]+)@')
_YARN_VERSION = re.compile(r'^ {2}version:? "?([^"\s]+)"?')
#: ``/name@1.0.0(peer)``, ``/@a/b@1.0.0``, of old ``/name/1.0.0``; indented by two, below ``packages:``.
_PNPM = re.compile(r"^ {2}'?/?((?:@[^/@\s']+/)?[^@/\s']+)[@/](\d[^(:'_\s]*)")


def package_lock(manifest: Manifest) -> Told:
    """Read ``packages`` (versions 2, 3) or ``dependencies`` (version 1). Source: npm, "package-lock.json"."""
    told, data = Told(manifest.path), mapping(json.loads(manifest.text))
    lines = {found[1]: manifest.at(found.start()) for found in _INSTALLED.finditer(manifest.text)}
    for place, what in sorted(mapping(data.get("packages")).items(), key=lambda item: item[0].count("node_modules/")):
        name = place.rpartition("node_modules/")[2]
        if "node_modules/" in place and not mapping(what).get("link"):
            told.lock(npm(name), mapping(what).get("version"), lines.get(place, 0))
    if not told.locked:
        for name, what in mapping(data.get("dependencies")).items():
            told.lock(npm(name), mapping(what).get("version"), manifest.line(f'"{name}"'))
    return told


def yarn_lock(manifest: Manifest) -> Told:
    """Read a yarn.lock by lines: a head of specifiers, then ``version``. Source: Yarn, "yarn.lock"."""
    told, name, start = Told(manifest.path), "", 0
    for number, line in enumerate(manifest.text.split("\n"), 1):
        if line and not line.startswith((" ", "#")):
            head = _YARN_HEAD.match(line)
            name, start = (head[1] if head and "@workspace:" not in line else ""), number
        elif name and (version := _YARN_VERSION.match(line)):
            told.lock(npm(name), version[1], start)
            name = ""
    return told


def pnpm_lock(manifest: Manifest) -> Told:
    """Read the keys below ``packages:`` by lines. Source: pnpm, "pnpm-lock.yaml"."""
    told, inside = Told(manifest.path), False
    for number, line in enumerate(manifest.text.split("\n"), 1):
        if line and not line[0].isspace():
            inside = line.startswith("packages:")
        elif inside and (found := _PNPM.match(line)):
            told.lock(npm(found[1]), found[2], number)
    return told
