"""What the commands of pipelines share: arguments, and reading the file with its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, note
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.ci.plan import Plan
    from codestrata.workspace.fleet import FleetReport
    from codestrata.workspace.pipelines import Pipelines

File = Annotated[Path, Argument(metavar="PIPELINE", help="A pipeline file (docs/pipelines.md).")]
Params = Annotated[
    list[str] | None, Option("--param", "-p", metavar="NAME=VALUE", help="A parameter of the pipeline (repeatable).")
]
Runner = Annotated[
    str | None, Option("--runner", metavar="NAME", help="auto, local, docker or kubernetes, where jobs name none.")
]
Again = Annotated[bool, Option("--again", help="Run also what has a result already.")]


def compiled(file: Path, params: Sequence[str] | None) -> Plan:
    """Compile a pipeline file; what is not wrong but odd is told beside the result."""
    from codestrata.ci.compile import load

    try:
        made = load(file, values_of(params))
    except InvalidInput as error:
        if whose := _whose(file):
            raise InvalidInput(
                f"this is a file of {whose}, not a pipeline", where=str(file), hint=converted(file)
            ) from error
        raise
    for problem in made.problems:
        note(str(problem))
    if hint := elsewhere(file):
        note(f"{file}: {hint}")
    assert made.plan is not None  # noqa: S101 -- load raises where there is none
    return made.plan


def converted(file: Path) -> str:
    """Say what makes a pipeline of another system's file."""
    return f"strata ci convert {file} makes one of it"


def elsewhere(file: Path) -> str:
    """Say of a sound pipeline that it lies where another system has its files; "" for any other place."""
    from codestrata.ci.convert.detect import by_place

    whose = by_place(str(file.resolve()))
    return f"this is the place of files of {whose}, and it is read as a pipeline: {converted(file)}" if whose else ""


def _whose(file: Path) -> str:
    """Name the system whose file it surely is; "" for ours, and for what cannot be read."""
    from codestrata.ci.convert.detect import foreign

    return foreign(file.read_text("utf-8", "replace"), str(file)) if file.is_file() else ""


def values_of(params: Sequence[str] | None) -> dict[str, str]:
    """Read the parameters that a call gives."""
    return dict(_pair(text) for text in params or ())


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise InvalidInput(f"expected NAME=VALUE, got {text!r}", where="--param")
    return name.strip(), value


@contextmanager
def shown(pipelines: Pipelines, tell: Callable[[FleetReport], None], *, json: bool) -> Iterator[None]:
    """Print what a run over repositories came to, also when it is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        _print(pipelines, tell, json=json)
        raise
    _print(pipelines, tell, json=json)


def _print(pipelines: Pipelines, tell: Callable[[FleetReport], None], *, json: bool) -> None:
    report = pipelines.report
    if report is None or not report.rows:
        return
    if json:
        as_json(report.as_dict())
    else:
        tell(report)


def stamp(again: bool) -> str:
    """Give what tells one deliberate repetition from another: the time."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="microseconds") if again else ""
