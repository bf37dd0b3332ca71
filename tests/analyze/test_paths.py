"""The ``analyze.paths`` stage over real repositories."""

from __future__ import annotations

import pytest

from codestrata.model.spdx import licence_text

MIT, GPL = licence_text("MIT"), licence_text("GPL-3.0-only")


@pytest.mark.claim("C15")
def test_annotations_follow_files(analysis, repository_of):
    """One row per row of files, in the same order, with marks and the licence that governs each."""
    _, repository = repository_of(
        "mixed",
        {
            "LICENSE": MIT,
            "src/a.c": "/* SPDX-License-Identifier: GPL-2.0 */\nint a;\n",
            "src/b.c": "int b;\n",
            "tests/test_b.py": "def test(): pass\n",
            "vendor/z/c.c": "int c;\n",
            "docs/read.md": "# Docs\n",
            "lib/COPYING": GPL,
            "lib/d.c": "int d;\n",
        },
    )
    analysis.run(repository)
    files, annotations = analysis.table("files", repository), analysis.table("annotations", repository)
    assert list(annotations["path"]) == list(files["path"])
    assert list(annotations["blob"]) == list(files["blob"])
    rows = analysis.annotations(repository)
    told = {path: (row["licence"], row["licence_method"], row["licence_source"]) for path, row in rows.items()}
    assert told["src/a.c"] == ("GPL-2.0-only", "header", "src/a.c")
    assert told["src/b.c"] == ("MIT", "file", "LICENSE")
    assert told["lib/d.c"] == ("GPL-3.0-only", "file", "lib/COPYING")
    assert told["vendor/z/c.c"] == ("", "", "")
    assert rows["vendor/z/c.c"]["vendored"]
    assert rows["tests/test_b.py"]["test"]
    assert rows["docs/read.md"]["documentation"]
    assert rows["src/b.c"]["licence_confidence"] > 0.9


def test_symlinks_and_submodules_are_rows_and_say_nothing(analysis, make_repo, repository_of):
    """A LICENSE that is a symlink lets the licence above shine through; a submodule has a row."""
    builder, repository = repository_of("links", {"LICENSE": MIT, "pkg/a.py": "x = 1\n"})
    builder.commit(
        {"pkg/LICENSE": "../LICENSE", "sub": builder.commits[0]}, modes={"pkg/LICENSE": "120000", "sub": "160000"}
    )
    analysis.run(repository)
    rows = analysis.annotations(repository)
    assert set(rows) == {"LICENSE", "pkg/a.py", "pkg/LICENSE", "sub"}
    assert rows["pkg/a.py"]["licence"] == "MIT"
    assert rows["pkg/a.py"]["licence_source"] == "LICENSE"


def test_odd_names_keep_their_bytes(analysis, repository_of):
    """Paths that are not UTF-8 or hold a newline are annotated; the source is readable text."""
    odd = b"d\xff/LICENSE"
    _, repository = repository_of("odd", {odd: MIT, b"d\xff/a\nb.c": "int a;\n", "caf\u00e9/x.c": "int x;\n"})
    analysis.run(repository)
    rows = {row["path"]: row for row in analysis.annotations(repository).values()}
    assert rows[b"d\xff/a\nb.c"]["licence"] == "MIT"
    assert rows[b"d\xff/a\nb.c"]["licence_source"] == "d\ufffd/LICENSE"
    assert rows["caf\u00e9/x.c".encode()]["licence"] == ""


def test_the_list_s_word_counts_where_nothing_else_does(analysis, repository_of):
    """Repository.declared_licence governs files of a repository without a licence."""
    _, repository = repository_of("bare", {"a.c": "int a;\n"}, declared_licence="apache-2.0")
    analysis.run(repository)
    row = analysis.annotations(repository)["a.c"]
    assert (row["licence"], row["licence_method"]) == ("Apache-2.0", "declared")


def test_the_same_content_under_two_names(analysis, repository_of):
    """A licence text called notes.md is no licence file, though its bytes are those of LICENSE.md."""
    _, repository = repository_of(
        "twins", {"a/LICENSE.md": MIT, "a/x.c": "int x;\n", "b/notes.md": MIT, "b/y.c": "int y;\n"}
    )
    analysis.run(repository)
    rows = analysis.annotations(repository)
    assert rows["a/x.c"]["licence"] == "MIT"
    assert rows["b/y.c"]["licence"] == ""
    assert rows["a/LICENSE.md"]["name_key"] != rows["b/notes.md"]["name_key"]


def test_only_what_changed_is_done_again(analysis, repository_of):
    """A second run does nothing; after a commit only the repository it is in is annotated anew."""
    builder, first = repository_of("first", {"LICENSE": MIT, "a.c": "int a;\n"})
    _, second = repository_of("second", {"LICENSE": MIT, "b.c": "int b;\n"})
    analysis.run(first, second)
    assert analysis.reports["analyze.paths"].done == 2
    analysis.run(first, second)
    assert (analysis.reports["analyze.paths"].done, analysis.reports["analyze.paths"].skipped) == (0, 2)
    builder.commit({"LICENSE": GPL})
    analysis.run(first, second)
    assert (analysis.reports["analyze.paths"].done, analysis.reports["analyze.paths"].skipped) == (1, 1)
    assert analysis.annotations(first)["a.c"]["licence"] == "GPL-3.0-only"
    assert analysis.annotations(second)["b.c"]["licence"] == "MIT"


def test_shared_blobs_are_found_wherever_they_were_analysed(analysis, repository_of):
    """A fork's LICENSE was analysed for the repository it was forked from, and still governs the fork."""
    _, first = repository_of("upstream", {"LICENSE": MIT, "a.c": "int a;\n"})
    analysis.run(first)
    _, fork = repository_of("fork", {"LICENSE": MIT, "a.c": "int a;\n", "new.c": "int n;\n"})
    analysis.run(first, fork)
    assert analysis.annotations(fork)["new.c"]["licence"] == "MIT"


def test_an_empty_repository_has_no_annotations(analysis, repository_of, make_repo):
    """Nothing to annotate is not an error."""
    _, repository = repository_of("empty", {})
    analysis.run(repository)
    assert analysis.reports["analyze.paths"].failed == 0


def test_equal_trees_are_annotated_each(analysis, repository_of):
    """A mirror has the same tree as its original, byte for byte, and annotations of its own."""
    files = {"LICENSE": MIT, "src/a.c": "int a;\n"}
    repositories = [repository_of(name, files)[1] for name in ("original", "mirror", "copy")]
    analysis.run(*repositories)
    for repository in repositories:
        assert {row["licence"] for row in analysis.annotations(repository).values()} == {"MIT"}
