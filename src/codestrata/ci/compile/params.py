"""Parameters: declared in the file, given when it starts, known by their types from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codestrata.ci.document import Mark, Problems
from codestrata.ci.document.core import meaning
from codestrata.ci.expressions import Type, written
from codestrata.ci.expressions.mistakes import meant
from codestrata.ci.expressions.types import ABSENT
from codestrata.ci.forms.given import Given

_TYPES = {"string": "str", "bool": "bool", "int": "int", "float": "float"}


@dataclass(slots=True)
class Params:
    """The parameters' types and values."""

    types: dict[str, Type] = field(default_factory=dict)
    values: dict[str, bool | int | float | str] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """Give the values as texts, as plans have them."""
        return {name: written(value) for name, value in self.values.items()}


def resolve(declared: Given, given: Mapping[str, str], problems: Problems, *, lenient: bool) -> Params:
    """Give every parameter its value; ``lenient``: one that has to be given but is not is only warned of."""
    found = Params()
    for name in given:
        if name not in declared:
            hint = meant(name, declared) or "none is declared under params"
            problems.error(declared.mark, "unknown-parameter", f'there is no parameter "{name}"', hint)
    for name, about in declared.items():
        kind = str(about.get("type") or _guessed(about))
        found.types[name] = Type(
            _TYPES[kind], choices=tuple(map(str, about.get("enum", ()))) if kind == "string" else ()
        )
        found.values[name] = _value(name, kind, about, given, problems, lenient=lenient)
    return found


def _guessed(about: Given) -> str:
    """Tell the type by the default."""
    value = meaning(str(about.get("default", "")))
    return {bool: "bool", int: "int", float: "float"}.get(type(value), "string") if "enum" not in about else "string"


def _value(
    name: str, kind: str, about: Given, given: Mapping[str, str], problems: Problems, *, lenient: bool
) -> bool | int | float | str:
    default = about.get("default")
    if default is not None:  # it has to fit even where another is given
        _typed(name, kind, str(default), about, about.at("default"), problems)
    if name in given:
        return _typed(name, kind, given[name], about, about.mark, problems)
    if default is not None and not about.get("required", False):
        return _typed(name, kind, str(default), about, about.at("default"), Problems())
    if about.get("required", default is None):
        tell = problems.warning if lenient else problems.error
        tell(about.mark, "parameter-missing", f'the parameter "{name}" has to be given', f"--param {name}=…")
    return str(about["enum"][0]) if about.get("enum") and kind == "string" else ABSENT[_TYPES[kind]]


def _typed(name: str, kind: str, text: str, about: Given, mark: Mark, problems: Problems) -> bool | int | float | str:
    value = text if kind == "string" else meaning(text.strip())
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if value is None or type(value).__name__ != _TYPES[kind]:
        problems.error(mark, "wrong-parameter", f'the parameter "{name}" is no {kind}: "{text[:60]}"')
        return ABSENT[_TYPES[kind]]
    if "enum" in about and text not in map(str, about["enum"]):
        hint = f"it is one of {', '.join(map(str, about['enum']))}"
        problems.error(mark, "wrong-parameter", f'the parameter "{name}" cannot be "{text[:60]}"', hint)
    return value
