"""The application: global options, the table of commands, and how errors leave the process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

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
    retry,
    show,
    status,
)
from codestrata.cli import filter as filter_
from codestrata.cli import run as run_
from codestrata.cli.context import Context, parse_flags
from codestrata.cli.say import error_line
from codestrata.errors import EXIT_INTERRUPTED, StrataError

app = typer.Typer(
    name="strata",
    help="Git repositories in; a database of what their code knows, and training-grade datasets, out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: Command name → function, in the order the help shows them.
COMMANDS = {
    "run": run_.run,
    "discover": discover.discover,
    "ingest": ingest.ingest,
    "analyze": analyze.analyze,
    "export": export.export,
    "status": status.status,
    "show": show.show,
    "lineage": lineage.lineage,
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


@app.callback()
def options(
    ctx: typer.Context,
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", envvar="STRATA_WORKSPACE", help="The workspace folder.")
    ] = Path(".codestrata"),
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A TOML settings file; strata.toml is read when it is there.")
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="One setting, e.g. export.dedup.threshold=0.8."),
    ] = None,
    log: Annotated[str, typer.Option(help="How progress is told: auto, bars, json or none.")] = "auto",
) -> None:
    """Take what all commands share; settings are defaults < file < STRATA_… < flags."""
    ctx.obj = Context(workspace, settings, parse_flags(assign or []), log, dict(os.environ))


def run() -> None:
    """Run the command line; every error is one line on stderr and an exit code."""
    try:
        app(standalone_mode=False)
    except StrataError as error:
        error_line(str(error))
        sys.exit(error.exit_code)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        error_line("interrupted; run the same command again to go on")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        _usage(error)
        raise


def _usage(error: Exception) -> None:
    """Show a wrong call the way the option parser does, and leave."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        sys.exit(2)
    if not os.environ.get("STRATA_DEBUG"):
        error_line(f"{type(error).__name__}: {error} (this is a bug: run again with STRATA_DEBUG=1 and report it)")
        sys.exit(1)
