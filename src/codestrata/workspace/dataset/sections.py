"""What a file says of settings, read against those there are: every mistake with its place and what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from codestrata.ci.document import Problems, Scalar, Several, Table, Value, shown
from codestrata.errors import InvalidInput
from codestrata.settings.base import Section

#: How like a name has to be to one that is known, to be taken for it; source: difflib's own figure, a little kinder.
_LIKE = 0.55


def tree_of(
    table: Table, section: Section, problems: Problems, path: str = "", known: Sequence[str] = ()
) -> dict[str, Any]:
    """Give the tree of values a map has for a section; names that are none and values that do not fit are problems.

    ``path`` stands before names in messages; ``known`` names what else may stand beside the section's own.
    """
    tree: dict[str, Any] = {}
    for entry in table:
        if entry.key not in section.__struct_fields__:
            hint = _suggested(entry.key, section, path, known)
            problems.error(entry.mark, "unknown-key", f"unknown setting {path}{entry.key}", hint)
            continue
        there = getattr(section, entry.key)
        if isinstance(there, Section):
            inner = _table(entry.value, f"{path}{entry.key}", there, problems)
            tree[entry.key] = tree_of(inner, there, problems, f"{path}{entry.key}.")
            continue
        value = _plain(entry.value, there)
        try:
            type(section).model_validate({entry.key: value})
        except InvalidInput as error:
            problems.error(entry.value.mark, "value", f"{path}{entry.key}: {error.message}", _example(there))
        else:
            tree[entry.key] = value
    return tree


def _suggested(name: str, section: Section, path: str, beside: Iterable[str]) -> str:
    """Say what a name that is none may have been meant for: one like it here, or one of that name further below."""
    here = [*section.__struct_fields__, *beside]
    if like := get_close_matches(name, here, n=1, cutoff=_LIKE):
        return f"did you mean {path}{like[0]}?"
    below = dict(_below(section, path))
    if like := get_close_matches(name, below, n=1, cutoff=0.8):
        return f"did you mean {below[like[0]]}?"
    return f"known here: {', '.join(here)}"


def _below(section: Section, path: str) -> Iterator[tuple[str, str]]:
    """Give the names of all settings below a section, with their paths."""
    for name in section.__struct_fields__:
        there = getattr(section, name)
        if isinstance(there, Section):
            yield from _below(there, f"{path}{name}.")
        else:
            yield name, f"{path}{name}"


def _table(value: Value, path: str, section: Section, problems: Problems) -> Table:
    if isinstance(value, Table):
        return value
    if not (isinstance(value, Scalar) and value.value is None):
        hint = f"{path}: {{{section.__struct_fields__[0]}: …}}"
        problems.error(value.mark, "no-section", f"{path} is a section of settings, not {shown(value)}", hint)
    return Table(value.mark)


def _plain(value: Value, default: Any) -> Any:
    """Give a value as settings take it; texts, and what stands in lists of texts, as they are written."""
    if isinstance(value, Several):
        return [_plain(one, "" if isinstance(default, tuple) else None) for one in value]
    if isinstance(value, Table):
        return {one.key: _plain(one.value, None) for one in value}
    if isinstance(default, (str, tuple)):
        return "" if value.value is None else value.text
    return value.value


def _example(default: Any) -> str:
    if isinstance(default, tuple):
        return "a list: [one, two]"
    return f"for example {str(default).lower() if isinstance(default, bool) else default}" if default != "" else ""


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Give a tree with what another says put over it, section by section."""
    out = dict(under)
    for name, value in over.items():
        below = out.get(name)
        out[name] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return out
