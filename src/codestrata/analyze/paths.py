"""The ``analyze.paths`` stage: what each path of a snapshot says, and which licence governs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze import licence
from codestrata.analyze.facts import names
from codestrata.analyze.facts import stage as facts_stage
from codestrata.analyze.keys import Keys, keys_of
from codestrata.analyze.licence.propagation import govern
from codestrata.analyze.licence.ruling import SELF, Ruling, Word, Words
from codestrata.analyze.marks import marks
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.speaking import speaking
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Column, Columns, Varlen, concat

NAME = "analyze.paths"
#: Raise it when a path may get other marks or another licence; name keys and licence facts have versions of their own.
VERSION = f"1.{names.VERSION}.{licence.VERSION}"
_FIRST_NOT_ASCII = 0x80


class Paths:
    """Files and facts of a snapshot → table **annotations**: one row per row of **files**, in the same order."""

    name = NAME
    verb = "analyze"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per snapshot; its spec names the facts files that speak of its blobs."""
        version = facts_stage.version(view.settings.analyze)
        facts = view.files("facts", stage=facts_stage.NAME, version=version)
        said = speaking(view, {"facts": facts}, by="blob, name_key", where=_SPEAKS)["facts"]
        repositories = {r.id: r for r in view.repositories()}
        for index, snapshot in enumerate(view.snapshots()):
            repository = repositories[snapshot.repository_id]
            for file in view.files("files", subject=repository.id):
                spec = {
                    "files": file.path,
                    "facts": [file.path for file in said[index]],
                    "version": version,
                    "declared": repository.declared_licence,
                    "repository": repository.id,  # two may have the same tree; each needs a result of its own
                }
                yield Partition(
                    NAME, VERSION, spec, title=repository.full_name, subject=repository.id, weight=max(1, file.rows)
                )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Mark the paths and let licences reach them."""
        spec = partition.spec
        source = io.tables.scan([spec["files"]])
        files = io.tables.query(f"select path, blob, mode from {source} order by file_row_number")
        paths, blobs = files["path"], files["blob"]
        assert isinstance(paths, Varlen)  # noqa: S101 -- the files schema says so
        assert isinstance(blobs, Varlen)  # noqa: S101 -- same
        keys = keys_of(paths)
        files["name_key"] = keys.column()
        regular = np.isin(np.asarray(files["mode"]), names.REGULAR)
        kinds = [""] * len(paths)
        named = np.array([bool(kind) for kind in keys.kinds], np.bool_)[keys.codes]
        for row in np.flatnonzero(named & regular).tolist():
            kinds[row] = keys.kinds[keys.codes[row]]
        rulings, which = govern(paths, kinds, _words(io, blobs, keys, regular, spec["facts"]), spec["declared"])
        annotations: Columns = {"path": paths, "blob": files["blob"], "name_key": files["name_key"]}
        annotations |= marks(paths) | _licence_columns(paths, rulings, which)
        # a decision takes facts of the version that the paths were annotated by, not whichever is newest
        result = {"facts": spec["version"]}
        return Outcome({"annotations": annotations}, result=result, counts={"files": len(paths)})


_SPEAKS = "(licence_tag <> '' or licence <> '')"
_TEXTS = ("licence_tag", "licence", "licence_method")


def _words(io: IO, blobs: Varlen, keys: Keys, regular: NDArray[np.bool_], facts: Sequence[str]) -> Words:
    """Give what the contents of regular files say."""
    if not facts:
        return Words(np.zeros(0, np.int64), np.zeros(0, np.int64), [])
    columns = ", ".join(("blob", "name_key", *_TEXTS, "licence_confidence"))
    said = io.tables.query(f"select {columns} from {io.tables.scan(facts)} where {_SPEAKS}")
    codes, words = _coded(said)
    rows = np.flatnonzero(regular)
    ours, theirs = _pairs(blobs, keys, said)
    order = np.argsort(theirs, kind="stable")
    place = np.minimum(np.searchsorted(theirs[order], ours[rows]), len(order) - 1) if len(order) else rows[:0]
    heard = theirs[order][place] == ours[rows][: len(place)]
    return Words(rows[: len(place)][heard], codes[order][place[heard]], words)


def _coded(said: Columns) -> tuple[NDArray[np.int64], list[Word]]:
    """Give the number of what each row of facts says, and what that is: thousands of files say the same few words."""
    sure = np.ascontiguousarray(said["licence_confidence"], np.float32)
    code, texts = _numbered(Varlen.fixed(sure.view(np.uint8).reshape(-1, sure.itemsize)))[0], []
    for name in _TEXTS:
        column = said[name]
        assert isinstance(column, Varlen)  # noqa: S101 -- the facts schema says so
        number, first = _numbered(column)
        code = code * len(first) + number
        texts.append(column)
    codes, first = _numbered(Varlen.fixed(code.view(np.uint8).reshape(-1, code.itemsize)))
    told = [_only(column, first).strings() for column in texts]
    rounded = sure[first].astype(np.float64).round(3).tolist()
    return codes, [Word(*word) for word in zip(*told, rounded, strict=True)]


def _pairs(blobs: Varlen, keys: Keys, said: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the (blob, name_key) pairs of a snapshot's files and of facts alike; -1 for a key that no file has."""
    blob, key = said["blob"], said["name_key"]
    assert isinstance(blob, Varlen)  # noqa: S101 -- the facts schema says so
    assert isinstance(key, Varlen)  # noqa: S101 -- same
    both, _ = _numbered(concat([{"blob": blobs}, {"blob": blob}])["blob"])
    index = {name: i for i, name in enumerate(keys.distinct)}
    code, first = _numbered(key)
    known = np.array([index.get(name, -1) for name in _only(key, first).strings()], np.int64)[code]
    count = len(keys.distinct)
    theirs = np.where(known >= 0, both[len(blobs) :] * count + known, -1)
    return both[: len(blobs)] * count + keys.codes, theirs


def _numbered(column: Column) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    assert isinstance(column, Varlen)  # noqa: S101 -- the caller's columns are
    return distinct(column.data, column.offsets[:-1], column.offsets[1:])


def _only(column: Column, chosen: NDArray[Any]) -> Any:
    """Give the rows of a column that a mask or a list of indices names."""
    indices = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
    return column.take(indices) if isinstance(column, Varlen) else column[indices]


def _licence_columns(paths: Varlen, rulings: Sequence[Ruling], which: NDArray[np.int64]) -> Columns:
    sources = concat([{"source": _text(paths)}, {"source": Varlen.of([r.source for r in rulings])}])["source"]
    itself = np.array([r.source == SELF for r in rulings], np.bool_)[which]
    place = np.where(itself, np.arange(len(paths)), len(paths) + which)
    return {
        "licence": Varlen.of([r.expression for r in rulings]).take(which),
        "licence_source": _only(sources, place),
        "licence_method": Varlen.of([r.method for r in rulings]).take(which),
        "licence_confidence": np.array([r.confidence for r in rulings], np.float32)[which],
    }


def _text(paths: Varlen) -> Varlen:
    """Give paths as text; what is not UTF-8 in them is replaced."""
    if paths.data.max(initial=0) < _FIRST_NOT_ASCII:
        return Varlen(paths.offsets, paths.data, text=True)
    return Varlen.of([path.decode("utf-8", "replace") for path in paths])
