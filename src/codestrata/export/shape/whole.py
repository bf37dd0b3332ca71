"""Whole repositories in table decisions: where the kept files of each lie, and a digest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile

#: What a digest of kept files is made of: what they are, under which terms, in which part of the dataset.
_SAID = "concat_ws('|', hex(path), hex(blob), test, language, licence, licence_class, split)"


def repositories(view: View, decisions: TableFile) -> list[dict[str, Any]]:
    """Give each repository with kept files, in the dataset's order.

    repository_id; full_name; commit; first and last: its first and last kept row; digest: of its kept files.
    """
    asked = f"""select repository_id, any_value(full_name) as full_name, any_value("commit") as "commit",
        min(file_row_number)::bigint as first, max(file_row_number)::bigint as last,
        md5(string_agg({_SAID}, '|' order by file_row_number)) as digest
        from {view.tables.scan([decisions])} where kept group by repository_id order by first"""
    return list(rows_of(view.tables.query(asked)))
