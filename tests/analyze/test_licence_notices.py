"""Licences called by name: in notices, read-me files and manifest fields."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from codestrata.analyze.licence.declared import declared
from codestrata.analyze.licence.document import readme
from codestrata.analyze.licence.mentions import mentions
from codestrata.analyze.licence.names import EXACT, LOOSE, NAMES, STEMS
from codestrata.analyze.licence.notice import notice
from codestrata.analyze.licence.words import words
from codestrata.model.licence import normalise

APACHE = """Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
compliance with the License. You may obtain a copy at http://www.apache.org/licenses/LICENSE-2.0 Unless required by law,
software distributed under the License is distributed on an "AS IS" BASIS, either express or implied."""
GPL = """This program is free software; you can redistribute it and/or modify it under the terms of the GNU General
Public License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any
later version. See the GNU General Public License for more details."""
MPL_TRI = """The contents of this file are subject to the Mozilla Public License Version 1.1 (the "License"); software
distributed under the License is distributed on an "AS IS" basis, WITHOUT WARRANTY, either express or implied.
Alternatively, the contents of this file may be used under the terms of either the GNU General Public License Version 2
or later (the "GPL"), or the GNU Lesser General Public License Version 2.1 or later (the "LGPL")."""


def told(text: str) -> str:
    """Give the expression that a notice states."""
    return notice(" ".join(words(text))).expression


@pytest.mark.parametrize(("pattern", "id_", "confidence", "example"), NAMES, ids=[row[3] for row in NAMES])
def test_each_name_finds_its_example(pattern, id_, confidence, example):
    """A row of the table finds the example beside it, and its id is an SPDX expression."""
    found = mentions(" ".join(words(example)))
    assert [(m.id, m.confidence) for m in found] == ([(id_, confidence)] if id_ else [])
    assert confidence in {EXACT, LOOSE}
    assert not id_ or normalise(id_) == id_


@pytest.mark.parametrize("pattern", [row[0] for row in NAMES], ids=[row[3] for row in NAMES])
def test_a_stem_stands_in_every_name(pattern):
    """Whatever a pattern matches holds a stem, so that texts without one need not be searched for names."""
    required = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "required_words.py"))["required"]
    assert all(any(stem in f" {word} " for stem in STEMS) for word, _ in required(pattern))


def test_a_letter_that_is_not_ascii_ends_no_word_before_a_name():
    """What replaces such a letter is no letter, and a name may begin behind it."""
    assert [m.id for m in mentions("é mit license, émit license")] == ["MIT", "MIT"]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (APACHE, "Apache-2.0"),
        (GPL, "GPL-2.0-or-later"),
        (MPL_TRI, "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later"),
        ("under the terms of the GNU General Public License version 2 as published by", "GPL-2.0-only"),
        ("under the terms of version 2 or later of the GNU General Public License", "GPL-2.0-or-later"),
        ("licensed under version 2 of the GNU General Public License", "GPL-2.0-only"),
        (
            "under the GNU Lesser General Public License, either version 2.1 of the License, or any later version",
            "LGPL-2.1-or-later",
        ),
        ("under the GNU Affero General Public License as published by the FSF, version 3.", "AGPL-3.0-only"),
        ("Licensed under the GPL", "GPL-1.0-or-later"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("@license MIT", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("Dual licensed under the MIT or GPL Version 2 licenses.", "MIT OR GPL-2.0-only"),
        ("This file is dual licensed under MIT and GPL version 2", "MIT OR GPL-2.0-only"),
        ("licensed under the Apache License 2.0 and the MIT License", "Apache-2.0 AND MIT"),
        (
            "code under the MIT License or Apache 2.0, documentation under CC BY-SA 4.0",
            "(MIT OR Apache-2.0) AND CC-BY-SA-4.0",
        ),
        ("under the Apache License v2.0 with LLVM Exceptions", "Apache-2.0 WITH LLVM-exception"),
        ("distributed under a Creative Commons Attribution-NonCommercial-ShareAlike 4.0 licence", "CC-BY-NC-SA-4.0"),
        ("it may be used under the same terms as Perl itself", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        ("This code is released into the public domain", "LicenseRef-Public-Domain"),
        (
            "Proprietary and confidential. Unauthorized copying of this file is strictly prohibited",
            "LicenseRef-Proprietary",
        ),
        ("Subject to the Boost Software License, Version 1.0", "BSL-1.0"),
    ],
)
def test_notices(text, expression):
    """A notice gives the licence it states: version, "or later", choice and exception included."""
    assert told(text) == expression


@pytest.mark.parametrize(
    "text",
    [
        "Use of this source code is governed by a BSD-style license that can be found in the LICENSE file.",
        "governed by an MIT-style license that can be found in the LICENSE file",
        "It is not licensed under the GPLv2 license",
        "This is compatible with the GPLv2 license",
        "see LICENSE for details",
        "We met at MIT and talked about the Apache tribe and its GNU.",
        "",
    ],
)
def test_names_without_a_licensing_phrase_say_nothing(text):
    """A licence that is only compared with, denied or pointed at is not the file's."""
    assert told(text) == ""


