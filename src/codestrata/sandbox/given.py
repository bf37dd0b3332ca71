"""What a command is given: refused where no program can be given it.

A zero byte ends a word for the kernel; in what we hand to other programs it would begin a word of its own, an option.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from codestrata.errors import InvalidInput
from codestrata.sandbox.base import Job

_SHOWN = 40


def refuse_wrong_variables(variables: Mapping[str, str], job: Job) -> None:
    """Raise InvalidInput for variables that no environment can hold: environ(7)."""
    for name, value in variables.items():
        if not name or "=" in name:
            raise InvalidInput(f"no variable can be called {name[:_SHOWN]!r}", where=job.id)
        for text in (name, value):
            _refuse_zero(text, f"variable {name[:_SHOWN]!r}", job)


def refuse_wrong_words(words: Iterable[str], job: Job) -> None:
    """Raise InvalidInput for words that no program can be started with: execve(2)."""
    for word in words:
        _refuse_zero(word, f"word {word[:_SHOWN]!r}", job)


def encoded(text: str, kind: str, job: Job) -> bytes:
    """Give a text's bytes; raises InvalidInput for half a character."""
    try:
        return os.fsencode(text)
    except UnicodeEncodeError as error:
        raise InvalidInput(f"a {kind} that is no text: {error.reason}", where=job.id) from error


def _refuse_zero(text: str, kind: str, job: Job) -> None:
    if b"\0" in encoded(text, kind, job):
        raise InvalidInput(f"a zero byte in {kind} of a command", where=job.id)
