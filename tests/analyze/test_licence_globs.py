"""Licences stated for other files by globs: REUSE.toml and DEP-5."""

from __future__ import annotations

import json

import pytest
from tests.analyze.test_licence_propagation import governed, notice, tagged, text

from codestrata.analyze.licence.annotations import Covered, read
from codestrata.analyze.licence.globbed import short_name
from codestrata.analyze.licence.kinds import kind
from codestrata.analyze.licence.manifests import manifest
from codestrata.analyze.licence.ruling import Word
from codestrata.model.spdx import licence_text

FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


def toml(*annotations: str) -> Word:
    """Give what a REUSE.toml with these annotations says."""
    tables = "".join(f"[[annotations]]\n{table}\n" for table in annotations)
    return _word("reuse", f"version = 1\n{tables}")


def annotation(path: str, licence: str, precedence: str = "") -> str:
    """Write one annotation."""
    extra = f'precedence = "{precedence}"\n' if precedence else ""
    return f'path = {json.dumps(path)}\n{extra}SPDX-FileCopyrightText = "Ada"\nSPDX-License-Identifier = "{licence}"\n'


def dep5(*paragraphs: tuple[str, str]) -> Word:
    """Give what a machine-readable copyright file says of (files, licence)."""
    texts = [
        f"\nFiles: {files}\nCopyright: 2024 Ada\nLicense: {licence}\n The text.\n" for files, licence in paragraphs
    ]
    return _word("dep5", FORMAT + "Upstream-Name: x\n" + "".join(texts))


def _word(which: str, content: str) -> Word:
    found = manifest(which, content)
    return Word("", found.expression, found.method, found.confidence)


def licences(files: dict[str, Word | None]) -> dict[str, str]:
    """Give path → expression."""
    return {path: ruling[0] for path, ruling in governed(files).items()}


@pytest.mark.parametrize(
    ("glob", "covered"),
    [
        ("a.c", ["a.c"]),
        ("*.c", ["a.c"]),
        ("**/*.c", ["a.c", "src/b.c", "src/x/c.c"]),
        ("**.c", ["a.c", "src/b.c", "src/x/c.c"]),
        ("src/*", ["src/b.c", "src/b.h"]),
        ("src/**", ["src/b.c", "src/b.h", "src/x/c.c"]),
        ("src/**/c.c", ["src/x/c.c"]),
        ("src/**/b.c", ["src/b.c"]),
        ("**", ["a.c", "grün/d[1].py", "src/b.c", "src/b.h", "src/x/c.c", "st*r", "star"]),
        (r"st\*r", ["st*r"]),
        ("st*r", ["st*r", "star"]),
        ("grün/d[1].*", ["grün/d[1].py"]),
        ("b.c", []),
        ("sr", []),
        ("src", []),
    ],
)
def test_globs(glob: str, covered: list[str]) -> None:
    """``*`` stays in a folder, ``**`` does not, a backslash makes a sign plain; the whole path has to match."""
    paths = sorted(p.encode() for p in ("a.c", "src/b.c", "src/b.h", "src/x/c.c", "st*r", "star", "grün/d[1].py"))
    found = Covered(paths).by(read(b"REUSE.toml", b"", json.dumps([["closest", "MIT", glob]])))
    assert sorted(paths[row].decode() for row in found) == covered
    below = Covered([b"z/" + path for path in paths] + paths)
    found = below.by(read(b"z/REUSE.toml", b"z/", json.dumps([["closest", "MIT", glob]])))
    assert sorted(paths[row].decode() for row in found) == covered


def test_the_last_annotation_of_a_file_counts() -> None:
    """Of several annotations in one REUSE.toml that cover a file, only the last is used; a list of paths is one."""
    word = toml(
        annotation("**", "MIT"),
        'path = ["docs/**", "README.md"]\nSPDX-License-Identifier = ["CC-BY-4.0", "CC0-1.0"]\n',
        annotation("docs/logo.png", "CC0-1.0"),
    )
    found = licences({"REUSE.toml": word, "a.c": None, "docs/b.md": None, "docs/logo.png": None, "README.md": None})
    assert found["a.c"] == "MIT"
    assert found["docs/b.md"] == found["README.md"] == "CC-BY-4.0 AND CC0-1.0"
    assert found["docs/logo.png"] == "CC0-1.0"


@pytest.mark.parametrize(
    ("precedence", "plain", "headed", "beside"),
    [
        ("", "MIT", "ISC", "Zlib"),
        ("closest", "MIT", "ISC", "Zlib"),
        ("aggregate", "MIT", "MIT AND ISC", "MIT AND Zlib"),
        ("override", "MIT", "MIT", "MIT"),
    ],
)
def test_precedence(precedence: str, plain: str, headed: str, beside: str) -> None:
    """Closest yields to a file's own word, aggregate holds beside it, override puts it aside."""
    files = {"a.c": None, "b.c": tagged("ISC"), "c.png": None, "c.png.license": tagged("Zlib")}
    found = licences(files | {"REUSE.toml": toml(annotation("*", "MIT", precedence))})
    assert (found["a.c"], found["b.c"], found["c.png"]) == (plain, headed, beside)


