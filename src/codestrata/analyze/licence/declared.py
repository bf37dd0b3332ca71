"""Licences as people write them into manifests: "Apache 2.0", "MIT/Apache-2.0", "GPLv3+", "UNLICENSED"."""

from __future__ import annotations

import re
from functools import lru_cache

from codestrata.analyze.licence.mentions import mentions
from codestrata.analyze.licence.names import EXACT, LOOSE
from codestrata.analyze.licence.notice import NOTHING, Finding, expression_of
from codestrata.analyze.licence.words import words
from codestrata.model.licence import combine, normalise
from codestrata.model.spdx import table

#: A field longer than this is a licence text or a story, not a name.
LONGEST = 200
#: A valid SPDX expression in a manifest.
VALID = 0.95

_PROPRIETARY = re.compile(
    r"unlicensed|proprietary|commercial|all rights reserved|closed source|private|other/proprietary license",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"see licen[cs]e|licen[cs]e(?:\.\w+)?$|noassertion$|none$|unknown$|other$|custom$", re.IGNORECASE
)
_SLASH = re.compile(r"\s*(?:/|\||,|\bor\b)\s*", re.IGNORECASE)
_VERSION = re.compile(r"v(?:ersion)?\.? ?\d[\d.]*", re.IGNORECASE)
_AT_LEAST = re.compile(r">=\s*(\d(?:\.\d)?)")
_ACRONYM = re.compile(r"\s*\([\w .+-]+\)$")
_AROUND = re.compile(r"^the |\W*\blicen[cs]e\b\W*")
#: Short for a licence by custom: the name without "the" and "licence".
_CUSTOM = {
    "mit": "MIT",
    "apache": "Apache-2.0",
    "psf": "PSF-2.0",
    "gpl": "GPL-1.0-or-later",
    "lgpl": "LGPL-2.0-or-later",
    "zlib/libpng": "Zlib",
    "public domain": "LicenseRef-Public-Domain",
}


@lru_cache(maxsize=4096)
def declared(field: str) -> Finding:
    """Read one licence field; what cannot be told apart ("BSD") or only refers to a file gives nothing."""
    field = " ".join(field.split()).strip("\"' ")
    if not field or len(field) > LONGEST:
        return NOTHING
    strict = normalise(field)
    if strict:
        return Finding(strict, "manifest", VALID)
    if _PROPRIETARY.fullmatch(field):
        return Finding("LicenseRef-Proprietary", "manifest", VALID)
    custom = _CUSTOM.get(_AROUND.sub("", field.lower()))
    if custom:
        return Finding(custom, "manifest", LOOSE)
    return NOTHING if _REFERENCE.match(field) else _written(field)


def _written(field: str) -> Finding:
    """Read "A/B" and "A, B" as a choice (Cargo and Composer meant it so before SPDX expressions), or a name."""
    parts = _SLASH.split(field) if "(" not in field else [field]
    found = [declared(part) for part in parts if not _VERSION.fullmatch(part)] if len(parts) > 1 else []
    if not found or not all(f.expression for f in found):
        return _named(" ".join(parts))
    return Finding(combine([f.expression for f in found], "OR"), "manifest", min(f.confidence for f in found))


def _named(field: str) -> Finding:
    full = _full_names().get(_ACRONYM.sub("", field.lower()))
    if full:
        return Finding(normalise(full), "manifest", EXACT)
    text = " ".join(words(_AT_LEAST.sub(r"\1 or later", field)))
    found = expression_of(mentions(text)[:1], text)
    return Finding(found.expression, "manifest", found.confidence) if found.expression else NOTHING


@lru_cache(maxsize=1)
def _full_names() -> dict[str, str]:
    return {entry.name.lower(): entry.id for entry in table().values() if entry.name and not entry.replaced_by}