def test_the_nearest_phrase_decides():
    """A sentence on something else does not spoil the next one."""
    assert told("This depends on libfoo, which is not GPL compatible. We are licensed under the ISC license.") == "ISC"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("# Tool\n\nDoes it.\n\n## License\n\nMIT\n\n## Thanks\n\nTo GPL-3.0 people.\n", "MIT"),
        (
            "Tool\n====\n\nLicence\n-------\n\nLicensed under either of MIT or Apache-2.0 at your option.\n",
            "MIT OR Apache-2.0",
        ),
        ("# Tool\n\nThis project is licensed under the Apache License, Version 2.0.\n", "Apache-2.0"),
        ("# Tool\n\nA parser for GPL-3.0 headers.\n", ""),
        ("# Tool\n\n## License\n\nSee COPYING.\n", ""),
        ("# Tool\n\n## License\n\n[ISC](LICENSE) © Ada\n", "ISC"),
        ("# Tool\n\n## License\n\nApache-2.0.\n", "Apache-2.0"),
    ],
)
def test_read_me_files(text, expression):
    """A read-me file is read in its section on the licence, and never with much confidence."""
    found = readme(text)
    assert found.expression == expression
    assert found.confidence <= 0.5


@pytest.mark.parametrize(
    ("field", "expression"),
    [
        ("mit", "MIT"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("The Apache Software License, Version 2.0", "Apache-2.0"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT OR Apache-2.0)", "MIT OR Apache-2.0"),
        ("MIT or Apache-2.0", "MIT OR Apache-2.0"),
        ("BSD-2-Clause AND MIT", "BSD-2-Clause AND MIT"),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
        ("GPL (>= 3)", "GPL-3.0-or-later"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GNU Library or Lesser General Public License (LGPL)", "LGPL-2.0-or-later"),
        ("New BSD License", "BSD-3-Clause"),
        ("ISC License (ISCL)", "ISC"),
        ("MIT No Attribution License (MIT-0)", "MIT-0"),
        ("Historical Permission Notice and Disclaimer (HPND)", "HPND"),
        ("Python Software Foundation License", "PSF-2.0"),
        ("zlib/libpng", "Zlib"),
        ("Public Domain", "LicenseRef-Public-Domain"),
        ("UNLICENSED", "LicenseRef-Proprietary"),
        ("BSD", ""),
        ("Dual License", ""),
        ("SEE LICENSE IN LICENSE.md", ""),
        ("LICENSE.txt", ""),
        ("MIT-style", ""),
        ("x" * 300, ""),
        ("", ""),
    ],
)
def test_manifest_fields(field, expression):
    """What people write is read where it is plain, and left alone where it is not."""
    found = declared(field)
    assert found.expression == expression
    assert found.method == ("manifest" if expression else "")
