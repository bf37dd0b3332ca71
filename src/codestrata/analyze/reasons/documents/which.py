"""Which files are documents that tell of decisions, by their paths."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_PROSE = re.compile(r"\.(?:md|markdown|mdx|rst|adoc|asciidoc|asc|txt)$", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|/)(?:[^/]*template[^/]*|index|contributing|code_of_conduct|licen[cs]e|copying|security)(?:\.[a-z]+)?$|"
    r"(?:^|/)(?:relnotes|release[-_]?notes|templates?|node_modules|vendor|third[-_]party|testdata|fixtures?|locales?|i18n|"
    r"translations?)/|(?:^|/)requirements[^/]*\.txt$|(?:^|/)cmakelists\.txt$|(?:^|/)robots\.txt$",
    re.IGNORECASE,
)
_LISTS = re.compile(r"(?:^|/)docs?/|^[^/]+$|(?:^|/)readme\.", re.IGNORECASE)


def kind_of(path: str) -> str:
    """Give adr, rfc, kep, pep, tep, proposal or design; ``prose`` for other documentation, and "" for what is none."""
    if not _PROSE.search(path) or _ASIDE.search(path):
        return ""
    for kind, matcher in _table():
        if matcher.search(path):
            return kind
    return "prose" if _LISTS.search(path) and not path.lower().endswith(".txt") else ""


@cache
def _table() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = tomllib.loads((files("codestrata.analyze.reasons") / "data" / "documents.toml").read_text("utf-8"))
    return tuple((row["kind"], re.compile("|".join(row["paths"]), re.IGNORECASE)) for row in data["document"])
