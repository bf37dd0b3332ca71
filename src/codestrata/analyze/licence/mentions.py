"""Licences called by name: "GNU General Public License, version 2 or later", "MIT License", "Apache 2.0", "GPLv3+".

Works on words joined by single spaces, as :func:`codestrata.analyze.licence.words.words` gives them, so "Version 2.0"
reads ``version 2 0`` and "GPLv3+" reads ``gplv3 or later``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

#: A name without a version says a little less than one with it.
EXACT, LOOSE = 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Mention:
    """A licence named in text[start:end]."""

    id: str
    confidence: float
    start: int
    end: int


_V2 = r"(?: software)?(?: license)?(?: version| v)? ?v?2(?: 0)?\b"
#: (RE2 pattern, SPDX id, confidence, an example). The first that matches at a place wins; longer names come first.
#: No id: looks like a name and is none.
NAMES: tuple[tuple[str, str, float, str], ...] = (
    (rf"apache{_V2}", "Apache-2.0", EXACT, "Apache License, Version 2.0"),
    (r"apache org licenses license 2 0", "Apache-2.0", EXACT, "https://www.apache.org/licenses/LICENSE-2.0"),
    (r"\basl ?v?2(?: 0)?\b", "Apache-2.0", EXACT, "ASL 2.0"),
    (r"apache(?: software)? license(?: version)? 1 1\b", "Apache-1.1", EXACT, "Apache Software License 1.1"),
    (r"apache(?: software)? license\b", "Apache-2.0", LOOSE, "the Apache License"),
    (r"mit no attribution(?: license)?|\bmit 0\b", "MIT-0", EXACT, "MIT No Attribution"),
    (
        r"\bmit(?: x11| x| expat)? license\b|expat(?: mit)? license|opensource org licenses mit\b",
        "MIT",
        EXACT,
        "MIT License",
    ),
    (r"\bmit licensed\b", "MIT", EXACT, "MIT licensed"),
    (r"\bmit (?:style|like)\b", "", LOOSE, "MIT-style"),
    (r"\b(?:under|either|or|and|license) (?:of )?(?:the )?mit(?: x11| expat)? licensed?\b", "MIT", EXACT, "under the MIT License"),
    (r"\b(?:under|either|or|and|license) (?:of )?(?:the )?mit (?:style|like)\b", "", LOOSE, "under an MIT-like"),
    (r"\b(?:under|either|or|and|license) (?:of )?(?:the )?mit\b", "MIT", LOOSE, "under MIT"),
    (r"bsd zero clause(?: license)?|\b0bsd\b|zero clause bsd(?: license)?", "0BSD", EXACT, "Zero-Clause BSD"),
    (
        r"\b(?:bsd 2 clause|(?:2|two) clause bsd|simplified bsd)(?: license)?\b|freebsd license\b",
        "BSD-2-Clause",
        EXACT,
        "2-clause BSD",
    ),
    (
        r"\b(?:bsd 3 clause|(?:3|three) clause bsd|(?:new|modified|revised) bsd)(?: license)?\b",
        "BSD-3-Clause",
        EXACT,
        "the 3-Clause BSD License",
    ),
    (r"\b(?:bsd 4 clause|(?:4|four) clause bsd|original bsd)(?: license)?\b", "BSD-4-Clause", EXACT, "4-clause BSD"),
    (r"mozilla public license(?: version| v)? ?v?1 1\b|\bmpl ?v?1 1\b", "MPL-1.1", EXACT, "MPL 1.1"),
    (r"mozilla public license(?: version| v)? ?v?2(?: 0)?\b|\bmpl ?v?2(?: 0)?\b", "MPL-2.0", EXACT, "MPL 2.0"),
    (r"mozilla org mpl 2 0\b", "MPL-2.0", EXACT, "http://mozilla.org/MPL/2.0/"),
    (r"mozilla public license\b", "MPL-2.0", LOOSE, "the Mozilla Public License"),
    (r"eclipse public license(?: version| v)? ?v?1(?: 0)?\b|\bepl ?v?1(?: 0)?\b", "EPL-1.0", EXACT, "EPL v1.0"),
    (r"eclipse public license(?: version| v)? ?v?2(?: 0)?\b|\bepl ?v?2(?: 0)?\b", "EPL-2.0", EXACT, "EPL 2.0"),
    (
        r"eclipse distribution license(?: version| v)? 1 0\b",
        "BSD-3-Clause",
        EXACT,
        "Eclipse Distribution License v. 1.0",
    ),
    (
        r"common development and distribution license(?: cddl)?(?: version| v)? ?v?1 1\b|\bcddl ?v?1 1\b",
        "CDDL-1.1",
        EXACT,
        "CDDL 1.1",
    ),
    (r"common development and distribution license\b|\bcddl\b", "CDDL-1.0", LOOSE, "CDDL"),
    (r"boost software license\b|\bbsl 1 0\b", "BSL-1.0", EXACT, "Boost Software License - Version 1.0"),
    (r"\bisc license\b", "ISC", EXACT, "ISC License"),
    (r"zlib(?: libpng)? license\b", "Zlib", EXACT, "zlib License"),
    (r"\bunlicense\b", "Unlicense", EXACT, "The Unlicense"),
    (r"\bcc0\b(?: 1 0)?|creative commons zero|publicdomain zero 1 0", "CC0-1.0", EXACT, "CC0 1.0 Universal"),
    (r"\bwtfpl\b", "WTFPL", EXACT, "WTFPL"),
    (r"python software foundation license\b|\bpsf license\b", "PSF-2.0", LOOSE, "Python Software Foundation License"),
    (r"cnri s python 1 6 license|cnri python license", "CNRI-Python", EXACT, "CNRI's Python 1.6 license"),
    (r"academic free license(?: afl)?(?: version| v)? 2 1\b", "AFL-2.1", EXACT, "Academic Free License v. 2.1"),
    (r"academic free license(?: afl)?(?: version| v)? 3 0\b", "AFL-3.0", EXACT, "Academic Free License 3.0"),
    (r"artistic license(?: version| v)? ?v?2(?: 0)?\b", "Artistic-2.0", EXACT, "Artistic License 2.0"),
    (
        r"same terms as (?:the )?perl\b(?: ?5)?(?: itself)?",
        "Artistic-1.0-Perl OR GPL-1.0-or-later",
        EXACT,
        "under the same terms as Perl itself",
    ),
    (r"sil open font license|\bofl 1 1\b", "OFL-1.1", EXACT, "SIL Open Font License, Version 1.1"),
    (
        r"european union public license(?: version| v)? 1 2|\beupl(?: version| v)? ?v?1 2\b",
        "EUPL-1.2",
        EXACT,
        "EUPL 1.2",
    ),
    (r"zope public license(?: version| v)? ?(?:2 1)?\b", "ZPL-2.1", LOOSE, "Zope Public License 2.1"),
    (r"server side public license", "SSPL-1.0", EXACT, "Server Side Public License"),
    (r"business source license(?: 1 1)?", "BUSL-1.1", EXACT, "Business Source License 1.1"),
    (r"elastic license(?: 2 0| v2)?", "Elastic-2.0", LOOSE, "Elastic License 2.0"),
    (r"commons clause", "LicenseRef-Commons-Clause", EXACT, "the Commons Clause License Condition"),
    (
        r"(?:in|into|to) the public domain|license public domain",
        "LicenseRef-Public-Domain",
        LOOSE,
        "is in the public domain",
    ),
    (
        r"proprietary and confidential|confidential and proprietary|proprietary license|"
        r"unauthori[sz]ed (?:copying|use|reproduction|distribution)|"
        r"(?:copying|use|reproduction|distribution|disclosure)(?: \w+){0,12} strictly prohibited",
        "LicenseRef-Proprietary",
        EXACT,
        "PROPRIETARY AND CONFIDENTIAL",
    ),
)
_NAMES = re2.compile("|".join(f"({pattern})" for pattern, *_ in NAMES))

_CREATIVE = re.compile(
    r"\b(?:creative commons attribution|cc by)((?: (?:nc|sa|nd|non ?commercial|share ?alike|no ?deriv(?:ative|ative works|atives|s)?))*)"
    r"(?: (?!and\b)[a-z]+){0,3}? ([1234]) (0|5)\b",
)
_CREATIVE_TERMS = (("nc", r"\bnc\b|commercial"), ("nd", r"\bnd\b|deriv"), ("sa", r"\bsa\b|alike"))

_GNU = re.compile(
    r"\b(?:(?:gnu )?(?:(affero|lesser|library) )?(?:gnu )?general public licenses?|gnu (affero|lesser|library) (?:public )?license|(agpl|lgpl|gpl))"
    r"(?=v?[ \d]|$|s\b)",
)
_GNU_KIND = {"affero": "AGPL", "agpl": "AGPL", "lesser": "LGPL", "library": "LGPL", "lgpl": "LGPL"}
_GNU_FIRST = {"GPL": "1.0", "LGPL": "2.0", "AGPL": "1.0"}
_AFTER = re.compile(r"(?: \w+){0,14}? ?(?:version|v|gplv|^) ?v?([123])(?: ([01]))?\b(?! clause)")
_AT_ONCE = re.compile(r"(?: ?l?gpl)? ?(?:version |v )?v?([123])(?: ([01]))?\b")
_BEFORE = re.compile(r"\bversion ([123])(?: ([01]))? (?:or later |or any later version )?of the (?:gnu )?$")
_LATER = re.compile(r"\b(?:any )?(?:later|newer|greater|above|higher)(?: versions?)?\b")


def mentions(text: str) -> list[Mention]:
    """List the licences that a text of joined words calls by name, in the order of their places, none inside another."""
    text = text.encode("ascii", "replace").decode()  # one byte per character, so that places agree
    hits = ((NAMES[match.lastindex - 1], match) for match in _NAMES.finditer(text))
    found = [Mention(row[1], row[2], match.start(), match.end()) for row, match in hits]
    found += _gnu(text) + _creative(text)
    out: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if not out or mention.start >= out[-1].end:
            out.append(mention)
    return [mention for mention in out if mention.id]


def _gnu(text: str) -> list[Mention]:
    out = []
    for name in _GNU.finditer(text):
        kind = _GNU_KIND.get(name[1] or name[2] or name[3] or "", "GPL")
        before = _BEFORE.search(text[max(0, name.start() - 60) : name.start()])
        tail = text[name.end() : name.end() + 160]
        following = _GNU.search(tail)
        tail = tail[: following.start()] if following else tail
        version = before or _AT_ONCE.match(tail) or _AFTER.match(tail)
        end = name.end() + (version.end() if version and version is not before else 0)
        later = _LATER.search(text[max(0, name.start() - 60) if before else end : end + 50])
        number = f"{version[1]}.{version[2] or 0}" if version else _GNU_FIRST[kind]
        suffix = "or-later" if later or not version else "only"
        out.append(Mention(f"{kind}-{number}-{suffix}", EXACT if version else LOOSE, name.start(), end))
    return out


def _creative(text: str) -> list[Mention]:
    out = []
    for name in _CREATIVE.finditer(text):
        terms = "".join(f"-{term.upper()}" for term, pattern in _CREATIVE_TERMS if re.search(pattern, name[0]))
        out.append(Mention(f"CC-BY{terms}-{name[2]}.{name[3]}", EXACT, name.start(), name.end()))
    return out
