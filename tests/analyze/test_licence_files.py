"""Licence facts of files: which names matter, tags, leading comments, whole batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.language.tables import names
from codestrata.analyze.licence import facts, joined, kinds, parted
from codestrata.analyze.licence.batch import text_of
from codestrata.analyze.licence.header import Headers, comments, licence_wording
from codestrata.analyze.licence.kinds import SEPARATOR, kind
from codestrata.analyze.licence.tags import tag
from codestrata.model.licence import normalise
from codestrata.model.spdx import licence_text
from codestrata.store.columns import Varlen

MIT = licence_text("MIT")


def rows(*files: tuple[str, str | bytes], binary: tuple[int, ...] = ()) -> list[tuple[str, str, str, float]]:
    """Give (tag, licence, method, confidence) of (name, content) pairs, read as one batch."""
    raws = [content.encode() if isinstance(content, str) else content for _, content in files]
    offsets = np.zeros(len(raws) + 1, np.int64)
    offsets[1:] = np.cumsum([len(raw) for raw in raws])
    marks = np.isin(np.arange(len(raws)), binary)
    table = facts([name for name, _ in files], np.frombuffer(b"".join(raws), np.uint8), offsets, marks)
    texts = [table[name].strings() for name in ("licence_tag", "licence", "licence_method")]
    return list(zip(*texts, table["licence_confidence"].tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(
            (name, "licence")
            for name in ("LICENSE", "LICENSE.md", "licence.txt", "LICENSE-MIT", "MIT-LICENSE.txt", "COPYING")
        ),
        *(
            (name, "licence")
            for name in ("COPYING.LESSER", "COPYING3.LIB", "UNLICENSE", "copyright", "gpl-3.0.txt", "a/LICENSE")
        ),
        *((name, "licence") for name in ("LICENSE.APACHE", "LICENSE_1_0.txt", "LICENSE-2.0.txt", "LEGAL.txt")),
        *((name, "readme") for name in ("README", "README.md", "readme.zh-cn.md", "docs/ReadMe.rst")),
        *((name, "notice") for name in ("NOTICE", "THIRD-PARTY-NOTICES.txt", "LICENSE-3RD-PARTY", "CREDITS.md")),
        *(
            (name, "")
            for name in ("license.go", "LICENSE.json", "licenses.py", "readme.py", "mylicense.txt", "main.c", "")
        ),
        *((name, "") for name in ("package.json.bak", "metadata.json", "LICENSE.md.tmpl", "LICENSE/file")),
        ("web/package.json", "npm"),
        ("Cargo.toml", "cargo"),
        ("pyproject.toml", "pyproject"),
        ("PKG-INFO", "metadata"),
        ("x.gemspec", "gemspec"),
        ("pom.xml", "maven"),
        ("lib.nuspec", "nuget"),
        ("DESCRIPTION", "description"),
    ],
)
def test_names_that_matter(name, expected):
    """A file is asked for a licence by its name, in any case, and code is not taken for prose."""
    assert kind(name) == expected


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_kinds_are_those_of_each_path_alone(listed):
    """Looking at all paths at once gives what looking at each gives, whatever bytes they hold."""
    paths = [name.replace(b"\n", b"") for name in listed] + [b"LICENSE", b"a/README.md"]
    together = kinds(Varlen.of(paths, text=False))
    assert together[-2:] == ["licence", "readme"]
    assert together == [kinds(Varlen.of([name], text=False))[0] for name in paths]


def test_keys_carry_the_kind():
    """A name key tells a LICENSE.md from any other .md, and comes apart again."""
    keys = joined([".md", ".md", ""], Varlen.of(["LICENSE.md", "docs/a.md", "COPYING"]))
    assert keys == [".md|licence", ".md", "|licence"]
    assert parted(keys) == ([".md", ".md", ""], ["licence", "", "licence"])
    assert not [key for key in (*names().extensions, *names().filenames) if SEPARATOR in key]


@pytest.mark.claim("C7")
@pytest.mark.parametrize(
    ("head", "expression"),
    [
        ("// SPDX-License-Identifier: MIT\n", "MIT"),
        ("/* SPDX-License-Identifier: GPL-2.0 */\nint x;", "GPL-2.0-only"),
        ("#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0+ OR MIT", "GPL-2.0-or-later OR MIT"),
        ("<!-- SPDX-License-Identifier: CC-BY-4.0 -->\n", "CC-BY-4.0"),
        (
            " * SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) */",
            "GPL-2.0-only WITH Linux-syscall-note",
        ),
        (".. SPDX-License-Identifier: apache-2.0\r\n", "Apache-2.0"),
        ("dnl SPDX-License-Identifier: FSFAP\n", "FSFAP"),
        ("(* SPDX-License-Identifier: MIT *)\n", "MIT"),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: ISC\n", "MIT AND ISC"),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: MIT\n", "MIT"),
        ("# SPDX-License-Identifier: LicenseRef-Own\n", "LicenseRef-Own"),
        ("# SPDX-License-Identifier: Sun-Industry\n", "LicenseRef-Sun-Industry"),
        ("# SPDX-License-Identifier: MIT. See LICENSE.\n", "MIT"),
        ("# SPDX-License-Identifier: NOASSERTION\n", ""),
        ("# SPDX-License-Identifier: <id>\n", ""),
        ("# SPDX-License-Identifier:\n", ""),
        ('print("SPDX-License-Identifier: MIT")\n', ""),
        ('header = f"# SPDX-License-Identifier: MIT"\n', ""),
        ("The SPDX-License-Identifier: MIT tag is short.\n", ""),
        ("x" * 20000 + "\n# SPDX-License-Identifier: MIT\n", ""),
        ("int spdx;\n", ""),
    ],
)
def test_tags(head, expression):
    """A tag in a comment counts, in any language's comment; one in code, in prose or far down does not."""
    assert rows(("x.c", head))[0][0] == expression


