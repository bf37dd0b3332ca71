"""Whole repositories in table decisions: where the kept files of each lie, and a digest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestrata.export.decide.reasons import BIT
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile

#: What a digest of kept files is made of: what they are, under which terms, in which part of the dataset.
_SAID = "concat_ws('|', hex(path), hex(blob), test, language, licence, licence_class, split)"
#: A repository in which more of its own files have a licence that is not let through does not speak as a whole.
MOST_BARRED = 0.1


def speaking(view: View, decisions: TableFile) -> set[str]:
    """Give the ids of repositories whose messages, and what is found of them as a whole, may be passed on."""
    own = f"failed & {1 << BIT['vendored'] | 1 << BIT['not_a_file'] | 1 << BIT['binary'] | 1 << BIT['lfs']} = 0"
    barred = f"count(*) filter (failed & {1 << BIT['licence']} <> 0 and {own})"
    asked = f"""select repository_id from {view.tables.scan([decisions])} group by repository_id
        having bool_or(kept) and {barred} <= {MOST_BARRED} * count(*) filter ({own})"""
    return {row["repository_id"] for row in rows_of(view.tables.query(asked))}


def repositories(view: View, decisions: TableFile) -> list[dict[str, Any]]:
    """Give each repository with kept files, in the dataset's order.

    repository_id; full_name; commit; first and last: its first and last kept row; digest: of its kept files.
    """
    asked = f"""select repository_id, any_value(full_name) as full_name, any_value("commit") as "commit",
        min(file_row_number)::bigint as first, max(file_row_number)::bigint as last,
        md5(string_agg({_SAID}, '|' order by file_row_number)) as digest
        from {view.tables.scan([decisions])} where kept group by repository_id order by first"""
    return list(rows_of(view.tables.query(asked)))