def test_one_reuse_toml_below_another() -> None:
    """The nearest one counts, unless one above overrides; what aggregates above is added."""
    files = {"src/x/a.c": None, "src/x/b.c": notice("ISC"), "top.c": None}
    inner = {"src/REUSE.toml": toml(annotation("**", "Apache-2.0"))}
    near = licences(files | inner | {"REUSE.toml": toml(annotation("**", "MIT"))})
    assert (near["src/x/a.c"], near["src/x/b.c"], near["top.c"]) == ("Apache-2.0", "ISC", "MIT")
    over = licences(files | inner | {"REUSE.toml": toml(annotation("src/**", "MIT", "override"))})
    assert (over["src/x/a.c"], over["src/x/b.c"]) == ("MIT", "MIT")
    both = licences(files | inner | {"REUSE.toml": toml(annotation("src/**", "MIT", "aggregate"))})
    assert (both["src/x/a.c"], both["src/x/b.c"]) == ("MIT AND Apache-2.0", "MIT AND ISC")


def test_the_source_is_the_file_that_says_so() -> None:
    """A ruling names REUSE.toml as its evidence, or the file itself where its own word is the same."""
    found = governed({"REUSE.toml": toml(annotation("*.c", "MIT", "aggregate")), "a.c": None, "b.c": tagged("MIT")})
    assert found["a.c"] == ("MIT", "manifest", "REUSE.toml")
    assert found["b.c"] == ("MIT", "header", "b.c")


@pytest.mark.claim("C15")
def test_a_glob_reaches_as_far_as_it_is_spelt_out() -> None:
    """A catch-all does not reach into vendored folders, nor past a licence below it; one that names the folder does."""
    files = {"third_party/z/a.c": None, "sub/LICENSE": text("GPL-3.0-only"), "sub/b.c": None, "c.c": None}
    catch_all = licences(files | {"REUSE.toml": toml(annotation("**", "MIT"))})
    assert (catch_all["third_party/z/a.c"], catch_all["sub/b.c"], catch_all["c.c"]) == ("", "GPL-3.0-only", "MIT")
    named = licences(
        files | {"REUSE.toml": toml(annotation("third_party/z/**", "Zlib"), annotation("sub/b.c", "Apache-2.0"))}
    )
    assert (named["third_party/z/a.c"], named["sub/b.c"], named["c.c"]) == ("Zlib", "Apache-2.0", "")
    beside = licences({"LICENSE": text("MIT"), "REUSE.toml": toml(annotation("*.svg", "CC0-1.0")), "a.svg": None})
    assert beside["a.svg"] == "CC0-1.0"


def test_dep5_of_debian_and_of_reuse() -> None:
    """Paths start above ``debian`` or ``.reuse``, ``*`` crosses folders, and the last paragraph that covers counts."""
    word = dep5(("*", "Expat"), ("src/*\n lib/?.c", "GPL-2+"), ("debian/*", "GPL-3"))
    files = {"a.c": None, "src/x/b.c": None, "lib/c.c": None, "lib/dd.c": None, "debian/rules": None}
    expected = {"a.c": "MIT", "src/x/b.c": "GPL-2.0-or-later", "lib/c.c": "GPL-2.0-or-later", "lib/dd.c": "MIT"}
    for place in ("debian/copyright", ".reuse/dep5"):
        found = licences(files | {place: word})
        assert {path: found[path] for path in expected} == expected
        assert found["debian/rules"] == "GPL-3.0-only"
    tag = licences({"a.c": tagged("ISC"), ".reuse/dep5": word})
    assert tag["a.c"] == "MIT AND ISC"
    assert licences({"a.c": tagged("ISC"), "debian/copyright": word})["a.c"] == "ISC"


