"""What a rule's YAML may say: its keys, and the record that is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from codestrata.analyze.rules.mistakes import Path, Wrong, meant
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.syntax.grammars import GRAMMARS

LEVELS = ("L1", "L2", "L4", "L6", "L7")
TIERS = ("A", "B", "C")
EVIDENCE = ("syntactic", "structural", "lexical")
#: Languages of rules, with the grammars that read them.
LANGUAGES: Mapping[str, tuple[str, ...]] = {g.name: (g.name,) for g in GRAMMARS} | {"typescript": ("typescript", "tsx")}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{1,79}")
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,59}|pkg:[a-z]+/[^\s]{1,120}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

Report = Callable[[Path, str, str], None]


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[Any, Path], str]:
    def check(value: Any, path: Path) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Wrong(path, f"{value!r} is no {path[-1]}", what)
        return value

    return check


def _one_of(*known: str) -> Callable[[Any, Path], str]:
    def check(value: Any, path: Path) -> str:
        if value not in known:
            raise Wrong(path, f"unknown {path[-1]}: {value}", meant(str(value), known))
        return str(value)

    return check


def _text(value: Any, path: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong(path, f'"{path[-1]}" is a text')
    return " ".join(value.split())


def _number(value: Any, path: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Wrong(path, f'"{path[-1]}" is a whole number from 1')
    return value


def _truth(value: Any, path: Path) -> bool:
    if not isinstance(value, bool):
        raise Wrong(path, f'"{path[-1]}" is true or false')
    return value


def _table(value: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(path, f'"{path[-1]}" is a map')
    return value


def _programs(value: Any, path: Path) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(one, str) and one.strip() for one in listed):
        raise Wrong(path, f'"{path[-1]}" is a list of programs, one at least', "texts with | keep their lines")
    return tuple(listed)


def _grammars(value: Any, path: Path) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    for one in listed or [""]:
        if one not in LANGUAGES:
            raise Wrong(path, f"unknown language: {one}", meant(str(one), LANGUAGES))
    return tuple(dict.fromkeys(grammar for one in listed for grammar in LANGUAGES[one]))


#: Keys with what reads them and the field of Rule they become.
_KEYS: Mapping[str, tuple[str, Callable[[Any, Path], Any]]] = {
    "id": ("id", _matching(_ID, "2 to 80 letters, digits, dots and dashes, such as rust.let-else")),
    "version": ("version", _number),
    "level": ("level", _one_of(*LEVELS)),
    "type": ("type", _matching(_TYPE, "what is found, in lower case with dashes: builder, raise-from")),
    "language": ("grammars", _grammars),
    "description": ("description", _text),
    "tier": ("tier", _one_of(*TIERS)),
    "rule": ("rule", _table),
    "constraints": ("constraints", _table),
    "utils": ("utils", _table),
    "anti": ("anti", _truth),
    "domain": ("domain", _matching(_DOMAIN, "in lower case with dashes, or the package URL of what is used")),
    "since": ("since", _text),
    "tool": ("tool", _text),
    "evidence": ("evidence", _one_of(*EVIDENCE)),
    "positive": ("positive", _programs),
    "negative": ("negative", _programs),
}


def _form(key: str) -> tuple[str, Callable[[Any, Path], Any]]:
    if key not in _KEYS:
        raise Wrong((key,), f'unknown key "{key}"', meant(key, _KEYS))
    return _KEYS[key]


_NEEDED = ("id", "level", "type", "language", "description", "rule", "positive", "negative")
_DEFAULTS = {"version": 1, "tier": "C"}


def made(value: Any, report: Report, *, pack: str, where: str) -> Rule | None:
    """Make a rule of a document's value; what is wrong is reported, all of it, and then there is no rule."""
    if not isinstance(value, Mapping):
        report((), "a rule is a map of keys", "id, level, type, language, description, rule, positive, negative")
        return None
    found: dict[str, Any] = dict(_DEFAULTS)
    sound = True
    for key, one in value.items():
        try:
            field, check = _form(key)
            found[field] = check(one, (key,))
        except Wrong as wrong:
            report(wrong.path, wrong.message, wrong.hint)
            sound = False
    missing = [key for key in _NEEDED if key not in value]
    if missing:
        report((), f"missing: {', '.join(missing)}", "docs/rules.md shows a whole rule")
    return Rule(**found, pack=pack, where=where) if sound and not missing else None
