"""The types a setting can have, and how a value given as text or as TOML becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from codestrata.errors import InvalidInput

#: Texts; ``"a, b"`` is taken for ("a", "b"), so that lists fit into one variable or flag.
Names = tuple[str, ...]

_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})


@dataclass(frozen=True, slots=True)
class Range:
    """The values a number may have: greater than ``gt``, at least ``ge``, at most ``le``."""

    gt: float | None = None
    ge: float | None = None
    le: float | None = None

    def check(self, value: float) -> None:
        """Raise ValueError, saying which bound is passed."""
        if self.gt is not None and not value > self.gt:
            raise ValueError(f"greater than {self.gt}")
        if self.ge is not None and not value >= self.ge:
            raise ValueError(f"greater than or equal to {self.ge}")
        if self.le is not None and not value <= self.le:
            raise ValueError(f"less than or equal to {self.le}")


def checked(kind: Any, value: Any, name: str) -> Any:
    """Give a value as the type of its setting. Raises InvalidInput, naming the setting, when it does not fit."""
    try:
        return _taken(kind, value)
    except ValueError as error:
        raise InvalidInput(f"Input should be {error}, got {value!r}", where=f"setting {name}") from error


def _taken(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *bounds = get_args(kind)
        taken = _taken(inner, value)
        for bound in bounds:
            bound.check(taken)
        return taken
    if origin is Literal:
        return _one_of(get_args(kind), value)
    if origin is None and isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    read: Callable[[Any], Any] = _READERS.get(origin or kind, _section)
    return read(value)


def _one_of(choices: tuple[Any, ...], value: Any) -> Any:
    if value in choices:
        return value
    *most, last = map(repr, choices)
    return _refused(f"{', '.join(most)} or {last}" if most else last)


def _integer(value: Any) -> int:
    if isinstance(value, str) or (isinstance(value, float) and value.is_integer()):
        try:
            return int(value)
        except ValueError:
            pass
    return int(_refused("a valid integer"))


def _number(value: Any) -> float:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            found = float(value)
        except ValueError:
            return float(_refused("a valid number"))
        if found == found and abs(found) != float("inf"):  # noqa: PLR0124 -- what is not a number differs from itself
            return found
    return float(_refused("a valid number"))


def _truth(value: Any) -> bool:
    told = str(value).lower() if isinstance(value, bool | int | str) else ""
    if told in _TRUE | _FALSE:
        return told in _TRUE
    return bool(_refused("a valid boolean"))


def _names(value: Any) -> Names:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return tuple(_refused("a list of texts"))


def _pairs(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping) and all(isinstance(one, str) for pair in value.items() for one in pair):
        return dict(value)
    return dict(_refused("a table of texts"))


def _text(_: Any) -> str:
    return str(_refused("a valid string"))


def _section(_: Any) -> object:
    return _refused("a section")


def _refused(expected: str) -> Any:
    raise ValueError(expected)


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    int: _integer,
    float: _number,
    bool: _truth,
    str: _text,
    tuple: _names,
    dict: _pairs,
}
