"""Functions of evaluation sets among definitions: the same syntax tree, or the same shape where it is large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from codestrata.export.overlap.evalset import EvalSet
from codestrata.export.overlap.make.functions import SHAPE_NODES, SYNTAX, SYNTAX_NODES
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.store.tables import Tables


def overlaps(tables: Tables, definitions: str, lists: Sequence[EvalSet]) -> Columns:
    """Give rows of table **overlaps** for a file of table definitions (by its path), in the order of its rows."""
    return tables.query(
        f"""
        with own as (select row_number() over () as nth, * from {tables.scan([definitions])}
                     where nodes >= {SYNTAX_NODES} and kind in ('function', 'method')),
             named as (select own.*, s."set", s.problem from own join sought s
                       on own.syntax_hash = s.hash and s.kind = {SYNTAX}
                       union
                       select own.*, s."set", s.problem from own join sought s
                       on own.shape_hash = s.hash and s.kind <> {SYNTAX} and own.nodes >= {SHAPE_NODES})
        select blob, "set", problem, 'function' as how, start, "end", line, last_line, 0::integer as matched,
               1::float as share, 0::ubigint as gram
        from named order by nth, "set", problem""",
        sought=_sought(lists),
    )


def _sought(lists: Sequence[EvalSet]) -> Columns:
    problems = [(one, number) for one in lists for number in one["function_problems"].tolist()]
    return {
        "hash": np.concatenate([one["functions"].astype(np.uint64) for one in lists]),
        "kind": np.concatenate([one["function_kinds"].astype(np.int32) for one in lists]),
        "set": Varlen.of([one.name for one, _ in problems]),
        "problem": Varlen.of([one.ids[number] for one, number in problems]),
    }
