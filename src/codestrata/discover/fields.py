"""Columns of a CSV row → fields of a Repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from codestrata.discover.rejected import Unfit

#: Columns that may name the repository, the most exact first; a row uses the first that is not empty.
NAMING = (
    *("purl", "package_url", "url", "repo_url", "repository_url", "html_url", "clone_url", "git_url", "path"),
    *(CALLING := ("name", "full_name", "repo", "repository", "repo_name", "name_with_owner")),
)
#: Columns that pin a commit, a tag or a branch.
PINNING = ("commit", "ref", "sha", "revision", "tag", "branch")

#: What tables write for "unknown".
NOTHING = frozenset({"", "nan", "none", "null", "na", "n/a", "nil", "-"})
#: Field, how to read it, its column.
Plan = Sequence[tuple[str, Callable[[str], Any], str]]

_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")
_SPLIT = re.compile(r"[;,|]\s*")


def _count(text: str) -> int:
    """Read a count; data frames write whole numbers as 12.0, and unknown ones as -1."""
    match = _WHOLE.fullmatch(text)
    if not match or int(match[1]) < -1:
        raise Unfit("a whole number, not negative")
    return int(match[1])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Unfit("a number") from error


def _time(text: str) -> str:
    """Write a time as ISO 8601 in UTC, to the second; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unfit("a time such as 2024-05-31T12:00:00Z") from error
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in _SPLIT.split(text.strip("[]")))))


#: Field → (how to read it, the columns it may stand in).
FIELDS: Mapping[str, tuple[Callable[[str], Any], tuple[str, ...]]] = {
    "github_id": (_count, ("github_id",)),
    "language": (str, ("language", "main_language", "primary_language")),
    "stars": (_count, ("stars", "stargazers", "stargazers_count", "stargazer_count", "star_count")),
    "forks": (_count, ("forks", "forks_count", "fork_count")),
    "size": (_count, ("size", "disk_usage")),
    "created_at": (_time, ("created_at", "created")),
    "updated_at": (_time, ("updated_at", "updated")),
    "pushed_at": (_time, ("pushed_at", "pushed", "last_commit")),
    "categories": (_list, ("categories", "topics")),
    "priority_score": (_number, ("priority_score", "score")),
    "declared_licence": (str, ("declared_licence", "declared_license", "licence", "license", "spdx_id")),
}


class Unreadable(Exception):
    """A cell does not hold what its column promises: the column as spelt, its text, and what was expected."""

    def __init__(self, column: str, text: str, error: Unfit) -> None:
        """Keep all three: a Rejected is made of them."""
        super().__init__(column)
        self.column, self.text, self.error = column, text, error


def reading(columns: Collection[str]) -> Plan:
    """Say which fields a header's (normalised) columns hold."""
    return [(f, read, c) for f, (read, names) in FIELDS.items() for c in [n for n in names if n in columns][:1]]


def fields_of(cells: Mapping[str, tuple[str, str]], plan: Plan) -> dict[str, Any]:
    """Read a row's fields. ``cells``: normalised column → (column as spelt, text). Raises Unreadable."""
    out: dict[str, Any] = {}
    for name, read, column in plan:
        spelt, text = cells[column]
        if text.lower() in NOTHING:
            continue
        try:
            out[name] = read(text)
        except Unfit as error:
            raise Unreadable(spelt, text, error) from error
    return out
