"""What history says of patterns: the last commits that touched their files, and the issues those speak of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from codestrata.model.pattern import CodePattern
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View

#: Commits that are named for one file, the latest.
MOST = 5
#: How commit messages name issues and pull requests. Source: GitHub, "Autolinked references and URLs".
_ISSUE = re.compile(r"(?<![\w&])(?:[\w.-]+/[\w.-]+)?(?:#|\bGH-)(\d{1,7})\b")


def with_history(view: View, found: Sequence[CodePattern]) -> list[CodePattern]:
    """Add related commits and issues to patterns, where the history was fetched."""
    known = {id_: _touched(view, id_, found) for id_ in {one.repository_id for one in found}}
    done = []
    for one in found:
        commits = known[one.repository_id].get(one.file_path, ())
        issues = dict.fromkeys(f"#{number}" for _, message in commits for number in _ISSUE.findall(message))
        done.append(replace(one, related_commits=tuple(c for c, _ in commits), related_issues=tuple(issues)))
    return done


def _touched(view: View, repository: str, found: Sequence[CodePattern]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Give path → (commit, message) of the latest commits that changed it."""
    changes, commits = (view.files(name, subject=repository) for name in ("changes", "commits"))
    if not changes or not commits:
        return {}
    paths = sorted({one.file_path for one in found if one.repository_id == repository and one.file_path})
    wanted: Columns = {"readable": Varlen.of(paths), "path": Varlen.of([p.encode() for p in paths], text=False)}
    scan = view.tables.scan
    rows = view.tables.query(
        f"""select w.readable, lower(hex(c."commit")) as id, m.message from {scan(changes)} c
            join wanted_ w using (path) join (select "commit", subject || chr(10) || message as message,
                committer_time from {scan(commits)}) m using ("commit")
            qualify row_number() over (partition by w.readable order by m.committer_time desc, c."commit") <= {MOST}
            order by w.readable, m.committer_time desc, c."commit\"""",
        wanted_=wanted,
    )
    touched: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows_of(rows):
        touched[row["readable"]].append((row["id"], row["message"]))
    return touched
