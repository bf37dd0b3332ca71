"""Languages whose packages cannot be fetched here, as no registry of theirs is known: what CI says, or a default."""

from __future__ import annotations

from typing import NamedTuple

from codestrata.ci.derive.files import Files, matching
from codestrata.ci.derive.kit import Kit
from codestrata.ci.draft.document import Step


class Row(NamedTuple):
    """A manifest (a glob), the language, endings of its files, the usual command for tests."""

    manifest: str
    name: str
    endings: tuple[str, ...]
    test: str


TABLE = (
    Row("Gemfile", "ruby", ("rb",), "bundle exec rake"),
    Row("Rakefile", "ruby", ("rb",), "rake"),
    Row("composer.json", "php", ("php",), "composer test"),
    Row("mix.exs", "elixir", ("ex", "exs"), "mix test"),
    Row("Package.swift", "swift", ("swift",), "swift test"),
    Row("dune-project", "ocaml", ("ml", "mli"), "dune runtest"),
    Row("*.cabal", "haskell", ("hs",), "cabal test"),
    Row("build.sbt", "scala", ("scala",), "sbt test"),
    Row("*.sln", "dotnet", ("cs", "fs", "vb"), "dotnet test"),
    Row("build.zig", "zig", ("zig",), "zig build test"),
)


def other(files: Files) -> Kit | None:
    """Give the kit of the first manifest in the table; None where there is none."""
    for row in TABLE:
        if found := matching(files, row.manifest):
            kit = Kit(row.name, found[0])
            kit.test = [Step(row.test, notes=[f"no test command in its CI: usual for {row.name}"])]
            kit.notes = ["its packages cannot be fetched: there is no registry for them here"]
            return kit
    return None
