"""debian/control. Source: Debian Policy Manual, chapters 5 and 7."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.structure.manifests.told import Manifest, Told
from codestrata.analyze.structure.manifests.urls import purl

_SCOPES = {
    "build-depends": "build",
    "build-depends-indep": "build",
    "build-depends-arch": "build",
    "depends": "runtime",
    "pre-depends": "runtime",
    "recommends": "optional",
    "suggests": "optional",
}
_ONE = re.compile(r"([a-z0-9][a-z0-9+.-]+)(?::\w+)?\s*(?:\(([^)]*)\))?")


def control(manifest: Manifest) -> Told:
    """Read a debian/control; of alternatives the first counts, substitutions are left out."""
    told = Told(manifest.path)
    own = set(re.findall(r"^Package:[ \t]*(\S+)", manifest.text, re.MULTILINE))
    for name, entries, line in _fields(manifest.text):
        if name == "section":
            told.topic("section", entries, line)
        for entry in entries.split(",") if name in _SCOPES else ():
            found = _ONE.match(entry.partition("|")[0].strip())
            if found and "${" not in entry.partition("(")[0]:
                url = purl("deb", found[1], "debian")
                told.needs(url, found[2] or "", _SCOPES[name], line, workspace=found[1] in own)
    return told


def _fields(text: str) -> Iterator[tuple[str, str, int]]:
    """Give (field in lower case, its lines joined, first line)."""
    name, value, start = "", "", 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.startswith((" ", "\t")) and name:
            value += " " + line.strip()
        elif not line.startswith("#"):
            if name:
                yield name, value, start
            name, colon, value = line.partition(":")
            name, start = (name.strip().lower() if colon else ""), number
