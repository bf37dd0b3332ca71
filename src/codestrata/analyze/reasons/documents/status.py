"""Status: what a document says became of its decision, and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime

#: Bytes at the head in which a status stands.
_HEAD = 4096
_LINE = re.compile(
    rb"(?im)^[ \t]*(?:[*+>|-][ \t]*)?(?:\*\*|__|:)?(?:proposal |decision |current )?(?:status|state)"
    rb"(?:\*\*|__)?[ \t]*[:|](?:\*\*|__)?[ \t|]*(\S[^\n|]{0,120})|"
    rb"^#{1,4}[ \t]*status[ \t]*\n+[ \t]*([^\n#]{2,160})|"
    rb"^status\n[-=~]+\n+([^\n]{2,160})"
)
_DATE = re.compile(
    rb"(?im)^[ \t]*(?:[*+>|-][ \t]*)?(?:\*\*|__|:)?(?:date|created|creation[- ]date|start date|decided on|"
    rb"last[- ]updated)(?:\*\*|__)?[^\n\d]{1,20}((?:19|20)\d\d)-([01]\d)-([0-3]\d)"
)
_WORDS = (
    ("superseded", r"supersed|replaced|obsolete|deprecated"),
    ("rejected", r"reject|withdrawn|declined|abandoned|closed|not accepted|refused"),
    ("accepted", r"accept|approv|final|implement|active|adopted|done|decided|agreed|merged|complete|resolved"),
    ("proposed", r"propos|draft|provisional|pending|review|open|wip|in progress|discussion"),
)


def status(text: bytes) -> tuple[str, tuple[int, int]] | None:
    """Give accepted, proposed, rejected or superseded, and where it is said."""
    found = _LINE.search(text, 0, _HEAD)
    if not found:
        return None
    group = next(i for i in (1, 2, 3) if found[i])
    said = found[group].decode("utf-8", "replace").lower()
    word = next((name for name, words in _WORDS if re.search(words, said)), "")
    start = found.start(group)
    return (word, (start, start + len(found[group].rstrip()))) if word else None


def dated(text: bytes) -> int:
    """Give the day a document gives itself, in seconds since 1970, or -1."""
    found = _DATE.search(text, 0, _HEAD)
    if not found:
        return -1
    try:
        return int(datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC).timestamp())
    except ValueError:
        return -1
