"""What pipelines' tools said of the same lines: where a rule's own tool agrees, the pattern is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from codestrata.analyze.rules.confirmed import CONFIRMED, Place, Said, confirmed
from codestrata.model.pattern import CodePattern
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.analyze.rules.rule import Rule
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile


def with_tools(
    view: View, found: Sequence[CodePattern], tables: Iterable[TableFile], rules: Mapping[str, Rule]
) -> list[CodePattern]:
    """Raise the confidence of patterns that a tool confirms, and say so. ``tables``: files of **findings**."""
    known = {rule.id: rule for rule in rules.values()}
    asked = [i for i, one in enumerate(found) if (rule := known.get(one.rule)) and rule.tool]
    files = sorted({file.path for file in tables})
    done = list(found)
    if not asked or not files:
        return done
    columns = 'repository_id, "commit", tool, rule, path, line'
    rows = rows_of(view.tables.query(f"select distinct {columns} from {view.tables.scan(files)} order by all"))
    said = [
        Said(row["tool"], row["rule"], _at(row["repository_id"], row["commit"], row["path"]), row["line"])
        for row in rows
    ]
    places = [
        Place(one.rule, _at(one.repository_id, one.commit, one.file_path), *one.line_range)
        for one in (found[i] for i in asked)
    ]
    for i, agreed in zip(asked, confirmed(places, said, known), strict=True):
        if agreed:
            done[i] = replace(found[i], confidence=max(CONFIRMED, found[i].confidence), evidence="tool")
    return done


def _at(repository: str, commit: str, path: str) -> str:
    return f"{repository}@{commit}:{path}"
