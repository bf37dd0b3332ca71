"""The application: global options, the table of commands, and how errors leave the process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from codestrata.cli import (
    analyze,
    clone,
    collect,
    config,
    discover,
    doctor,
    export,
    full,
    ingest,
    lineage,
    report,
    retry,
    show,
    status,
)
from codestrata.cli import filter as filter_
from codestrata.cli import run as run_
from codestrata.cli.context import Context, parse_flags
from codestrata.cli.say import ReaderGone, error_line
from codestrata.errors import EXIT_INTERRUPTED, EXIT_OK, InvalidInput, StorageError, StrataError

app = typer.Typer(
    name="strata",
    help="Git repositories in; a database of what their code knows, and training-grade datasets, out.",
    epilog="Exit codes: 0 everything, 2 bad input or setting, 3 done in part, 4 nothing could be done, "
    "5 workspace in use, 6 storage failed, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: Command name → function, in the order the help shows them.
COMMANDS: dict[str, Callable[..., None]] = {
    "run": run_.run,
    "discover": discover.discover,
    "ingest": ingest.ingest,
    "analyze": analyze.analyze,
    "export": export.export,
    "status": status.status,
    "show": show.show,
    "lineage": lineage.lineage,
    "report": report.report,
    "retry": retry.retry,
    "filter": filter_.filter_,
    "clone": clone.clone,
    "collect": collect.collect,
    "full": full.full,
    "config": config.config,
    "doctor": doctor.doctor,
}
for _name, _function in COMMANDS.items():
    app.command(_name)(_function)

#: The options that stand before the command.
GLOBAL = {"-w": "-w FOLDER", "--workspace": "--workspace FOLDER", "--settings": "--settings FILE"}
GLOBAL |= {"--set": "--set KEY=VALUE", "--log": "--log KIND"}


@app.callback()
def options(
    ctx: typer.Context,
    workspace: Annotated[
        Path,
        typer.Option("--workspace", "-w", metavar="FOLDER", envvar="STRATA_WORKSPACE", help="The workspace folder."),
    ] = Path(".codestrata"),
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="A TOML file; strata.toml is read when it is there."),
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="One setting, e.g. export.dedup.threshold=0.8 (repeatable)."),
    ] = None,
    log: Annotated[
        str, typer.Option("--log", metavar="KIND", help="How progress is told: auto, bars, json or none.")
    ] = "auto",
) -> None:
    """Take what all commands share; settings are defaults < file < STRATA_… < flags."""
    ctx.obj = Context(workspace, settings, parse_flags(assign or []), log, dict(os.environ), ctx)


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
        code = app(arguments, prog_name="strata", standalone_mode=False) or EXIT_OK
    except StrataError as error:
        error_line(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
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
    if code == EXIT_INTERRUPTED:  # the option parser may turn the exception into this code by itself
        error_line("interrupted; nothing that was finished is lost: run the same command again to go on")
    return code


def _storage(error: OSError) -> StorageError:
    """Say what the system refused, and where."""
    hint = "look at its permissions and the free space, then run again: it goes on from here"
    return StorageError(error.strerror or str(error), where=str(error.filename or ""), hint=hint)


def _unforeseen(error: Exception) -> int:
    """Show a wrong call the way the option parser does; anything else is a defect, told in one line."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        option = getattr(error, "option_name", "")
        if option in GLOBAL:
            sys.stderr.write(f"It stands before the command: strata {GLOBAL[option]} COMMAND …\n")
        return InvalidInput.exit_code
    if os.environ.get("STRATA_DEBUG"):
        raise error
    error_line(f"{type(error).__name__}: {error} (this is a defect: run again with STRATA_DEBUG=1 and report it)")
    return 1


def _hang_up() -> None:
    """Send what is still to be written nowhere: its reader is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
