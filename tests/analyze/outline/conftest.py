"""What tests of outlines share: a program in, rows of tables out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.parse import parse
from codestrata.store.columns import Varlen

Table = list[dict[str, object]]


@pytest.fixture(scope="session")
def read() -> Callable[..., Table]:
    """Give the rows of a table for a program, each with its file."""

    def rows(table: str, grammar: str, *programs: str) -> Table:
        found = outline(parse(grammar, [program.encode() for program in programs])).get(table)
        if found is None:
            return []
        columns = {
            name: column.strings() if isinstance(column, Varlen) else column.tolist()
            for name, column in found.columns.items()
        }
        assert {len(column) for column in columns.values()} == {len(found.file)}
        return [
            {"file": file, **{name: column[i] for name, column in columns.items()}}
            for i, file in enumerate(found.file.tolist())
        ]

    return rows
