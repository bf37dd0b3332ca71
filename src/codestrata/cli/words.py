"""Reading the words of a command line into the values of a command's parameters."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from codestrata.cli.parts import Command, Option, Parameter
from codestrata.errors import InvalidInput

HELP = ("-h", "--help")


class WrongCall(Exception):
    """The words are none that the command takes; ``option`` is the one it does not know."""

    exit_code = InvalidInput.exit_code

    def __init__(self, command: Command, message: str, option: str = "") -> None:
        super().__init__(message)
        self.command = command
        self.option = option


class HelpWanted(Exception):
    """Somebody asks what a command is for."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.path)
        self.command = command


def read(
    command: Command, words: Sequence[str], environment: Mapping[str, str], *, first: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Give the parameters' values, and the words behind them; ``first``: options alone, up to the first other word.

    Raises WrongCall and HelpWanted.
    """
    given, left = _sorted_out(command, deque(words), first=first)
    if not first:
        _place(command, left, given)
        left = []
    values = {}
    for one in command.parameters:
        texts = given.get(one.name) or _from(environment, one)
        if texts:
            values[one.name] = _value(command, one, texts)
        elif one.required:
            raise WrongCall(command, f"Missing argument '{one.label}'.")
        else:
            values[one.name] = one.default
    return values, left


def _sorted_out(command: Command, words: deque[str], *, first: bool) -> tuple[dict[str, list[str]], list[str]]:
    """Take the options out of the words; options may stand between the others, and end at ``--``."""
    options = command.options
    given: dict[str, list[str]] = {}
    left: list[str] = []
    while words and not (first and left):
        word = words.popleft()
        if word == "--":
            break
        if word in HELP:
            raise HelpWanted(command)
        if not word.startswith("-") or word == "-":
            left.append(word)
            continue
        name, value = _parted(word)
        if name not in options:
            raise WrongCall(command, f"No such option: {name}{_near(name, options)}", name)
        given.setdefault(options[name].name, []).append(_given(command, options[name], name, value, words))
    return given, [*left, *words]


def _parted(word: str) -> tuple[str, str | None]:
    if word.startswith("--"):
        name, sign, value = word.partition("=")
        return name, value if sign else None
    return word[:2], word[2:] or None


def _given(command: Command, one: Parameter, name: str, value: str | None, words: deque[str]) -> str:
    """Give an option's value: what is attached, or the next word; a flag has none."""
    flag = isinstance(one.about, Option) and not one.about.metavar
    if flag and value is not None:
        raise WrongCall(command, f"Option '{name}' does not take a value.")
    if flag:
        return "true"
    if value is None and not words:
        raise WrongCall(command, f"Option '{name}' requires an argument.")
    return words.popleft() if value is None else value


def _near(name: str, options: Mapping[str, Parameter]) -> str:
    import difflib

    near = difflib.get_close_matches(name, options, cutoff=0.7)
    return f" (Possible options: {', '.join(sorted(near))})" if near else ""


def _place(command: Command, words: list[str], given: dict[str, list[str]]) -> None:
    """Give the words that are no options to the arguments, in order."""
    rest = deque(words)
    for one in command.arguments:
        if rest:
            given[one.name] = list(rest) if one.many else [rest.popleft()]
            if one.many:
                rest.clear()
    if rest:
        extra = "argument" if len(rest) == 1 else "arguments"
        raise WrongCall(command, f"Got unexpected extra {extra} ({' '.join(rest)})")


def _from(environment: Mapping[str, str], one: Parameter) -> list[str]:
    name = one.about.envvar if isinstance(one.about, Option) else ""
    return [environment[name]] if environment.get(name) else []


def _value(command: Command, one: Parameter, texts: Sequence[str]) -> Any:
    """Read texts as the type of a parameter; of an option given twice the last one counts."""
    try:
        return [_read(one.kind, text) for text in texts] if one.many else _read(one.kind, texts[-1])
    except ValueError as error:
        raise WrongCall(command, f"Invalid value for '{one.label}': {error}") from error


def _read(kind: type, text: str) -> Any:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"Input should be a valid integer, got {text!r}") from None
    if issubclass(kind, Enum):
        known = [str(one.value) for one in kind]
        if text not in known:
            raise ValueError(f"{text!r} is not one of {', '.join(map(repr, known))}")
    if kind is bool:
        return True
    return Path(text) if kind is Path else kind(text)
