"""From nodes to tables: every extractor is asked, every table complete, whose rows they are in front."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.extract import EXTRACTS, Extract, Rows
from codestrata.analyze.syntax.nodes import MISSING, Nodes
from codestrata.analyze.syntax.schema import TABLES
from codestrata.store.columns import Column, Columns, Varlen, blank, concat, take
from codestrata.store.schema import Field


def extracts() -> tuple[Extract, ...]:
    """Give the functions that read nodes, in the order of their table."""
    return tuple(_found(place) for place in EXTRACTS)


@cache
def _found(place: str) -> Extract:
    module, _, name = place.partition(":")
    function: Extract = getattr(importlib.import_module(module), name)
    return function


def read(nodes: Nodes, functions: Iterable[Extract]) -> dict[str, Rows]:
    """Ask functions of nodes for their tables; no table has two readers."""
    found: dict[str, Rows] = {}
    for function in functions:
        for name, rows in function(nodes).items():
            if name in found:
                raise ValueError(f"{function} gives {name}, which is another's")
            found[name] = Rows(rows.file.copy(), {n: _own(column, nodes) for n, column in rows.columns.items()})
    return found


def _own(column: Column, nodes: Nodes) -> Column:
    """Give a column in memory of its own: that of nodes is used again for the next batch."""
    if isinstance(column, Varlen):
        return Varlen(column.offsets, column.data.copy(), text=column.text) if _shared(column.data, nodes) else column
    return column.copy() if _shared(column, nodes) else column


def _shared(array: NDArray[Any], nodes: Nodes) -> bool:
    return array.base is not None and any(
        np.may_share_memory(array, getattr(nodes, name)) for name in (*TYPES, "arena")
    )


def told(nodes: Nodes) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give of each file its nodes (-1 without a tree), and the bytes below ERROR nodes or missing."""
    return nodes.once("told", lambda: _told(nodes))


def _told(nodes: Nodes) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    count = np.diff(nodes.first)
    wrong = np.flatnonzero(nodes.flags >= MISSING)  # or ERROR, the highest bits there are
    sizes = np.maximum(nodes.end[wrong] - nodes.start[wrong], 1)
    # an error inside an error is the outer one's
    outer = np.concatenate(([0], np.maximum.accumulate(nodes.after[wrong])))[:-1] <= wrong if len(wrong) else wrong > 0
    bytes_ = np.bincount(nodes.files(wrong[outer]), weights=sizes[outer], minlength=len(count))
    return np.where(count, count, -1).astype(np.int32), bytes_.astype(np.int64)


def complete(
    parts: Sequence[tuple[NDArray[np.int64], Mapping[str, Rows]]],
    blobs: Varlen,
    languages: Varlen,
    tables: Mapping[str, tuple[Field, ...]] = TABLES,
) -> dict[str, Columns]:
    """Give all tables but **syntax** with every column, in the order of the pairs.

    parts: of each batch the rows of its files among the pairs (blobs, languages), and what was read.
    """
    return {name: _table(name, fields, parts, blobs, languages) for name, fields in tables.items() if name != "syntax"}


def _table(
    name: str,
    fields: tuple[Field, ...],
    parts: Sequence[tuple[NDArray[np.int64], Mapping[str, Rows]]],
    blobs: Varlen,
    languages: Varlen,
) -> Columns:
    found = [(files[rows[name].file], rows[name].columns) for files, rows in parts if name in rows]
    found = [(whose, columns) for whose, columns in found if len(whose)]
    whose = np.concatenate([whose for whose, _ in found]) if found else np.zeros(0, np.int64)
    order = None if (whose[1:] >= whose[:-1]).all() else np.argsort(whose, kind="stable")
    if found:
        told = concat([{f.name: _typed(columns[f.name], f.kind) for f in fields} for _, columns in found])
        told = told if order is None else take(told, order)
    else:
        told = {f.name: blank(0, f.kind) for f in fields}
    whose = whose if order is None else whose[order]
    return {"blob": blobs.take(whose), "language": languages.take(whose), **told}


def _typed(column: Column, kind: str) -> Column:
    """Give a column in its schema's kind; text that is not UTF-8 has its stray bytes replaced."""
    if isinstance(column, Varlen):
        return sound(column) if kind == "text" else column
    return np.ascontiguousarray(column, kind)


def sound(column: Varlen) -> Varlen:
    """Give a column of text whose every row is valid UTF-8."""
    try:
        whole = column.data.tobytes()
        if whole.isascii():
            return Varlen(column.offsets, column.data, text=True)
        for row in column:
            row.decode()
        return Varlen(column.offsets, column.data, text=True)
    except UnicodeDecodeError:
        return Varlen.of([row.decode("utf-8", "replace") for row in column])
