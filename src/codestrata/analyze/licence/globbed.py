"""Files that state licences for others by globs: ``REUSE.toml`` and machine-readable ``debian/copyright`` (DEP-5).

Sources: REUSE specification 3.3, "REUSE.toml" and "DEP5 (deprecated)"; Debian's "Machine-readable debian/copyright
file" 1.0. Both are read into one form, so that facts can carry it as text: JSON, a list of [precedence, expression,
glob] in the order of the file. In a glob ``*`` stands for anything within a folder, ``**`` for anything, ``?`` for one
sign, and a backslash takes the next sign as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codestrata.analyze.licence.declared import declared
from codestrata.analyze.licence.notice import NOTHING, Finding
from codestrata.model.licence import combine, normalise

#: The method of a finding whose text is such a list.
GLOBS = "globs"
#: What an annotation may be to the words of the files it covers.
CLOSEST, AGGREGATE, OVERRIDE = "closest", "aggregate", "override"
#: The licence of what is stated and cannot be understood.
UNKNOWN = "LicenseRef-Unknown"
#: Globs of one file; one with more is data.
MOST = 5000

_FORMAT = re.compile(
    r"^Format(?:-Specification)?:[ \t]*\S*(?:copyright-format|dep5|DEP5)", re.MULTILINE | re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\n(?:[ \t]*\n)+")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]*):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_GNU = re.compile(r"([al]?gpl)-?v?(\d)(?:\.(\d))?(?:\.0)?(\+)?", re.IGNORECASE)
_JOINED = re.compile(r"\s*,\s*(and|or)\s+|\s*(,)\s*", re.IGNORECASE)
_SHORT = {
    "expat": "MIT",
    "artistic": "Artistic-1.0",
    "perl": "Artistic-1.0-Perl OR GPL-1.0-or-later",
    "public-domain": "LicenseRef-Public-Domain",
    "gpl": "GPL-1.0-only",
    "gpl+": "GPL-1.0-or-later",
    "cc0": "CC0-1.0",
    "pd": "LicenseRef-Public-Domain",
    "bsd-2": "BSD-2-Clause",
    "bsd-3": "BSD-3-Clause",
    "bsd-4": "BSD-4-Clause",
    "gfdl-niv-1.2+": "GFDL-1.2-no-invariants-or-later",
    "gfdl-niv-1.3": "GFDL-1.3-no-invariants-only",
    "gfdl-niv-1.3+": "GFDL-1.3-no-invariants-or-later",
    "zope": "ZPL-2.1",
}


def reuse_toml(text: str) -> Finding:
    """Read ``REUSE.toml``, version 1. Raises ValueError, TypeError or LookupError where it is none."""
    import tomllib

    data = tomllib.loads(text)
    if data.get("version") != 1:
        return NOTHING
    return _told([rule for table in data.get("annotations", []) for rule in _annotation(table)])


def _annotation(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    stated = table.get("SPDX-License-Identifier", "")
    expressions = [stated] if isinstance(stated, str) else stated
    expression = combine([normalise(e, refs=True) or UNKNOWN for e in expressions if e])
    precedence = table.get("precedence", CLOSEST)
    paths = [table["path"]] if isinstance(table["path"], str) else table["path"]
    if expression and precedence in {CLOSEST, AGGREGATE, OVERRIDE}:
        for path in paths:
            yield precedence, expression, path.replace("?", r"\?")


def is_dep5(text: str) -> bool:
    """Say whether a copyright file is machine-readable; most licence files are written for people."""
    return _FORMAT.search(text[:4000]) is not None


def dep5(text: str) -> Finding:
    """Read a machine-readable ``debian/copyright`` or ``.reuse/dep5``; one that is written for people gives nothing."""
    if not is_dep5(text):
        return NOTHING
    rules = []
    for paragraph in _PARAGRAPH.split(text):
        fields = {name.lower(): value for name, value in _FIELD.findall(paragraph)}
        if "files" in fields and "license" in fields:
            expression = short_name(fields["license"].partition("\n")[0].strip())
            rules += [(AGGREGATE, expression, glob.replace("*", "**")) for glob in fields["files"].split()]
    return _told(rules)


def short_name(text: str) -> str:
    """Give the SPDX expression of DEP-5's short names: "GPL-2+ or Artistic, and Expat"; a comma binds the least."""
    parts = _JOINED.split(text)
    if len(parts) > 1:
        operators = {(word or "and").upper() for word in (*parts[1::3], *parts[2::3]) if word and word != ","} or {
            "AND"
        }
        joined = [short_name(part) for part in parts[::3]]
        return combine(joined, operators.pop()) if len(operators) == 1 else UNKNOWN
    for operator in ("or", "and"):
        sides = re.split(rf"\s+{operator}\s+", text, flags=re.IGNORECASE)
        if len(sides) > 1:
            return combine([short_name(side) for side in sides], operator.upper())
    return _one(text) or UNKNOWN


def _one(name: str) -> str:
    """Give the id of one short name; an exception that SPDX does not know is left out: less is allowed without."""
    base, _, exception = re.sub(r"\s+", " ", name).partition(" with ")
    gnu = _GNU.fullmatch(base)
    if gnu:
        family, major, minor, later = gnu.groups()
        plain = f"{family.upper()}-{major}.{minor or 0}-{'or-later' if later else 'only'}"
    else:
        plain = _SHORT.get(base.lower()) or normalise(base) or declared(base).expression or normalise(base, refs=True)
    return (normalise(f"{plain} WITH {exception}") if exception and " " not in exception else "") or normalise(
        plain, refs=True
    )


def _told(rules: Sequence[tuple[str, str, str]]) -> Finding:
    if not 0 < len(rules) <= MOST or not all(isinstance(glob, str) for _, _, glob in rules):
        return NOTHING
    return Finding(json.dumps(rules, ensure_ascii=False), GLOBS, 1.0)
