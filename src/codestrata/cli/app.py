"""The application: global options, the table of commands, and how errors leave the process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

from codestrata.cli.context import Context, parse_flags
from codestrata.cli.parts import Command, Exit, Option
from codestrata.cli.say import ReaderGone, error_line, line
from codestrata.cli.usage import help_text, usage
from codestrata.cli.words import HelpWanted, WrongCall, read
from codestrata.errors import EXIT_INTERRUPTED, EXIT_OK, InvalidInput, StorageError, StrataError

#: Every command, in the order the help shows them; each is the function of its name in the file of its name.
COMMANDS = (
    "run", "discover", "ingest", "analyze", "export", "status", "show", "lineage", "report", "retry", "filter", "clone",
    "collect", "full", "config", "doctor",
)  # fmt: skip
EPILOG = (
    "Exit codes: 0 everything, 2 bad input or setting, 3 done in part, 4 nothing could be done, "
    "5 workspace in use, 6 storage failed, 130 interrupted."
)
#: The options that stand before the command.
GLOBAL = {"-w": "-w FOLDER", "--workspace": "--workspace FOLDER", "--settings": "--settings FILE"}
GLOBAL |= {"--set": "--set KEY=VALUE", "--log": "--log KIND"}


def options(
    workspace: Annotated[
        Path, Option("--workspace", "-w", metavar="FOLDER", envvar="STRATA_WORKSPACE", help="The workspace folder.")
    ] = Path(".codestrata"),
    settings: Annotated[
        Path | None, Option("--settings", metavar="FILE", help="A TOML file; strata.toml is read when it is there.")
    ] = None,
    assign: Annotated[
        list[str] | None,
        Option("--set", metavar="KEY=VALUE", help="One setting, e.g. export.dedup.threshold=0.8 (repeatable)."),
    ] = None,
    log: Annotated[
        str, Option("--log", metavar="KIND", help="How progress is told: auto, bars, json or none.")
    ] = "auto",
    show_completion: Annotated[
        bool, Option("--show-completion", help="Print a script for bash that completes commands and options.")
    ] = False,
) -> Context:
    """Git repositories in; a database of what their code knows, and training-grade datasets, out."""
    if show_completion:
        from codestrata.cli.completion import script

        line(script(strata(), map(command, COMMANDS)).rstrip())
        raise Exit(EXIT_OK)
    return Context(workspace, settings, parse_flags(assign or []), log, dict(os.environ), ExitStack())


def strata() -> Command:
    """Give what stands before every command; settings are defaults < file < STRATA_… < flags."""
    return Command.of("strata", options, EPILOG)


def command(name: str) -> Command:
    """Load one command."""
    module = import_module(f"codestrata.cli.{name}")
    return Command.of(f"strata {name}", getattr(module, name, None) or getattr(module, f"{name}_"))


def obey(words: Sequence[str]) -> int:
    """Do what the words ask for, or say how to ask; gives the exit code."""
    try:
        if not words:
            sys.stderr.write(_help(strata()))
            return InvalidInput.exit_code
        _dispatch(words)
    except Exit as end:
        return end.code
    except HelpWanted as wanted:
        line(_help(wanted.command).rstrip())
    except WrongCall as wrong:
        return _tell(wrong)
    return EXIT_OK


def _dispatch(words: Sequence[str]) -> None:
    whole = strata()
    given, rest = read(whole, words, os.environ, first=True)
    context = options(**given)
    if not rest:
        raise WrongCall(whole, "Missing command.")
    if rest[0] not in COMMANDS:
        raise WrongCall(whole, f"No such command '{rest[0]}'.")
    chosen = command(rest[0])
    values, _ = read(chosen, rest[1:], os.environ)
    takes = "ctx" in chosen.function.__annotations__
    with context.closing:
        chosen.function(**({"ctx": context} if takes else {}), **values)


def run() -> NoReturn:
    """Run the command line; every error is one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):  # a path may hold bytes that no encoding has
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both mean: stop, and leave everything in order
    code = call()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _hang_up()
    sys.exit(code)


def call(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (this process's own unless told) and give its exit code; errors are told, never raised."""
    try:
        code = obey(sys.argv[1:] if arguments is None else arguments)
    except StrataError as error:
        error_line(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except ReaderGone:
        _hang_up()
        return EXIT_OK
    except OSError as error:
        if os.environ.get("STRATA_DEBUG"):
            raise
        error_line(str(_storage(error)))
        return StorageError.exit_code
    except Exception as error:  # noqa: BLE001 -- the last door: a defect leaves in one line, too
        return _unforeseen(error)
    if code == EXIT_INTERRUPTED:
        error_line("interrupted; nothing that was finished is lost: run the same command again to go on")
    return code


def _storage(error: OSError) -> StorageError:
    """Say what the system refused, and where."""
    hint = "look at its permissions and the free space, then run again: it goes on from here"
    return StorageError(error.strerror or str(error), where=str(error.filename or ""), hint=hint)


def _help(wanted: Command) -> str:
    if wanted.function is not options:
        return help_text(wanted)
    return help_text(wanted, [(name, command(name).text.partition("\n")[0]) for name in COMMANDS])


def _tell(wrong: WrongCall) -> int:
    """Say what is wrong with a call, and how the command is called."""
    path = wrong.command.path
    sys.stderr.write(f"{usage(wrong.command, group=path == 'strata')}\nTry '{path} -h' for help.\n\nError: {wrong}\n")
    if wrong.option in GLOBAL:
        sys.stderr.write(f"It stands before the command: strata {GLOBAL[wrong.option]} COMMAND …\n")
    return wrong.exit_code


def _unforeseen(error: Exception) -> int:
    """Tell a defect in one line."""
    if os.environ.get("STRATA_DEBUG"):
        raise error
    error_line(f"{type(error).__name__}: {error} (this is a defect: run again with STRATA_DEBUG=1 and report it)")
    return 1


def _hang_up() -> None:
    """Send what is still to be written nowhere: its reader is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
