"""``strata ci convert``: another system's pipeline file as one of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note
from codestrata.errors import EXIT_PARTIAL, InvalidInput

Kind = Literal["auto", "stages", "woodpecker", "github", "gitlab"]


def convert(
    file: Annotated[Path, Argument(metavar="FILE", help="A pipeline file of another system.")],
    kind: Annotated[Kind, Option("--from", metavar="KIND", help="Whose it is: auto looks at what is in it.")] = "auto",
    out: Annotated[Path | None, Option("--out", "-o", metavar="FILE", help="Where to write it, not stdout.")] = None,
    json: AsJson = False,
) -> None:
    """Turn another system's pipeline file into one of ours."""
    from codestrata.ci.convert import convert as convert_text

    made = convert_text(read_text(file), where=str(file), kind=kind)
    if out:
        out.write_text(made.text, "utf-8")
    if json:
        told = [{"line": loss.line, "what": loss.what, "why": loss.why} for loss in made.losses]
        as_json({"kind": made.kind, "jobs": made.jobs, "left_out": told, "text": made.text})
    else:
        line(f"{many(made.jobs, 'job')} from {file} ({made.kind}): {out}" if out else made.text.rstrip("\n"))
        for loss in made.losses:
            note(f"not taken over: {file}:{loss}")
    if made.losses:
        raise SystemExit(EXIT_PARTIAL)


def read_text(file: Path) -> str:
    """Read a file of the user's. Raises InvalidInput where it is none, or no text."""
    if not file.is_file():
        raise InvalidInput("no such file", where=str(file))
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("it is no UTF-8 text", where=str(file)) from error
