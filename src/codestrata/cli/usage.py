"""The help: what a command takes, laid out for a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from codestrata.cli.parts import Argument, Command, Parameter

#: Longer lines are hard to read, however wide the terminal.
_WIDEST = 80
#: Characters of the left column, at most; what is longer has its text on the next line.
_LEFT = 30


def usage(command: Command, *, group: bool = False) -> str:
    """Give the one line that says how a command is called."""
    words = [_word(one) for one in command.arguments]
    return " ".join([f"Usage: {command.path} [OPTIONS]", *(["COMMAND [ARGS]..."] if group else words)])


def help_text(command: Command, commands: Sequence[tuple[str, str]] = ()) -> str:
    """Give the whole help of a command; ``commands`` are those below it, with what each is for."""
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    parts = [usage(command, group=bool(commands)), *_prose(command.text, width)]
    if command.arguments:
        rows = [(one.label, one.about.help + ("  [required]" if one.required else "")) for one in command.arguments]
        parts.append("Arguments:\n" + _columns(rows, width))
    options = list(dict.fromkeys(command.options.values()))
    rows = [(_names(one), one.about.help + _more(one)) for one in options]
    parts.append("Options:\n" + _columns([*rows, ("-h, --help", "Show this message and exit.")], width))
    if commands:
        parts.append("Commands:\n" + _columns(commands, width))
    return "\n\n".join([*parts, *_prose(command.epilog, width)]) + "\n"


def _word(one: Parameter) -> str:
    name = one.label if one.required else f"[{one.label}]"
    return f"{name}..." if one.many else name


def _names(one: Parameter) -> str:
    assert not isinstance(one.about, Argument)  # noqa: S101 -- it comes from the options
    short = sorted(one.about.names, key=len)
    return f"{', '.join(short)} {one.about.metavar}".rstrip()


def _more(one: Parameter) -> str:
    """Give where else a value may come from."""
    variable = "" if isinstance(one.about, Argument) else one.about.envvar
    told = [f"env var: {variable}"] if variable else []
    told += [f"default: {one.default}"] if one.default not in {None, False, ""} else []
    return f"  [{'; '.join(told)}]" if told else ""


def _prose(text: str, width: int) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        yield textwrap.fill(" ".join(paragraph.split()), width, initial_indent="  ", subsequent_indent="  ")


def _columns(rows: Iterable[tuple[str, str]], width: int) -> str:
    listed = list(rows)
    left = min(_LEFT, max(len(name) for name, _ in listed) + 4)
    lines = []
    for name, text in listed:
        head = f"  {name}".ljust(left)
        body = textwrap.wrap(text, max(20, width - left))
        if len(head) > left - 1 and head.strip() and len(f"  {name}") > left - 2:
            lines.append(head.rstrip())
            head = " " * left
        lines += [head + body[0], *(" " * left + one for one in body[1:])]
    return "\n".join(lines)
