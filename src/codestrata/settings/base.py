"""What every settings section is: frozen, typed, closed to unknown keys, each setting documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Annotated, Any, Literal, Self, dataclass_transform, get_args, get_origin, get_type_hints

import msgspec

from codestrata.errors import InvalidInput, UnknownSetting

#: Texts; ``"a, b"`` is taken for ("a", "b"), so that lists fit into one variable or flag.
Names = tuple[str, ...]

#: A time, in seconds: finite.
Seconds = Annotated[float, msgspec.Meta(ge=0, le=10**9)]

#: What people write for yes and no, besides what the library reads: true, false, 1, 0.
_TRUTHS = {"yes": True, "y": True, "t": True, "on": True, "no": False, "n": False, "f": False, "off": False}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of the settings tree: names with a type and a default, a text below each saying what it means."""

    @classmethod
    def model_validate(cls, values: Mapping[str, Any], where: str = "settings") -> Self:
        """Make the section from a tree of values, which come from ``where``.

        Raises InvalidInput for a value that does not fit and UnknownSetting for a name that is none of the section's.
        """
        given = dict(_spelled(cls(), values, where))
        try:
            return msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError as error:
            raise _refused(cls, given, str(error)) from error

    def model_dump(self, *, exclude: Iterable[str] = ()) -> dict[str, Any]:
        """Give the tree of values as JSON has it."""
        without = set(exclude)
        tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return {name: value for name, value in tree.items() if name not in without}

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """Give the section with other values."""
        return self.model_validate(self.model_dump() | dict(update))


def _spelled(section: Section, values: Mapping[str, Any], where: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give names and values, with what people write for lists and truths read."""
    for name, value in values.items():
        if name not in section.__struct_fields__:
            raise _unknown(section, name, where, path)
        match getattr(section, name), value:
            case Section() as inner, Mapping():
                yield name, dict(_spelled(inner, value, where, f"{path}{name}."))
            case bool(), str():
                yield name, _TRUTHS.get(value.lower(), value)
            case tuple(), str():
                yield name, [part.strip() for part in value.split(",") if part.strip()]
            case _:
                yield name, value


def _unknown(section: Section, name: str, where: str, path: str) -> UnknownSetting:
    import difflib

    known = section.__struct_fields__
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {path}{near[0]}?" if near else f"known here: {', '.join(known)}"
    return UnknownSetting(f"unknown setting {path}{name}", where=where, hint=hint)


def _refused(cls: type[Section], given: Mapping[str, Any], said: str) -> InvalidInput:
    """Say which setting cannot have which value, and what may be meant.

    The library's message tells the place: ``at `$.engine.workers` ``.
    """
    import difflib

    names = re.findall(r"\$\.([\w.]+)", said)[0].split(".")
    value = reduce(lambda tree, name: tree[name], names, given)
    kind = reduce(lambda above, name: get_type_hints(above)[name], names, cls)
    each = get_args(kind)[0] if get_origin(kind) is tuple else kind
    choices = " or ".join(map(repr, get_args(each))) if get_origin(each) is Literal else ""
    expected = f"Expected {choices}" if choices else re.split(", got| - at", said)[0].replace("`", "")
    near = difflib.get_close_matches(str(value), [str(one) for one in get_args(each)], n=1) if choices else []
    hint = f"did you mean {near[0]}?" if near else ""
    return InvalidInput(f"{expected}, got {value!r}", where=f"setting {'.'.join(names)}", hint=hint)


def meanings(cls: type[Section]) -> Mapping[str, str]:
    """Give what each setting of a section means: the text below it in the source of its class."""
    return dict(_documented(cls))


def _documented(cls: type[Section]) -> Iterator[tuple[str, str]]:
    import ast
    import inspect
    import itertools
    import textwrap

    (made,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    for one, below in itertools.pairwise(made.body if isinstance(made, ast.ClassDef) else []):
        match one, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
