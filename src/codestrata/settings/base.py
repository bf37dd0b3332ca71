"""What every settings section is: frozen, typed, closed to unknown keys, each setting documented.

Sections are read at the start of every process, so nothing is worked out before it is asked for: types when a value is
given, meanings when somebody wants to read them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self, dataclass_transform

from codestrata.errors import UnknownSetting
from codestrata.settings.kinds import checked


class Setting:
    """One setting of a section: its name, and its default. ``kind`` is its type, ``description`` what it means."""

    __slots__ = ("default", "name", "section")

    def __init__(self, section: type[Section], name: str, default: Any) -> None:
        self.section: Any = section
        self.name = name
        self.default = default

    @property
    def kind(self) -> Any:
        """Give the annotated type."""
        return _kinds(self.section)[self.name]

    @property
    def description(self) -> str:
        """Give the text below the setting in the source."""
        return _texts(self.section).get(self.name, "")


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Section:
    """A section of the settings tree: names with a type and a default, ``text`` below each saying what it means.

    Raises InvalidInput for a value that does not fit and UnknownSetting for a name that is none of the section's.
    """

    model_fields: ClassVar[Mapping[str, Setting]]

    def __init_subclass__(cls) -> None:
        """Note the settings; each has a default."""
        cls.model_fields = {name: Setting(cls, name, cls.__dict__[name]) for name in cls.__annotations__}

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(_filled(type(self), values, ""))

    @classmethod
    def model_validate(cls, values: Mapping[str, Any], path: str = "") -> Self:
        """Make the section from a tree of values; ``path`` is where it hangs, for messages: ``export.`` ."""
        made = cls.__new__(cls)
        made.__dict__.update(_filled(cls, values, path))
        return made

    def model_dump(self, *, mode: str = "python", exclude: Iterable[str] = ()) -> dict[str, Any]:
        """Give the tree of values; ``mode`` json has lists for tuples."""
        without = set(exclude)
        return {name: _plain(value, mode) for name, value in self.__dict__.items() if name not in without}

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """Give the section with other values."""
        return self.model_validate(self.__dict__ | dict(update))

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: settings do not change under whoever holds them."""
        raise AttributeError(f"settings are frozen: {name}")

    def __eq__(self, other: object) -> bool:
        """Compare with another section of the kind."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """Hash what is printed."""
        return hash(repr(self))

    def __repr__(self) -> str:
        """Print the section with all its values."""
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


def _filled(cls: type[Section], values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Give every setting's value: the default, or what is given, checked."""
    refuse_unknown(values, cls, path=path)
    filled = {name: setting.default for name, setting in cls.model_fields.items()}
    for name, value in values.items():
        default = filled[name]
        inner = type(default) if isinstance(default, Section) else None
        if inner is not None and isinstance(value, Mapping):
            filled[name] = inner.model_validate(value, f"{path}{name}.")
        else:
            filled[name] = checked(inner or cls.model_fields[name].kind, value, f"{path}{name}")
    return filled


def refuse_unknown(values: Mapping[str, Any], cls: type[Section], *, where: str = "settings", path: str = "") -> None:
    """Raise UnknownSetting for a name, here or below, that no section has; it tells the nearest one there is."""
    for key, value in values.items():
        setting = cls.model_fields.get(key)
        if setting is None:
            import difflib

            near = difflib.get_close_matches(key, cls.model_fields, n=1, cutoff=0.5)
            hint = f"did you mean {path}{near[0]}?" if near else f"known here: {', '.join(cls.model_fields)}"
            raise UnknownSetting(f"unknown setting {path}{key}", where=where, hint=hint)
        if isinstance(value, Mapping) and isinstance(setting.default, Section):
            refuse_unknown(value, type(setting.default), where=where, path=f"{path}{key}.")


def _plain(value: Any, mode: str) -> Any:
    if isinstance(value, Section):
        return value.model_dump(mode=mode)
    if isinstance(value, dict):
        return dict(value)
    return list(value) if mode == "json" and isinstance(value, tuple) else value


@cache
def _kinds(cls: Hashable) -> Mapping[str, Any]:
    from typing import get_type_hints

    return get_type_hints(cls, include_extras=True)


@cache
def _texts(cls: Hashable) -> Mapping[str, str]:
    """Read the text below each setting out of the source of its class."""
    return dict(_documented(cls))


def _documented(cls: Any) -> Iterator[tuple[str, str]]:
    import ast
    import inspect
    import itertools
    import textwrap

    (made,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    for one, below in itertools.pairwise(made.body if isinstance(made, ast.ClassDef) else []):
        match one, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
