"""The application: global options, the table of commands, and how errors leave the process."""

from __future__ import annotations

import os
import signal
import sys
from argparse import REMAINDER, SUPPRESS, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

from codestrata.cli.context import Context, parse_flags
from codestrata.cli.parts import Option, Parser, near
from codestrata.cli.say import ReaderGone, error_line, line, structured
from codestrata.errors import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_TERMINATED,
    InvalidInput,
    StorageError,
    StrataError,
    Terminated,
)
from codestrata.version import SOFTWARE

#: Every command with what it is for, in the order the help shows them; each is the function of its name in the file of
#: its name, and the text is that function's first sentence: the help has it without loading them all.
COMMANDS = {
    "run": "From a list of repositories to a dataset: the whole way.",
    "discover": "Read a list of repositories into the workspace.",
    "ingest": "Fetch the selected repositories: bare, hardened, limited.",
    "analyze": "Analyse what is new: blobs, paths, syntax, patterns.",
    "export": "Decide what stays and write the dataset.",
    "dataset": "Plan, build, explain, compare and amend datasets, by recipe.",
    "status": "Say where every repository of the last run stands.",
    "show": "Show one repository, and what became of its files.",
    "decisions": "List what a repository decided, and why, in its own words.",
    "lineage": "Trace one row back to the list, and verify its bytes.",
    "patterns": "List patterns of the code, each with its evidence and where it is.",
    "context": "Show what surrounds a place: its file, its module or its system.",
    "similar": "Find code like a pattern's, in every repository of the last run.",
    "clusters": "List code that is alike in several places, the most spread first.",
    "rules": "Show the rules by which patterns are found, and try them.",
    "report": "Print what a run cost, stage by stage.",
    "retry": "Put the tasks that gave up back into the queue.",
    "filter": "Keep the names of what has a manifest and a lock file.",
    "clone": "Clone shallow and bare, in parallel.",
    "collect": "Write every text file as one JSON object per line.",
    "outputs": "Run tools on repositories, in a sandbox, and write what they say.",
    "full": "Filter, clone, run tools and collect in a folder with input.csv.",
    "ci": "Run tools, builds and tests on repositories, in a sandbox.",
    "config": "Show every setting in force, with its meaning.",
    "doctor": "Say what this machine can do, and what to install for the rest.",
}
#: Commands whose file cannot have their name.
_FILES = {"context": "surroundings"}
EPILOG = """
exit codes: 0 everything, 2 bad input or setting, 3 done in part,
4 nothing could be done, 5 workspace in use, 6 storage failed,
130 interrupted, 143 terminated
"""


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
    version: Annotated[bool, Option("--version", help="Print the version.")] = False,
) -> Context:
    """Git repositories in; a database of what their code knows, and datasets, out."""
    if version:
        line(f"strata {SOFTWARE}")
        raise SystemExit(EXIT_OK)
    structured(on=log == "json")
    return Context(workspace, settings, parse_flags(assign or []), log, dict(os.environ), ExitStack())


def strata() -> Parser:
    """Give the parser of what stands before every command; settings are defaults < file < STRATA_… < flags."""
    listed = "".join(f"\n  {name:<10}{about}" for name, about in COMMANDS.items())
    below = {"usage": "strata [OPTIONS] COMMAND ...", "epilog": f"commands:{listed}\n{EPILOG}"}
    whole = Parser("strata", options, layout=RawDescriptionHelpFormatter, **below)
    whole.add_argument("words", nargs=REMAINDER, help=SUPPRESS)
    return whole


def parser(name: str) -> Parser:
    """Load one command (``run``, ``ci validate``) and give its parser."""
    module = import_module(f"codestrata.cli.{_FILES.get(name, name).replace(' ', '.').replace('-', '_')}")
    last = name.rsplit(maxsplit=1)[-1].replace("-", "_")
    return Parser(f"strata {name}", getattr(module, last, None) or getattr(module, f"{last}_"))


def group(name: str) -> dict[str, str]:
    """Give the commands below a command, with what each is for; none where it is one itself."""
    return dict(getattr(import_module(f"codestrata.cli.{_FILES.get(name, name)}"), "COMMANDS", {}))


def obey(words: Sequence[str]) -> int:
    """Do what the words ask for, or say how to ask; gives the exit code."""
    try:
        if not words:
            strata().print_help(sys.stderr)
            return InvalidInput.exit_code
        _dispatch(words)
    except SystemExit as end:
        return int(end.code or EXIT_OK)
    return EXIT_OK


def _dispatch(words: Sequence[str]) -> None:
    whole = strata()
    given, stray = whole.parse_known_args(words)
    whole.refuse_unknown(stray)
    values = vars(given)
    name, *rest = values.pop("words") or [""]
    context = options(**values)
    if name not in COMMANDS:
        whole.error(f"no such command {name!r}" if name else "a command is missing", near(name, COMMANDS))
    if below := group(name):
        name, rest = _below(name, below, rest)
    chosen = parser(name)
    given_there = chosen.read(rest, _global(whole))
    if "ctx" in chosen.function.__annotations__:
        given_there["ctx"] = context
    with context.closing:
        chosen.function(**given_there)


def _below(name: str, known: Mapping[str, str], words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Give the name of a command below another, and the words for it. Shows what there is, where that is asked."""
    width = max(map(len, known)) + 2
    listed = "".join(f"\n  {one:<{width}}{about}" for one, about in known.items())
    told = {"usage": f"strata {name} COMMAND ...", "epilog": f"commands:{listed}"}
    above = Parser(f"strata {name}", lambda: None, layout=RawDescriptionHelpFormatter, **told)
    if not words or words[0] in {"-h", "--help"}:
        above.print_help(sys.stdout if words else sys.stderr)
        raise SystemExit(EXIT_OK if words else InvalidInput.exit_code)
    if words[0] not in known:
        above.error(f"no such command {words[0]!r}", near(words[0], known))
    return f"{name} {words[0]}", words[1:]


def _global(whole: Parser) -> dict[str, str]:
    """Say of each option with a value where it stands: before the command."""
    named = [(name, one.about.metavar) for one in whole.parameters for name in one.names if one.about.metavar]
    return {name: f"it stands before the command: strata {name} {value} COMMAND" for name, value in named}


def run() -> NoReturn:
    """Run the command line; every error is one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):  # a path may hold bytes that no encoding has
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _terminate)  # as an interrupt does: stop, and leave everything in order
    code = call()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _hang_up()
    sys.exit(code)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def call(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (this process's own unless told) and give its exit code; errors are told, never raised."""
    try:
        code = obey(sys.argv[1:] if arguments is None else arguments)
    except StrataError as error:
        error_line(str(error))
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        code = EXIT_TERMINATED if isinstance(interrupt, Terminated) else EXIT_INTERRUPTED
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
    if code in {EXIT_INTERRUPTED, EXIT_TERMINATED}:
        error_line("interrupted; nothing that was finished is lost: run the same command again to go on")
    return code


def _storage(error: OSError) -> StorageError:
    """Say what the system refused, and where."""
    hint = "look at its permissions and the free space, then run again: it goes on from here"
    return StorageError(error.strerror or str(error), where=str(error.filename or ""), hint=hint)


def _unforeseen(error: Exception) -> int:
    """Tell a defect in one line."""
    if os.environ.get("STRATA_DEBUG"):
        raise error
    error_line(f"{type(error).__name__}: {error} (this is a defect: run again with STRATA_DEBUG=1 and report it)")
    return 1


def _hang_up() -> None:
    """Send what is still to be written nowhere: its reader is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
