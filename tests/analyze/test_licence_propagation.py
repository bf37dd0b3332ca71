"""Which licence governs each file: the nearest word wins, and nothing is ever made more permissive by guessing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.licence import kinds
from codestrata.analyze.licence.directory import Evidence, speaks, together
from codestrata.analyze.licence.propagation import UNREADABLE, govern
from codestrata.analyze.licence.ruling import SELF, Word, Words
from codestrata.store.columns import Varlen


def text(expression: str, confidence: float = 1.0) -> Word:
    """Say that a whole licence text was found."""
    return Word("", expression, "text", confidence)


def notice(expression: str, confidence: float = 0.9) -> Word:
    """Say that a licence was named."""
    return Word("", expression, "notice", confidence)


def declares(expression: str) -> Word:
    """Say that a manifest declares a licence."""
    return Word("", expression, "manifest", 0.95)


def tagged(expression: str) -> Word:
    """Say that a file has a tag."""
    return Word(expression, "", "", 0.0)


def governed(files: dict[str, Word | None], declared: str = "") -> dict[str, tuple[str, str, str]]:
    """Give path → (expression, method, source) for a snapshot of files with their words."""
    paths = sorted(files)
    said = [(row, word) for row, path in enumerate(paths) if (word := files[path]) is not None]
    distinct = list(dict.fromkeys(word for _, word in said))
    rows = np.array([row for row, _ in said], np.int64)
    codes = np.array([distinct.index(word) for _, word in said], np.int64)
    listed = Varlen.of(paths)
    rulings, which = govern(listed, kinds(listed), Words(rows, codes, distinct), declared)
    out = {}
    for path, k in zip(paths, which.tolist(), strict=True):
        ruling = rulings[k]
        out[path] = (ruling.expression, ruling.method, path if ruling.source == SELF else ruling.source)
    return out


@pytest.mark.claim("C15")
def test_the_nearest_licence_file_wins():
    """A file is under the licence file of its directory, or of the nearest one above."""
    found = governed({"LICENSE": text("MIT"), "a/b/c.py": None, "lib/COPYING": text("GPL-3.0-only"), "lib/x/y.c": None})
    assert found["a/b/c.py"] == ("MIT", "file", "LICENSE")
    assert found["lib/x/y.c"] == ("GPL-3.0-only", "file", "lib/COPYING")


@pytest.mark.claim("C15")
def test_a_header_overrides():
    """A tag beats everything, a notice in the leading comment beats the directory, hearsay does not."""
    found = governed(
        {
            "LICENSE": text("MIT"),
            "a.c": tagged("GPL-2.0-only"),
            "b.c": notice("Apache-2.0"),
            "c.c": notice("GPL-3.0-only", 0.3),
        }
    )
    assert found["a.c"] == ("GPL-2.0-only", "header", "a.c")
    assert found["b.c"] == ("Apache-2.0", "header", "b.c")
    assert found["c.c"] == ("MIT", "file", "LICENSE")


def test_a_vague_header_only_repeats_the_directory():
    """The words "under the GNU GPL" add nothing to COPYING's GPL-3.0, but it is not LGPL or MIT."""
    around = {"GPL-3.0-only": "GPL-3.0-only", "LGPL-3.0-only": "GPL-1.0-or-later", "MIT": "GPL-1.0-or-later"}
    for licence, expected in around.items():
        found = governed({"COPYING": text(licence), "a.c": notice("GPL-1.0-or-later", 0.7)})
        assert found["a.c"][0] == expected


@pytest.mark.claim("C15")
def test_several_licence_files_hold_together_unless_a_manifest_says_or():
    """LICENSE-MIT and LICENSE-APACHE are AND; the manifest or read-me beside them may make it OR."""
    files = {"LICENSE-MIT": text("MIT"), "LICENSE-APACHE": text("Apache-2.0"), "src/a.rs": None}
    assert governed(files)["src/a.rs"] == ("Apache-2.0 AND MIT", "file", "LICENSE-APACHE")
    cargo = governed(files | {"Cargo.toml": declares("MIT OR Apache-2.0")})
    assert cargo["src/a.rs"] == ("MIT OR Apache-2.0", "manifest", "Cargo.toml")
    told = governed(files | {"README.md": notice("MIT OR Apache-2.0", 0.45)})
    assert told["src/a.rs"][0] == "MIT OR Apache-2.0"
    other = governed(files | {"Cargo.toml": declares("ISC")})
    assert other["src/a.rs"][0] == "Apache-2.0 AND MIT"


def test_a_manifest_settles_what_the_text_cannot_say():
    """The words "or later" come from the manifest when its licence is otherwise the file's."""
    found = governed({"COPYING": text("GPL-3.0-only"), "package.json": declares("GPL-3.0-or-later"), "a.js": None})
    assert found["a.js"] == ("GPL-3.0-or-later", "manifest", "package.json")
    contradicted = governed({"COPYING": text("GPL-3.0-only"), "package.json": declares("MIT"), "a.js": None})
    assert contradicted["a.js"] == ("GPL-3.0-only", "file", "COPYING")


