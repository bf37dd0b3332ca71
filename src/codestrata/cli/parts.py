"""What a command takes, declared in the signature of its function, and the standard library's parser filled from it.

Nothing is worked out for a command that is not called: starting must cost little.
"""

from __future__ import annotations

import inspect
import os
from argparse import ArgumentParser, HelpFormatter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from types import NoneType
from typing import Any, Literal, NoReturn, get_args, get_origin, get_type_hints

from codestrata.errors import InvalidInput

#: Characters of the help's left column, at most; what is longer has its text on the next line.
_LEFT = 30


@dataclass(frozen=True, slots=True)
class Argument:
    """A word of the command line, by its place."""

    metavar: str
    help: str


class Option:
    """A word of the command line that is named; without a ``metavar`` it is a flag. The first name is the long one.

    ``alone``: what is meant by the name without a word behind it, where that may be.
    """

    __slots__ = ("alone", "envvar", "help", "metavar", "names")

    def __init__(
        self,
        *names: str,
        help: str,  # noqa: A002 -- its word
        metavar: str = "",
        envvar: str = "",
        alone: str | None = None,
    ) -> None:
        self.names = names
        self.help = help
        self.metavar = metavar
        self.envvar = envvar
        self.alone = alone


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the name of the function's, its declaration, the type of one value, and the default.

    ``many``: it may be given several times, or takes all words that are left; then the value is a list.
    """

    name: str
    about: Argument | Option
    kind: Any
    many: bool
    default: Any

    @property
    def required(self) -> bool:
        """Say whether a call without it is wrong."""
        return self.default is inspect.Parameter.empty

    @property
    def names(self) -> tuple[str, ...]:
        """Give what people call it."""
        return self.about.names if isinstance(self.about, Option) else (self.about.metavar,)

    def add_to(self, parser: ArgumentParser) -> None:
        """Tell a parser of it."""
        told: dict[str, Any] = {"default": None if self.required else self.default, "help": self._help()}
        if self.about.metavar:
            choices = get_args(self.kind) if get_origin(self.kind) is Literal else None
            told |= {"metavar": self.about.metavar, "choices": choices, "type": str if choices else self.kind}
        if isinstance(self.about, Argument):
            nargs = "*" if self.many else None if self.required else "?"
            parser.add_argument(self.name, nargs=nargs, **told)
            return
        if os.environ.get(self.about.envvar):
            told["default"] = os.environ[self.about.envvar]
        if self.about.alone is not None:
            told |= {"nargs": "?", "const": self.about.alone}
        told["action"] = "append" if self.many else "store" if self.about.metavar else "store_true"
        parser.add_argument(*sorted(self.about.names, key=len), dest=self.name, **told)

    def _help(self) -> str:
        variable = self.about.envvar if isinstance(self.about, Option) else ""
        more = [f"env var: {variable}"] if variable else []
        more += [f"default: {self.default}"] if self.default and not self.required else []
        return (self.about.help + (f" [{'; '.join(more)}]" if more else "")).replace("%", "%%")


class Parser(ArgumentParser):
    """The parser of one command; a wrong call is InvalidInput."""

    def __init__(self, path: str, function: Callable[..., object], **more: Any) -> None:
        layout = partial(more.pop("layout", HelpFormatter), max_help_position=_LEFT)
        text = inspect.getdoc(function)
        super().__init__(prog=path, description=text, allow_abbrev=False, formatter_class=layout, **more)
        self.function = function
        self.parameters = tuple(_declared(function))
        for one in self.parameters:
            one.add_to(self)

    def read(self, words: Sequence[str], elsewhere: Mapping[str, str]) -> dict[str, Any]:
        """Give the parameters' values; ``elsewhere`` says of options of others where they stand."""
        self.refuse_unknown(words, elsewhere)
        forgetful = "--" in words  # mixed with options, older Pythons take words behind it for options
        return vars(self.parse_args(words) if forgetful else self.parse_intermixed_args(words))

    def refuse_unknown(self, words: Iterable[str], elsewhere: Mapping[str, str] = {}) -> None:
        """Refuse an option that is none of the command's, before anything else is said about the call."""
        known = {name for one in self.parameters for name in one.names}
        for word in takewhile("--".__ne__, words):
            name = word.partition("=")[0] if word.startswith("--") else word[:2]
            if name.startswith("-") and name not in {"-", "-h", "--help"} | known:
                self.error(f"no such option {name}", elsewhere.get(name) or near(name, known))

    def error(self, message: str, hint: str = "") -> NoReturn:
        """Refuse the call."""
        raise InvalidInput(message, where=self.prog, hint=hint or f"{self.prog} -h shows how it is called")


def near(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of what is known was meant, if there is one."""
    import difflib

    found = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {found[0]}?" if found else ""


def _declared(function: Callable[..., object]) -> Iterator[Parameter]:
    """Read the parameters off a function's annotations; what is not declared there is none."""
    hints = get_type_hints(function, include_extras=True)
    for name, about in inspect.signature(function).parameters.items():
        if hasattr(hints[name], "__metadata__"):
            yield _parameter(name, hints[name], about.default)


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    (about,) = hint.__metadata__
    inner = hint.__origin__
    kind = next(one for one in get_args(inner) if one is not NoneType) if NoneType in get_args(inner) else inner
    many = get_origin(kind) is list
    return Parameter(name, about, get_args(kind)[0] if many else kind, many, default)
