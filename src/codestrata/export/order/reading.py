"""Reading order: what tells what a repository is, its code by imports, the rest by path, tests at the end."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from codestrata.export.order.graph import ordered, parts

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


def groups(paths: Sequence[bytes], tests: Collection[int], needs: Mapping[int, Collection[int]]) -> list[list[int]]:
    """Give the files, by their index among ``paths`` (rising), in groups that belong together, in reading order.

    tests: files that are tests; needs: file → the files that it imports. First a group of what stands at the top and
    says what the repository is; then the parts of the graph of imports, each in order; then single files by path; then
    the same of the tests.
    """
    first = sorted((rank, i) for i, path in enumerate(paths) if (rank := _rank(path)) >= 0)
    head = [i for _, i in first]
    rest = [i for i in range(len(paths)) if i not in set(head)]
    found = [head] if head else []
    for some in ([i for i in rest if i not in tests], [i for i in rest if i in tests]):
        listed = parts(some, needs)
        found += [ordered(part, needs) for part in listed if len(part) > 1]
        found += [part for part in listed if len(part) == 1]
    return found


def _rank(path: bytes) -> int:
    return next((rank for rank, pattern in enumerate(FIRST) if pattern.fullmatch(path)), -1)
