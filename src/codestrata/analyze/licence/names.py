"""How licences are called in running text: the table that :mod:`mentions` searches with."""

from __future__ import annotations

#: A name without a version says a little less than one with it.
EXACT, LOOSE = 0.9, 0.7

_V2 = r"(?: software)?(?: license)?(?: version| v)? ?v?2(?: 0)?\b"
_PROPRIETARY = (
    r"proprietary and confidential|confidential and proprietary|proprietary license|"
    r"unauthori[sz]ed (?:copying|use|reproduction|distribution)"
)
PROHIBITED = "strictly prohibited"
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
    (
        r"\b(?:under|either|or|and|license) (?:of )?(?:the )?mit(?: x11| expat)? licensed?\b",
        "MIT",
        EXACT,
        "under the MIT License",
    ),
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
        _PROPRIETARY,
        "LicenseRef-Proprietary",
        EXACT,
        "PROPRIETARY AND CONFIDENTIAL",
    ),
    (
        r"(?:copying|use|reproduction|distribution|disclosure)(?: \w+){0,12} " + PROHIBITED,
        "LicenseRef-Proprietary",
        EXACT,
        "copying of this file, via any medium, is strictly prohibited",
    ),
)

#: One of these stands in every name of :data:`NAMES`, given a blank before and behind the text. Most texts hold none.
STEMS = (
    *("apache", " asl", " mit ", "expat", "bsd", "mozilla", " mpl", "eclipse", " epl", "common development", " cddl"),
    *("boost software", " bsl 1", " isc license", "zlib", " unlicense", "cc0", "creative commons zero", "publicdomain"),
    *(" wtfpl", "python software", "psf license", "cnri ", "academic free", "artistic license", "same terms as"),
    *("sil open font", " ofl", "european union public", " eupl", "zope public", "server side public"),
    *("business source", "elastic license", "commons clause", "the public domain", "license public domain"),
    *("proprietary", "unauthori", PROHIBITED),
)
