"""What of a run's code no rule has looked at, and why: languages without a grammar, and files without a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codestrata.analyze.asking.sources import snapshots
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View

#: Linguist's names of the languages that are read.
READ = tuple(language for grammar in GRAMMARS for language in grammar.languages)


@dataclass(frozen=True, slots=True)
class Unread:
    """Files by language that has no grammar here, and files by why they have no tree; the most first."""

    languages: Mapping[str, int]
    problems: Mapping[str, int]


def unread(view: View, repository: str = "") -> Unread:
    """Count the files of code of a run, or of one repository, that have no tree; other people's folders are left out.

    Code is what is in a language with branches; prose, data and markup are none. Raises InvalidInput where the
    repository is unknown.
    """
    ours = [file for one, _ in snapshots(view, repository) for file in view.files("annotations", subject=one.id)]
    told, parsed = view.files("facts"), view.files("syntax")
    if not ours or not told or not parsed:
        return Unread({}, {})
    read = ", ".join(f"'{name}'" for name in READ)
    files = f"(select path, blob, name_key from {view.tables.scan(ours)} where not vendored)"
    facts = f"(select blob, name_key, any_value(language) as language from {view.tables.scan(told)}"
    facts += " where complexity >= 0 and language <> '' group by blob, name_key)"
    trees = f"(select blob, language, min(problem) as problem from {view.tables.scan(parsed)} group by all)"
    found = view.tables.query(
        f"""select case when language in ({read}) then '' else language end as tongue,
            coalesce(problem, '') as problem, count(*)::bigint as files
            from {files} join {facts} using (blob, name_key) left join {trees} using (blob, language)
            group by all order by files desc, tongue, problem"""
    )
    listed = list(rows_of(found))
    return Unread(
        {row["tongue"]: row["files"] for row in listed if row["tongue"]},
        {row["problem"]: row["files"] for row in listed if row["problem"] and not row["tongue"]},
    )
