"""What a command is made of: its parameters, read off the signature of its function, and how a call of it can end.

Declarations are plain data and nothing is worked out for a command that is not called: starting must cost little.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints


class Exit(Exception):
    """The command is over, with this exit code; whatever there was to say has been said."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Argument:
    """A word of the command line, by its place."""

    metavar: str
    help: str


class Option:
    """A word of the command line that is named; without a ``metavar`` it is a flag. The first name is the long one."""

    __slots__ = ("envvar", "help", "metavar", "names")

    def __init__(self, *names: str, help: str, metavar: str = "", envvar: str = "") -> None:  # noqa: A002 -- its word
        self.names = names
        self.help = help
        self.metavar = metavar
        self.envvar = envvar


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the name of the function's, its declaration, the type of one value, and the default.

    ``many``: it may be given several times, or takes all words that are left; then the value is a list.
    """

    name: str
    about: Argument | Option
    kind: type
    many: bool
    default: Any

    @property
    def required(self) -> bool:
        """Say whether a call without it is wrong."""
        return self.default is inspect.Parameter.empty

    @property
    def label(self) -> str:
        """Give what people call it."""
        return self.about.metavar if isinstance(self.about, Argument) else self.about.names[0]


@dataclass(frozen=True, slots=True)
class Command:
    """A function as a command, called ``path`` (``strata run``)."""

    path: str
    function: Callable[..., object]
    parameters: tuple[Parameter, ...]
    epilog: str = ""

    @classmethod
    def of(cls, path: str, function: Callable[..., object], epilog: str = "") -> Command:
        """Read a command off a function's annotations; what is not declared there is no parameter."""
        hints = get_type_hints(function, include_extras=True)
        signature = inspect.signature(function).parameters
        declared = [(name, hints[name]) for name in signature if hasattr(hints[name], "__metadata__")]
        parameters = tuple(_parameter(name, hint, signature[name].default) for name, hint in declared)
        return cls(path, function, parameters, epilog)

    @property
    def text(self) -> str:
        """Give what the function says of itself."""
        return inspect.getdoc(self.function) or ""

    @property
    def arguments(self) -> list[Parameter]:
        """List the parameters that go by their place."""
        return [one for one in self.parameters if isinstance(one.about, Argument)]

    @property
    def options(self) -> dict[str, Parameter]:
        """Give option name → parameter."""
        named = ((one, one.about) for one in self.parameters)
        return {name: one for one, about in named if isinstance(about, Option) for name in about.names}


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    (about,) = hint.__metadata__
    kind = next(one for one in (*_alternatives(hint.__origin__),) if one is not NoneType)
    many = get_origin(kind) is list
    return Parameter(name, about, get_args(kind)[0] if many else kind, many, default)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """Give the types of ``X | None``; any other type is its own only one."""
    return get_args(kind) if NoneType in get_args(kind) else (kind,)
