"""Reading order: what tells what a repository is, its code by imports, the rest by path, tests at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from codestrata.export.order.graph import ordered, parts
from codestrata.model.languages import language_type

#: Languages in which a file sees the others of its folder without importing them; in the first ones an import means all
#: files of a folder. Sources: the Go specification, "Packages"; The Java Language Specification, chapter 7.
FOLDERS = frozenset({"Go"})
TIED = FOLDERS | {"Java", "Kotlin", "Scala"}
#: In which order single files are read, by what kind of language they are in.
_KINDS = {"programming": 0, "markup": 0, "prose": 1}
_LAST = 2
#: What one reads first of a repository: names at its top, without regard to case.
FIRST = (
    re.compile(rb"readme([._-].*)?", re.IGNORECASE),
    re.compile(
        rb"pyproject\.toml|setup\.(py|cfg)|cargo\.toml|package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?"
        rb"|settings\.gradle(\.kts)?|build\.sbt|cmakelists\.txt|(gnu)?makefile(\.am)?|meson\.build|configure\.ac"
        rb"|build(\.bazel)?|workspace(\.bazel)?|module\.bazel|build\.zig|mix\.exs|rakefile|gemfile|.*\.gemspec"
        rb"|composer\.json|package\.swift|.*\.cabal|dune-project|deno\.json|.*\.sln|.*\.csproj|dockerfile|justfile",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file: its path, whether it is a test, and its language (Linguist's name)."""

    path: bytes
    test: bool
    language: str


def groups(files: Sequence[File], needs: Mapping[int, Collection[int]]) -> list[list[int]]:
    """Give the files, by their number (in the order of their paths), in groups that belong together, in reading order.

    needs: file → the files that it imports. First a group of what stands at the top and says what the repository is;
    then the parts of the graph of imports, each in order; then single files: code, prose, data, each by path; then the
    same of the tests.
    """
    first = sorted((rank, i) for i, file in enumerate(files) if (rank := _rank(file.path)) >= 0)
    head = [i for _, i in first]
    found = [head] if head else []
    folders = _folders(files)
    wide = _wide(folders, files, needs)
    tied = wide | {i: {*wide.get(i, ()), some[0]} for i, some in folders.items()}
    for tests in (False, True):
        some = [i for i, file in enumerate(files) if file.test == tests and _rank(file.path) < 0]
        listed = parts(some, tied)
        found += [ordered(part, wide) for part in listed if len(part) > 1]
        single = [part[0] for part in listed if len(part) == 1]
        found += [[i] for i in sorted(single, key=lambda i: (_KINDS.get(language_type(files[i].language), _LAST), i))]
    return found


def _folders(files: Sequence[File]) -> dict[int, list[int]]:
    """Give, for each file that sees its neighbours, all of these and itself; tests apart."""
    held: dict[tuple[bytes, str, bool], list[int]] = defaultdict(list)
    for i, file in enumerate(files):
        if file.language in TIED:
            held[file.path.rpartition(b"/")[0], file.language, file.test].append(i)
    return {i: some for some in held.values() for i in some}


def _wide(
    folders: Mapping[int, Sequence[int]], files: Sequence[File], needs: Mapping[int, Collection[int]]
) -> dict[int, set[int]]:
    """Widen needs: who imports a file of a language whose unit is the folder needs all of that folder."""
    whole = {i: some for i, some in folders.items() if files[i].language in FOLDERS}
    return {i: {other for n in some for other in whole.get(n, (n,)) if other != i} for i, some in needs.items()}


def _rank(path: bytes) -> int:
    return next((rank for rank, pattern in enumerate(FIRST) if pattern.fullmatch(path)), -1)
