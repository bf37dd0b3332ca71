"""What a dataset counts once rows are gone: the figures of its manifest, and what its card says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.amend.papers import document
from codestrata.export.reading.rows import load
from codestrata.export.shape.stage import shape_of
from codestrata.export.validate.check import settings_of
from codestrata.export.write.about import About
from codestrata.export.write.figures import Figures
from codestrata.export.write.schema import SAMPLES
from codestrata.store.schema import Field
from codestrata.store.tables import connect

if TYPE_CHECKING:
    import duckdb

    from codestrata.export.reading.dataset import Folder


class Counts:
    """Counts of a takedown, of tables **lost** and **stay**: rows that go, and rows that are left.

    Where rows are files, languages and licences count files and their bytes in the repository; else rows and their
    text, as :mod:`codestrata.export.write.fill` has them.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Folder) -> None:
        self._con, self._folder = con, folder
        self._whole = folder.recipe == "pretrain"
        size = "any_value(size)" if self._whole else "0"
        con.execute(
            f"create table files as select any_value(language) as language, any_value(licence) as licence, {size}"
            " as size from lost anti join stay using (repository, path) group by repository, path"
        )
        ((files, gone),) = con.execute("select count(*), coalesce(sum(size), 0)::bigint from files").fetchall()
        self.files, self.bytes = int(files), int(gone)

    @property
    def rows(self) -> int:
        """Count the rows that go."""
        return int(self._con.execute("select count(*) from lost").fetchall()[0][0])

    def reduced(self) -> dict[str, Any]:
        """Give the manifest's figures without what is gone; what nobody can take out again stays as it was built.

        Where rows are not files, what was kept of files is counted by those that lost all their rows, without their
        bytes.
        """
        figures: Mapping[str, Any] = self._folder.said["figures"]
        out = {**figures, "kept": figures["kept"] - self.files, "bytes": figures["bytes"] - self.bytes}
        for name, column in (("rows", "1"), ("text", "text_bytes" if self._whole else "weight")):
            gone = dict(self._sums("split", "lost", column))
            out[name] = {split: count - gone.get(split, 0) for split, count in figures[name].items()}
        out["dropped"] = {**figures["dropped"], "opt_out": figures["dropped"].get("opt_out", 0) + self.files}
        for name in ("language", "licence"):
            out[f"{name}s"] = list(self._less(figures[f"{name}s"], name))
        out.pop("shares", None)  # what was asked for, and came out, was of families as they were
        if figures.get("tokens"):
            out["tokens"] = self._tokens(figures["tokens"])
        return out

    def repositories(self) -> list[tuple[str, int, int]]:
        """List (name, rows, bytes) of what is left of each repository, most bytes first."""
        return [(name, n, size) for name, (n, size) in self._groups("repository", "stay").items()]

    def _less(self, counts: Sequence[Sequence[Any]], column: str) -> Iterator[list[Any]]:
        gone = self._groups(column, "files" if self._whole else "lost")
        for name, number, size in counts:
            fewer, less = gone.get(name, (0, 0))
            if number > fewer:
                yield [name, number - fewer, size - less]

    def _groups(self, column: str, table: str) -> dict[str, tuple[int, int]]:
        size = "size" if self._whole else "weight"
        asked = f"select {column}, count(*)::bigint, sum({size})::bigint from {table} group by 1 order by 3 desc, 1"
        return {str(name): (int(n), int(weight)) for name, n, weight in self._con.execute(asked).fetchall()}

    def _sums(self, column: str, table: str, value: str) -> list[tuple[str, int]]:
        asked = f"select {column}, sum({value})::bigint from {table} group by 1"
        return [(str(name), int(total)) for name, total in self._con.execute(asked).fetchall()]

    def _tokens(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Take out the tokens of what is gone, which its rows have.

        Where those of an older version had words and marks, the figures stay as they were.
        """
        if self._whole and "rows" not in told:
            return {**told, "as_built": True}
        found = self._con.execute("select split, language, tokens from lost where tokens >= 0").fetchall()
        split, language, tokens = zip(*found, strict=True) if found else ((),) * 3
        counts = np.array(tokens, np.int64)
        splits, languages = (_summed(names, counts) for names in (split, language))
        left = [[name, count - languages.get(name, 0)] for name, count in told["languages"]]
        return {
            **told,
            "total": told["total"] - int(counts.sum()),
            "splits": {name: count - splits.get(name, 0) for name, count in told["splits"].items()},
            "languages": sorted((one for one in left if one[1] > 0), key=lambda one: (-one[1], one[0])),
        }


def _summed(names: Sequence[str], counts: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for name, count in zip(names, counts.tolist(), strict=True):
        out[name] = out.get(name, 0) + count
    return out


def about(folder: Folder, told: Mapping[str, Any], counts: Counts, shards: Mapping[str, str]) -> About:
    """Give what the files about a dataset speak of: the figures in ``told``, and ``shards``, path → SHA-256."""
    repositories = folder.said["inputs"]["repositories"]
    newest = max((int(one.get("committed_at", -1)) for one in repositories), default=0)
    figures = Figures(
        files=told["files"],
        kept=told["kept"],
        kept_bytes=told["bytes"],
        dropped=dict(sorted(told["dropped"].items(), key=lambda item: (-item[1], item[0]))),
        languages=[(name, n, size) for name, n, size in told["languages"]],
        licences=[(name, n, size) for name, n, size in told["licences"]],
        repositories=counts.repositories(),
        unit="files" if folder.recipe == "pretrain" else "rows",
    )
    day = datetime.fromtimestamp(max(newest, 0), UTC).date().isoformat()
    sizes = told["rows"], told["text"]
    return About(settings_of(folder), figures, _fields(folder), *sizes, shards, told, day, repositories)


def _fields(folder: Folder) -> list[Field]:
    """Give the columns of rows: as the dataset's schema has them, or, in an older one, those of its recipe's it has."""
    page = folder.path / "schema.json"
    if page.exists():
        said = document(page)["properties"]
        return [Field(name, one["x-kind"], one["description"]) for name, one in said.items()]
    shape = shape_of(folder.recipe)
    kinds = _kinds(folder.first[0], folder) if folder.first else {}
    return [field for field in (shape.fields if shape else SAMPLES) if field.name in kinds]


def _kinds(shard: Path, folder: Folder) -> Mapping[str, str]:
    con = connect()
    con.execute("create table rows (shard text, number bigint)")
    return load(con, "rows", shard, folder.called(shard), ())