def test_debian_yields_to_upstream_in_one_folder() -> None:
    """The licence file beside ``debian`` says more of upstream's files than a catch-all; named folders are Debian's."""
    word = dep5(("*", "Expat"), ("debian/*", "GPL-3+"), ("m4/ax.m4", "FSFAP"))
    found = licences(
        {"COPYING": text("ISC"), "debian/copyright": word, "a.c": None, "debian/x": None, "m4/ax.m4": None}
    )
    assert (found["a.c"], found["debian/x"], found["m4/ax.m4"]) == ("ISC", "GPL-3.0-or-later", "FSFAP")


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Expat", "MIT"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPL-3", "GPL-3.0-only"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("AGPL-3.0", "AGPL-3.0-only"),
        ("BSD-3-clause", "BSD-3-Clause"),
        ("GPL-2+ or Artistic", "GPL-2.0-or-later OR Artistic-1.0"),
        ("GPL-2+ or Artistic, and Expat", "(GPL-2.0-or-later OR Artistic-1.0) AND MIT"),
        ("GPL-2 and Expat or Zlib", "(GPL-2.0-only AND MIT) OR Zlib"),
        ("public-domain", "LicenseRef-Public-Domain"),
        ("GPL-2+ with OpenSSL exception", "GPL-2.0-or-later"),
        ("GPL-2+ with Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
        ("CC-BY-SA-4.0", "CC-BY-SA-4.0"),
        ("GFDL-NIV-1.3+ or BSD-3", "GFDL-1.3-no-invariants-or-later OR BSD-3-Clause"),
        ("own-words", "LicenseRef-own-words"),
        ("words of our own that say nothing", "LicenseRef-Unknown"),
        ("", "LicenseRef-Unknown"),
    ],
)
def test_short_names(name: str, expression: str) -> None:
    """Debian's short names become SPDX expressions; what nobody knows stays unknown and is never left out."""
    assert short_name(name) == expression


@pytest.mark.parametrize(
    ("which", "content"),
    [
        ("reuse", 'version = 2\n[[annotations]]\npath = "**"\nSPDX-License-Identifier = "MIT"\n'),
        ("reuse", 'version = 1\n[[annotations]]\nSPDX-License-Identifier = "MIT"\n'),
        ("reuse", 'version = 1\n[[annotations]]\npath = [1]\nSPDX-License-Identifier = "MIT"\n'),
        ("reuse", 'version = 1\n[[annotations]]\npath = "**"\nprecedence = "x"\nSPDX-License-Identifier = "MIT"\n'),
        ("reuse", 'version = 1\nannotations = "x"\n'),
        ("reuse", "not toml ["),
        ("dep5", "This package was debianized by Ada.\n\nFiles: *\nLicense: MIT\n"),
        ("dep5", FORMAT + "\nLicense: MIT\n The text.\n"),
        ("dep5", ""),
    ],
)
def test_files_that_are_none_say_nothing(which: str, content: str) -> None:
    """Another version, a table that is wrong, words for people: no licence and no error."""
    assert manifest(which, content).expression == ""


def test_what_is_stated_and_not_understood_is_unknown() -> None:
    """An id that is no SPDX one does not let the licence above shine through."""
    found = licences({"LICENSE": text("MIT"), "REUSE.toml": toml(annotation("a.c", "Some Words Of Ours")), "a.c": None})
    assert found["a.c"] == "LicenseRef-Unknown"


def test_their_names() -> None:
    """They are told by their names; ``debian/copyright`` is a licence file, machine-readable or not."""
    names = ("REUSE.toml", "sub/REUSE.toml", ".reuse/dep5", "debian/copyright", "reuse.tom")
    assert [kind(name) for name in names] == ["reuse", "reuse", "dep5", "licence", ""]


def test_a_machine_readable_licence_file_states_nothing_else() -> None:
    """Its globs count and not its words, and its folder is not unreadable for it; one for people is read as before."""
    rules = dep5(("*", "Zlib"))
    found = licences({"LICENSE": rules, "a.c": None, "sub/debian/copyright": text("MIT"), "sub/debian/x": None})
    assert (found["a.c"], found["sub/debian/x"]) == ("Zlib", "MIT")


def test_the_whole_way(analysis, repository_of) -> None:
    """From the bytes in a repository to the licence of each path: what the globs say reaches the annotations."""
    files = {
        "LICENSES/MIT.txt": licence_text("MIT"),
        "REUSE.toml": "version = 1\n[[annotations]]\n" + annotation("data/**", "CC0-1.0"),
        "data/x/table.csv": "a,b\n1,2\n",
        "data/tagged.py": "# SPDX-License-Identifier: ISC\nx = 1\n",
        "main.py": "y = 2\n",
        "sub/debian/copyright": FORMAT + "\nFiles: *\nCopyright: Ada\nLicense: Zlib\n",
        "sub/z.c": "int z;\n",
    }
    _, repository = repository_of("annotated", files)
    analysis.run(repository)
    rows = analysis.annotations(repository)
    found = {path: (row["licence"], row["licence_source"]) for path, row in rows.items()}
    assert found["data/x/table.csv"] == ("CC0-1.0", "REUSE.toml")
    assert found["data/tagged.py"] == ("ISC", "data/tagged.py")
    assert found["main.py"] == ("MIT", "LICENSES/MIT.txt")
    assert found["sub/z.c"] == ("Zlib", "sub/debian/copyright")
