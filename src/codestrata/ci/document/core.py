"""What plain words mean: the core schema of YAML 1.2 (section 10.3), in which ``on``, ``yes`` and ``no`` are texts."""

from __future__ import annotations

import re

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
#: Whole numbers of more digits stay texts: nothing here is counted so far.
_DIGITS = 18
_WHOLE = re.compile(rf"[-+]?[0-9]{{1,{_DIGITS}}}")
_OTHER_BASE = re.compile(r"0o(?P<o>[0-7]{1,20})|0x(?P<x>[0-9a-fA-F]{1,15})")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?")

PREFIX = "tag:yaml.org,2002:"


def meaning(text: str) -> str | int | float | bool | None:
    """Give what a plain word stands for. Infinite numbers are texts here: no key takes them."""
    if text in NULLS:
        return None
    if text in TRUTHS:
        return TRUTHS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if other := _OTHER_BASE.fullmatch(text):
        return int(other["o"], 8) if other["o"] else int(other["x"], 16)
    return _float(text) if _NUMBER.fullmatch(text) else text


def _float(text: str) -> float | str:
    value = float(text)
    return text if value in {float("inf"), float("-inf")} else value


def tagged(tag: str, text: str) -> tuple[str | int | float | bool | None, bool]:
    """Give what a word with a tag stands for, and whether the tag is known and fits."""
    value = meaning(text)
    match tag.removeprefix(PREFIX):
        case "!" | "str":
            return text, True
        case "int":
            return value, isinstance(value, int) and not isinstance(value, bool)
        case "float":
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return float(value) if number and value is not None else value, number
        case "bool":
            return value, isinstance(value, bool)
        case "null":
            return value, value is None
    return text, False
