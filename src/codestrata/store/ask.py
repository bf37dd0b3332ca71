"""Asking a table in memory with a condition that a person wrote: SQL as DuckDB has it, away from every file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import InvalidInput
from codestrata.store.columns import ArrowTable, Columns, from_arrow, rows

if TYPE_CHECKING:
    import duckdb

_ROW = "row_number_"


def matching(columns: Columns, condition: str, where: str) -> NDArray[np.int64]:
    """Give the numbers of the rows that meet a condition, rising: ``language = 'Rust' and stars > 50``.

    ``where`` says whose condition it is. Raises InvalidInput when it is none, with the names it may use.
    """
    import duckdb

    count = rows(columns)
    table: Columns = {**columns, _ROW: np.arange(count)}
    try:
        with _closed() as con:
            con.register("asked", ArrowTable(table))
            (asked,) = con.extract_statements(f"select {_ROW} from asked where ({condition}\n) order by {_ROW}")
            found = from_arrow(con.sql(asked.query))
    except (duckdb.Error, ValueError) as error:  # ValueError: more than one statement
        reason = str(error).splitlines()[0].partition("Error: ")[2] or "not one condition"
        hint = f"a condition over {', '.join(columns)}: stars > 50 and language = 'Rust'"
        raise InvalidInput(f"{condition!r}: {reason}", where=where, hint=hint) from error
    return np.asarray(found[_ROW], np.int64)


def _closed() -> duckdb.DuckDBPyConnection:
    """Open DuckDB with nothing to reach: no file, no network, no extension."""
    import duckdb

    config: dict[str, Any] = {"threads": 1, "memory_limit": "512MB", "enable_external_access": False}
    return duckdb.connect(config=config)
