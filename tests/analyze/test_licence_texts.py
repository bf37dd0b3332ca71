"""Whole licence texts: what may vary, what may not, several in one file."""

from __future__ import annotations

import runpy
from itertools import pairwise
from pathlib import Path

import pytest

from codestrata.analyze.licence import document, index
from codestrata.analyze.licence.index import build, pack, unpack
from codestrata.analyze.licence.match import find
from codestrata.analyze.licence.references import references
from codestrata.analyze.licence.words import words
from codestrata.model.spdx import licence_text, table

BENCHMARK = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "licence_texts.py"), run_name="imported")
#: Every eighth SPDX text of 40 words and more; the benchmark takes all.
SAMPLE = sorted({id_ for id_, text in references() if len(text.split()) >= 40 and not table()[id_.lower()].exception})[
    ::8
]
#: Variations that lose too much: the first line of a text of one paragraph.
LOST = {("Knuth-CTAN", "untitled"), ("Knuth-CTAN", "3 % dropped")}


def found(text: str) -> str:
    """Give the expression that a licence file with this text states."""
    return document.licence_file(text).expression


@pytest.mark.claim("C7")
@pytest.mark.parametrize("id_", SAMPLE)
def test_variations_do_not_change_a_licence(id_):
    """Re-wrapped, commented, untitled, with words lost or added, a text is the same licence."""
    wrong = {
        (id_, name)
        for name, text in BENCHMARK["variations"](licence_text(id_), id_)
        if BENCHMARK["base"](found(text)) != BENCHMARK["base"](id_)
    }
    assert wrong <= LOST


@pytest.mark.parametrize("id_", ["MIT", "BSD-3-Clause", "Apache-2.0", "GPL-3.0-only"])
def test_confidence_falls_with_changes(id_):
    """The exact text is certain; dropped words cost confidence."""
    variations = dict(BENCHMARK["variations"](licence_text(id_), id_))
    exact, dropped = (document.licence_file(variations[name]).confidence for name in ("exact", "3 % dropped"))
    assert exact == 1.0
    assert 0.85 < dropped < exact


@pytest.mark.parametrize("holder", ["Google Inc.", "the FooBar Project", "Ada Example"])
def test_a_holder_s_name_does_not_change_the_licence(holder):
    """BSD-3-Clause is not taken for the variants that are worded for one holder, and the variants are still found."""
    text = licence_text("BSD-3-Clause").replace("the copyright holder nor", f"{holder} nor")
    assert found(text) == "BSD-3-Clause"
    assert found(licence_text("BSD-3-Clause-HP")) == "BSD-3-Clause-HP"
    assert found(licence_text("X11")) == "X11"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "This project has no licence yet. Please ask the author before you use it in production or anywhere else.",
        "import os\n\ndef main():\n    return os.getcwd()\n" * 50,
        "Permission is hereby granted to look, not to touch. " * 3,
    ],
)
def test_other_text_is_no_licence(text):
    """What is no licence text matches none."""
    assert find(text) == []


def test_several_licences_hold_together():
    """Two texts one after the other are both there, in their order."""
    text = licence_text("MIT") + "\n\n" + licence_text("BSD-3-Clause")
    assert [match.id for match in find(text)] == ["MIT", "BSD-3-Clause"]
    assert found(text) == "MIT AND BSD-3-Clause"


def test_words_between_make_a_choice():
    """A sentence that offers a choice turns AND into OR."""
    text = (
        "You may use this under either licence, at your option.\n\n" + licence_text("MIT") + licence_text("Apache-2.0")
    )
    assert found(text) == "MIT OR Apache-2.0"


def test_bundled_licences_are_somebody_else_s():
    """Texts after words on bundled software do not govern the project."""
    text = (
        licence_text("BSD-3-Clause")
        + "\nThis distribution bundles the following software:\n"
        + licence_text("GPL-3.0-only")
    )
    assert found(text) == "BSD-3-Clause"


def test_copies_of_one_text_are_told_apart():
    """The same licence twice with another between gives each its own place."""
    matches = find("\n\n".join(licence_text(id_) for id_ in ("BSD-2-Clause", "ISC", "BSD-2-Clause")))
    assert [match.id for match in matches] == ["BSD-2-Clause", "ISC", "BSD-2-Clause"]
    assert all(a.end <= b.start + 1 for a, b in pairwise(matches))


@pytest.mark.parametrize(
    ("parts", "expression"),
    [
        (("Apache-2.0", "LLVM-exception"), "Apache-2.0 WITH LLVM-exception"),
        (("GCC-exception-3.1", "GPL-3.0-only"), "GPL-3.0-only WITH GCC-exception-3.1"),
        (("LGPL-3.0-only",), "LGPL-3.0-only"),
    ],
)
def test_exceptions_and_carriers(parts, expression):
    """An exception goes WITH its licence, before or after it; LGPL-3.0's own copy of GPL-3.0 is not another licence."""
    assert found("\n\n".join(map(licence_text, parts))) == expression


def test_or_later_comes_from_the_words_around_a_text():
    """The text of the GPL cannot say "or later"; a notice before it can."""
    notice = "This program is licensed under the GNU General Public License, version 3 or later.\n\n"
    assert found(licence_text("GPL-3.0-only")) == "GPL-3.0-only"
    assert found(notice + licence_text("GPL-3.0-only")) == "GPL-3.0-or-later"


def test_restrictions_beside_a_text_count():
    """A permissive text with a non-commercial or Commons Clause condition is not permissive."""
    assert "LicenseRef-Non-Commercial" in found(licence_text("MIT") + "\nFor non-commercial use only.\n")
    clause = 'The Software is provided to you under the "Commons Clause" License Condition v1.0.\n\n'
    assert "LicenseRef-Commons-Clause" in found(clause + licence_text("Apache-2.0"))


def test_the_shipped_index_is_that_of_the_shipped_texts():
    """Normalisation and index belong together: run scripts/make_spdx_tables.py after a change."""
    assert pack(build(references())) == pack(index.load())
    again = unpack(pack(index.load()))
    assert (again.known.starts == index.load().known.starts).all()


def test_words_drop_what_does_not_count():
    """Case, bullets, notices, tags, punctuation and spelling fall away; the licence in a notice's line stays."""
    assert words("  1. The LICENCE,\n * <b>Sub-license</b>!") == ["the", "license", "sublicense"]
    assert words("Copyright (c) 2020 Ada\nAll rights") == ["all", "rights"]
    assert words("Copyright (c) 2020 Ada. Licensed under X") == ["licensed", "under", "x"]
    assert words("GPLv2+ and C++17") == ["gplv2", "or", "later", "and", "c", "17"]
