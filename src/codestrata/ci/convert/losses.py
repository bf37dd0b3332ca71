"""What conversion could not take over, in the order it was met."""

from __future__ import annotations

import re

from codestrata.ci.draft.document import Loss

#: Texts that ask for a secret, in any of the systems we read.
SECRET = re.compile(r"\bsecrets\s*[.\[]|\bgithub\.token\b|\bfrom_secret\b", re.IGNORECASE)
NO_SECRETS = "foreign code gets no secrets"
#: Characters of what is told of a thing.
_SHOWN = 100


class Losses:
    """A list that says each thing once; ``note`` gives the comment that stands in the draft for it."""

    def __init__(self) -> None:
        self._found: dict[Loss, None] = {}

    def add(self, line: int, what: str, why: str) -> str:
        """Tell one; gives its comment."""
        return f"left out, {self._told(line, what, why)}"

    def doubt(self, line: int, what: str, why: str) -> str:
        """Tell one that stands in the draft all the same; gives its comment."""
        return f"kept, {self._told(line, what, why)}"

    def _told(self, line: int, what: str, why: str) -> Loss:
        loss = Loss(line, shown(what), why)
        self._found[loss] = None
        return loss

    @property
    def listed(self) -> list[Loss]:
        """Give them by line."""
        return sorted(self._found)


def shown(text: str) -> str:
    """Give a text as one short printable line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
