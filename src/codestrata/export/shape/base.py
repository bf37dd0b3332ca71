"""What a shape is: it plans partitions over kept files, and makes rows of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.engine.base import IO, Outcome, Partition, View

NAME = "export.shape"

#: The columns that rows of every shape begin with.
COMMON: tuple[Field, ...] = (
    Field("source", "text", "repo@commit:path#L1-L9: where exactly it comes from; repo@commit where it is no one file"),
    Field("repository", "text", "owner/name, type/name of a package (pypi/click), or the folder of a local repository"),
    Field("origin", "text", "URL or package URL of the repository; local:name or archive:file where none is known"),
    Field("commit", "text", "commit, hexadecimal"),
    Field("path", "text", r"path inside the repository; bytes that are not UTF-8 as \xNN; empty where it is no one"),
    Field("language", "text", "Linguist's name of the language; empty when unknown"),
    Field("licence", "text", "SPDX expression that governs it; those of several files joined by AND"),
    Field("licence_class", "text", "permissive, public-domain, weak-copyleft, …: the strictest of them"),
    Field("split", "text", "train, validation or test"),
)


class Shape(Protocol):
    """One recipe's rows.

    ``plan`` yields partitions of stage ``export.shape`` whose spec has ``recipe``; ``run`` gives one table,
    ``samples_<recipe>``, with the columns of ``fields`` (COMMON first) in their order, rows in the dataset's order.
    With a column ``digest`` among them (a hash of what the row is about, that layout does not change; empty or 0: like
    nothing else) twins are left out by ``export.settle``; an attribute ``compared`` names the column whose text near
    twins are told by, ``text`` where there is none. An attribute ``learned`` names the column that models learn from:
    the stage counts its tokens into column ``tokens``.
    """

    recipe: str
    version: str
    fields: tuple[Field, ...]

    def plan(self, view: View) -> Iterator[Partition]:
        """Say what there is to do, in the order of the dataset."""

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Make the rows of one partition."""


def table(recipe: str) -> str:
    """Name the table of a recipe's rows."""
    return f"samples_{recipe}"
