"""Commands that could not be run since their program is not on the machine: nothing was judged, so nothing is said.

Sources: POSIX.1-2017, Shell Command Language, 2.8.2 (127: the command was not found); cargo and Python have words of
their own for a part of theirs that is not there.
"""

from __future__ import annotations

import re
from dataclasses import replace

from codestrata.ci.tools.getting import how
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Exit

_NOT_FOUND = 127
#: Bytes of the output's end that are looked at.
_LAST = 4096
_TOLD = re.compile(r"^(\S+ is not (?:installed|version) ?.*)$", re.MULTILINE)
_SHELL = re.compile(r"([^\s:'\"]+): (?:command )?not found\s*$", re.MULTILINE)
_CARGO = re.compile(r"^error: no such command: `([\w-]+)`", re.MULTILINE)
_PYTHON = re.compile(r"^\S*python[\d.]*: No module named ([\w.]+)\s*$", re.MULTILINE)


def judged(ended: Exit, log: bytes) -> Exit:
    """Give how a command ended; one whose program is missing is ``refused``: it says nothing about the code.

    A file of the repository's own that is missing (``./check: not found``) is the code's doing.
    """
    if ended.result is not ResultClass.FAILED:
        return ended
    reason = _reason(ended.code, log[-_LAST:].decode("utf-8", "replace"))
    return replace(ended, result=ResultClass.REFUSED, reason=reason) if reason else ended


def absent(log: bytes) -> str:
    """Name a program that a log says was not found, whatever the command made of it; "" where none is named."""
    return _reason(_NOT_FOUND, named) if _SHELL.search(named := log.decode("utf-8", "replace")) else ""


def _reason(code: int, text: str) -> str:
    if code == _NOT_FOUND:
        if told := _TOLD.findall(text):
            return str(told[-1])
        named = _SHELL.findall(text)
        if not named:
            return "its command was not found (it ended with 127)"
        return "" if "/" in named[-1] else f"{named[-1]} is not installed{how(named[-1])}"
    if cargo := _CARGO.findall(text):
        return f"cargo-{cargo[-1]} is not installed{how(f'cargo-{cargo[-1]}')}"
    if module := _PYTHON.findall(text):
        return f"the Python module {module[-1]} is not installed{how(module[-1])}"
    return ""