def test_lesser_and_part_licences():
    """GPL beside LGPL-3.0 is part of it; LICENSE.docs and LICENSES.txt do not speak for the code."""
    assert governed({"COPYING": text("GPL-3.0-only"), "COPYING.LESSER": text("LGPL-3.0-only"), "a.c": None})["a.c"][
        0
    ] == ("LGPL-3.0-only")
    parts = {
        "LICENSE": text("MIT"),
        "LICENSE.docs": text("CC-BY-4.0"),
        "LICENSES.txt": text("GPL-2.0-only"),
        "a.c": None,
    }
    assert governed(parts)["a.c"][0] == "MIT"


@pytest.mark.claim("C15")
def test_vendored_folders_are_other_people_s():
    """What is said above a vendored folder does not reach into it; what is said inside does."""
    found = governed(
        {
            "LICENSE": text("MIT"),
            "third_party/zlib/a.c": None,
            "third_party/lua/COPYRIGHT": text("MIT"),
            "third_party/lua/src/b.c": None,
            "node_modules/x/package.json": declares("ISC"),
            "node_modules/x/lib/c.js": None,
            "vendor/LICENSE": text("BSD-3-Clause"),
            "vendor/y/d.go": None,
        },
        declared="MIT",
    )
    assert found["third_party/zlib/a.c"] == ("", "", "")
    assert found["third_party/lua/src/b.c"][0] == "MIT"
    assert found["node_modules/x/lib/c.js"] == ("ISC", "manifest", "node_modules/x/package.json")
    assert found["vendor/y/d.go"] == ("BSD-3-Clause", "file", "vendor/LICENSE")


@pytest.mark.claim("C15")
def test_a_licence_nobody_can_read_is_not_the_licence_above():
    """A proprietary ee/LICENSE makes ee/ unknown, even under an MIT root; a manifest beside it may speak."""
    found = governed({"LICENSE": text("MIT"), "ee/LICENSE": None, "ee/a.py": None, "b.py": None})
    assert found["ee/a.py"] == (UNREADABLE, "file", "ee/LICENSE")
    assert found["b.py"][0] == "MIT"
    spoken = governed({"ee/LICENSE": None, "ee/package.json": declares("ISC"), "ee/a.js": None})
    assert spoken["ee/a.js"][0] == "ISC"


def test_the_order_of_the_last_resorts():
    """Manifest, then the list of repositories, then read-me; an unreadable root licence yields to the list only."""
    readme = {"README.md": notice("MIT", 0.45), "src/a.py": None}
    assert governed(readme)["src/a.py"] == ("MIT", "file", "README.md")
    assert governed(readme, "apache-2.0")["src/a.py"] == ("Apache-2.0", "declared", "")
    assert governed(readme | {"package.json": declares("ISC")}, "Apache-2.0")["src/a.py"][1] == "manifest"
    assert governed(readme | {"LICENSE": None})["src/a.py"][0] == UNREADABLE
    assert governed(readme | {"LICENSE": None}, "MIT")["src/a.py"] == ("MIT", "declared", "")
    assert governed({"a.py": None}, "other")["a.py"] == ("", "", "")


def test_a_nearer_manifest_governs_its_package():
    """In a monorepo the package's own manifest beats the licence file above it."""
    found = governed({"LICENSE": text("MIT"), "pkg/a/package.json": declares("GPL-3.0-only"), "pkg/a/x.js": None})
    assert found["pkg/a/x.js"] == ("GPL-3.0-only", "manifest", "pkg/a/package.json")


def test_reuse_folders_and_sidecars():
    """LICENSES names the licences by file name where no licence file does; <file>.license tags the file beside it."""
    found = governed(
        {
            "LICENSES/MIT.txt": text("MIT"),
            "LICENSES/CC-BY-4.0.txt": None,
            "a.c": None,
            "logo.png": None,
            "logo.png.license": tagged("CC0-1.0"),
        }
    )
    assert found["a.c"] == ("CC-BY-4.0 AND MIT", "file", "LICENSES/CC-BY-4.0.txt")
    assert found["logo.png"] == ("CC0-1.0", "header", "logo.png.license")
    assert governed({"LICENSE": text("ISC"), "LICENSES/MIT.txt": text("MIT"), "a.c": None})["a.c"][0] == "ISC"


