"""Changing one setting in a recipe's text: comments, order and everything else stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

#: Values that stand as they are written: words, numbers, lists of such.
_PLAIN = re.compile(r"-?[\w./+]+(?:[ -][\w./+-]+)*|\[[^\]\[{}#:\"']*\]")
#: What stands between a value and the comment beside it.
_GAP = re.compile(r" {2,}(?=#)")


def changed(text: str, key: Sequence[str], value: str) -> str:
    """Give the text of a recipe with another value for a setting: names of its sections, then its own.

    The text has to be YAML, and a map at the top.
    """
    shown = value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    node = yaml.compose(text, yaml.SafeLoader)
    return _put(text, node, list(key), shown, 0)


def _put(text: str, node: Any, key: list[str], value: str, depth: int) -> str:
    for name, inner in node.value:
        if name.value != key[0]:
            continue
        if len(key) == 1:
            return _replaced(text, inner, value)
        if isinstance(inner, yaml.MappingNode) and inner.value:
            return _put(text, inner, key[1:], value, depth + 1)
        return _replaced(text, inner, _flow(key[1:], value))
    added = f"{key[0]}: {_flow(key[1:], value)}"
    if node.flow_style:
        end = node.end_mark.index - 1
        return f"{text[:end].rstrip()}, {added}{text[end:]}"
    return _line(text, node, added)


def _flow(key: Sequence[str], value: str) -> str:
    """Write a value below the names of sections in one line."""
    return f"{{{key[0]}: {_flow(key[1:], value)}}}" if key else value


def _replaced(text: str, node: Any, value: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    end = start + len(text[start:end].rstrip())  # blocks end where the next line begins
    before = " " if start == end and text[start - 1 : start] not in {" ", "{", "["} else ""
    put = f"{before}{value}"
    old = text[start:end]
    return f"{text[:start]}{put}{_shifted(text[end:], len(put) - (end - start), '' if old == value else old)}"


def _shifted(rest: str, by: int, old: str) -> str:
    """Keep a comment beside a value in its column, where the value leaves room; it says which value it was about."""
    if not (gap := _GAP.match(rest)):
        return rest
    said = rest[gap.end() :]
    if old and "\n" not in old and not said.startswith("# was "):
        said = f"# was {old}: {said.removeprefix('#').lstrip()}"
    return f"{' ' * max(len(gap[0]) - by, 2)}{said}"


def _line(text: str, node: Any, added: str) -> str:
    """Add a line below the last of a map, as far in as the others."""
    last = node.value[-1][1]
    at = last.end_mark.index
    if isinstance(last, yaml.CollectionNode) and not last.flow_style:
        at = last.start_mark.index + len(text[last.start_mark.index : at].rstrip())
    end = at if text[at - 1 : at] == "\n" else text.find("\n", at) + 1 or len(text)
    column = node.value[0][0].start_mark.column
    head = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return f"{head}{' ' * column}{added}\n{text[end:]}"