@given(st.binary(max_size=300))
def test_tags_survive_any_bytes(tail):
    """Whatever follows the colon, the answer is an expression or nothing."""
    found = tag(b"# SPDX-License-Identifier: " + tail)
    assert found == "" or normalise(found, refs=True) == found


def commented(text: str, sign: str) -> str:
    """Put a text into line comments."""
    return "".join(f"{sign} {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("head", "expression"),
    [
        (commented("Copyright 2020 Ada\n\n" + MIT.split("\n", 2)[2], "//") + "\nint x;\n", "MIT"),
        ("/*\n * Copyright 2020 Ada\n *\n" + MIT + "*/\nint x;\n", "MIT"),
        ('"""Does it.\n\n' + licence_text("BSD-3-Clause") + '"""\nimport os\n', "BSD-3-Clause"),
        ("#!/usr/bin/env python3\n# Copyright Ada\n# Licensed under the Apache License, Version 2.0\n", "Apache-2.0"),
        ("package main\n\n// Licensed under the MPL 2.0\n", "MPL-2.0"),
        ("-- Licensed under the GNU GPL version 3 or later\nlocal x = 1\n", "GPL-3.0-or-later"),
        ("int x;\n// Licensed under the GPL version 3\n", ""),
        ("# GPL-3.0 header parser\n", ""),
        ("# licence check\nimport os\n", ""),
        ('LICENSE = "licensed under the GPL version 3"\n', ""),
        ("", ""),
    ],
)
def test_headers(head, expression):
    """The leading comment states the licence, in whole or by name; code and later comments do not."""
    raw = np.frombuffer(head.encode(), np.uint8)
    (end,) = comments(raw, np.array([0]), np.array([len(raw)]))
    assert Headers().read(raw[:end].tobytes()).expression == expression


def test_a_header_may_go_on_after_an_empty_line_about_the_law():
    """GCC's header has its exception in a comment of its own; Go's package comment is not part of the header."""
    gcc = "// Free software under the GNU GPL; either version 3, or any later version.\n\n"
    gcc += "// Under Section 7, you are granted the GCC Runtime Library Exception, version 3.1.\n\n#pragma once\n"
    assert Headers().read(gcc.encode()).expression == "GPL-3.0-or-later WITH GCC-exception-3.1"
    go = b"// Use is governed by a BSD-style\n// license.\n\n// Package x parses GPLv3 headers.\npackage x\n"
    assert licence_wording(go) == b"// Use is governed by a BSD-style\n// license.\n"


def test_headers_are_read_once_per_wording():
    """Files whose headers differ in holder and year only share an entry of the memo."""
    headers = Headers()
    for year in range(2000, 2020):
        text = f"// Copyright {year} Person {year}\n// Licensed under the MIT license.\n\nint x{year};\n"
        assert headers.read(text.encode()).expression == "MIT"
    assert len(headers._seen) == 1


def test_a_batch_reads_each_file_as_what_it_is():
    """Licence files, read-me files, manifests, sources, binaries: one row each, by name key or by file name."""
    found = rows(
        ("LICENSE", MIT),
        (".md|readme", "# x\n\n## License\n\nISC\n"),
        ("package.json", '{"license": "Zlib"}'),
        (".c", "/* SPDX-License-Identifier: MIT */"),
        (".c", "/* Licensed under the Apache License 2.0 */"),
        (".c", "int main;"),
        (".bin", "# SPDX-License-Identifier: MIT\n\0"),
        ("", ""),
        binary=(6,),
    )
    assert [row[:3] for row in found] == [
        ("", "MIT", "text"),
        ("", "ISC", "notice"),
        ("", "Zlib", "manifest"),
        ("MIT", "", ""),
        ("", "Apache-2.0", "notice"),
        ("", "", ""),
        ("", "", ""),
        ("", "", ""),
    ]
    assert all((row[3] > 0) == bool(row[1]) for row in found)


def test_neighbours_in_the_arena_do_not_leak():
    """A file's answer does not depend on what lies beside it."""
    files = [
        ("a.c", "// SPDX-License-"),
        ("b.c", "Identifier: MIT\n"),
        ("c.c", "/* Licensed"),
        ("d.c", " under the MIT license */"),
    ]
    assert rows(*files) == [rows(file)[0] for file in files]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings_of_licence_files(encoding):
    """A licence file in UTF-16 or Latin-1 is read like any other."""
    text = MIT.replace("<copyright holders>", "Jörg")
    assert rows(("LICENSE", text.encode(encoding)))[0][1] == "MIT"


@given(
    st.binary(max_size=2000),
    st.sampled_from(["LICENSE", "README.md", "a.c", "package.json", "Cargo.toml", "setup.cfg"]),
)
def test_any_bytes_are_read(content, name):
    """No content makes a reader fail, and every licence given is an expression."""
    ((found, licence, _, confidence),) = rows((name, content))
    assert normalise(licence, refs=True) == licence
    assert normalise(found, refs=True) == found
    assert 0 <= confidence <= 1
    assert isinstance(text_of(content), str)