def test_folders_that_describe_their_parent():
    """The licence in a wheel's dist-info or a jar's META-INF is that of the code beside the folder."""
    wheel = governed({"x/a.py": None, "x-1.0.dist-info/licenses/LICENSE": text("MIT")})
    assert wheel["x/a.py"] == ("MIT", "file", "x-1.0.dist-info/licenses/LICENSE")
    assert governed({"org/A.java": None, "META-INF/LICENSE.txt": text("Apache-2.0")})["org/A.java"][0] == "Apache-2.0"


def test_documents_named_after_a_licence():
    """A page called bsd.md is a licence file only with a whole text in it."""
    assert governed({"docs/bsd.md": notice("BSD-3-Clause"), "docs/a.c": None})["docs/a.c"][0] == ""
    assert governed({"docs/bsd.md": text("BSD-3-Clause"), "docs/a.c": None})["docs/a.c"][0] == "BSD-3-Clause"


def test_documents_about_licences_are_none():
    """In a folder of documentation or samples only a plain LICENSE, or a whole text, speaks for its siblings."""
    root = {"LICENSE": text("MIT")}
    about = {"DOCS/license-fields.md": notice("GPL-3.0-only"), "DOCS/copyright.md": notice("ISC"), "DOCS/faq.md": None}
    assert governed(root | about)["DOCS/faq.md"] == ("MIT", "file", "LICENSE")
    samples = {"samples/Text/MIT-LICENSE": notice("Apache-2.0"), "samples/Text/a.txt": None, "samples/C/b.c": None}
    assert governed(root | samples)["samples/Text/a.txt"][0] == "MIT"
    own = {"docs/LICENSE": notice("CC-BY-4.0"), "docs/x/a.md": None, "src/a.c": None}
    assert governed(root | own)["docs/x/a.md"] == ("CC-BY-4.0", "file", "docs/LICENSE")
    assert governed(root | own)["src/a.c"][0] == "MIT"
    assert governed(root | {"docs/licensing.md": text("CC-BY-4.0"), "docs/a.md": None})["docs/a.md"][0] == "CC-BY-4.0"


def test_a_citation_file_is_the_last_to_be_asked_and_only_at_the_root():
    """CITATION.cff yields to licence files and manifests, and governs nothing beside a sample of it."""
    cited = {"CITATION.cff": declares("Apache-2.0"), "src/a.c": None}
    assert governed(cited)["src/a.c"] == ("Apache-2.0", "manifest", "CITATION.cff")
    assert governed(cited | {"package.json": declares("MIT")})["src/a.c"] == ("MIT", "manifest", "package.json")
    assert governed(cited | {"LICENSE": text("ISC")})["src/a.c"] == ("ISC", "file", "LICENSE")
    assert governed(cited | {"LICENSE": None})["src/a.c"][0] == UNREADABLE
    below = {"LICENSE": text("MIT"), "samples/CFF/CITATION.cff": declares("Apache-2.0"), "samples/CFF/b.md": None}
    assert governed(below)["samples/CFF/b.md"] == ("MIT", "file", "LICENSE")
    later = {"COPYING": text("GPL-3.0-only"), "CITATION.cff": declares("GPL-3.0-or-later"), "a.c": None}
    assert governed(later)["a.c"][0] == "GPL-3.0-or-later"


def test_together_is_empty_without_a_word():
    """No licence file, or none that says anything, is no evidence."""
    assert together([]) is None
    assert together([Evidence("LICENSE", "", 0.0)]) is None
    assert [speaks(name) for name in ("LICENSE", "COPYING.LIB", "LICENSE.python", "LICENSES.txt")] == [
        True,
        True,
        False,
        False,
    ]


NAMES = st.sampled_from(["LICENSE", "README.md", "a.c", "Cargo.toml", "x.c.license", "LICENSE-MIT", "b.png"])
FOLDERS = st.sampled_from(["", "src/", "src/x/", "vendor/", "vendor/y/", "LICENSES/", "p.dist-info/"])
WORDS = st.sampled_from([None, text("MIT"), notice("GPL-1.0-or-later", 0.7), tagged("ISC"), declares("MIT OR ISC")])


@given(st.dictionaries(st.tuples(FOLDERS, NAMES).map("".join), WORDS, max_size=12), st.sampled_from(["", "MIT"]))
def test_every_file_has_one_ruling_from_what_is_there(files, declared):
    """Any arrangement gives each file a ruling, and its source, where it names one, is a file of the snapshot."""
    found = governed(files, declared)
    assert set(found) == set(files)
    for expression, method, source in found.values():
        assert bool(expression) == bool(method)
        assert not source or source in files
        assert bool(source) == (method not in {"", "declared"})


@given(st.dictionaries(st.tuples(FOLDERS, NAMES).map("".join), WORDS, max_size=8))
def test_files_elsewhere_change_nothing(files):
    """A file in a folder of its own, with nothing said in it, leaves all other rulings as they are."""
    before = governed(files)
    after = governed(files | {"zz/quiet.c": None})
    assert {path: after[path] for path in before} == before
