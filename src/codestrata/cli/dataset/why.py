"""``strata dataset why``: the whole life of a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, cell, facts, line, plain, styled, table
from codestrata.errors import EXIT_PARTIAL
from codestrata.model.tokens import head

if TYPE_CHECKING:
    from codestrata.export.stage import Life

_SIGNS = {"passed": "✓", "failed": "✗", "off": "-", "not asked": "·"}
#: Characters that a gate's sign, name and threshold want beside its value.
_BESIDE = 56
_COLOURS = {"✓": "32", "✗": "1;31", "-": "2", "·": "2"}


def why(
    ctx: Context,
    place: Annotated[
        str, Argument(metavar="PLACE", help="repo:path, repo@commit:path, or SHARD#N (a file's N-th row, from 0).")
    ],
    dataset: Annotated[
        Path | None, Option("--dataset", "-d", metavar="FOLDER", help="The dataset (the last one unless told).")
    ] = None,
    every: Annotated[bool, Option("--all", help="Show also the gates that are off, or were not asked.")] = False,
    json: AsJson = False,
) -> None:
    """Tell the whole life of a file: every gate, its licence, its twins.

    Each gate with what it judged and by which threshold, all that fail and not only the first; the evidence for the
    licence; the kept twin; where the row is. Exit code 3: some bytes are not what they should be.
    """
    with ctx.open() as workspace:
        life = workspace.why(place, dataset)
    if json:
        as_json(life.as_dict())
    else:
        _tell(life, every=every)
    if not life.verified:
        raise SystemExit(EXIT_PARTIAL)


def _tell(life: Life, *, every: bool) -> None:
    place = life.place
    line(_bold(plain(f"{place['repository']}:{place['path']}")))
    if life.kept:
        line(_coloured("✓", f"✓ kept: split {life.output['split']}"))
    else:
        about = next(one.about for one in life.gates if one.name == life.reason)
        line(_coloured("✗", f"✗ dropped by {life.reason}: {about}"))
    line()
    beside = {name: value for name, value in place.items() if name not in {"repository", "path", "tokens", "tokens_by"}}
    facts({**beside, head(place["tokens_by"]): place["tokens"]}, indent="  ")
    _head("gates, in the order they are asked")
    shown = [one for one in life.gates if every or one.state in {"passed", "failed"}]
    values = (cell(_said(one.value), _BESIDE) for one in shown)
    asked = (_asked(one.threshold, one.detail) for one in shown)
    rows = [(_SIGNS[one.state], one.name, *told) for one, *told in zip(shown, values, asked, strict=True)]
    table(("", "gate", "value", "threshold"), rows, paint=_COLOURS)
    hidden = len(life.gates) - len(shown)
    if hidden:
        line(f"  {hidden} more are off, or are not asked of such a file (--all shows them)")
    _head("licence")
    facts(_licence(life.licence), indent="  ")
    if life.twins:
        _head("twins")
        table(("", "file", "Jaccard"), [(one["relation"], one["place"], f"{one['jaccard']:.3f}") for one in life.twins])
    if life.contamination:
        _head("evaluation sets")
        spans = [(f"{one['set']}/{one['problem']}", one["how"], _lines(one)) for one in life.contamination]
        table(("problem", "match", "lines"), spans)
    if life.private["found"]:
        _head("private")
        told = [
            tuple(one[name] for name in ("line", "kind", "detector", "confidence", "act"))
            for one in life.private["found"]
        ]
        table(("line", "kind", "by", "confidence", "act"), told, right=(0, 3))
    _head("dataset")
    ended = {name: value for name, value in life.output.items() if value != ""}
    if life.private["replaced"]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in life.private["kinds"].items())
        ended["private places"] = f"{life.private['replaced']} replaced: {kinds}"
    facts(ended, indent="  ")
    line(f"  {'every byte verified' if life.verified else 'SOME BYTES ARE NOT WHAT THEY SHOULD BE: strata lineage'}")


def _licence(told: dict[str, Any]) -> dict[str, Any]:
    if not told["expression"]:
        return {"expression": "none found"}
    said = f"{told['source'] or 'no file'} ({told['method']}, confidence {told['confidence']:.2f})"
    return {"expression": told["expression"], "class": told["class"], "evidence": said}


def _lines(span: dict[str, Any]) -> str:
    return f"L{span['line']}-L{span['last_line']}"


def _head(text: str) -> None:
    line()
    line(_bold(text))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _asked(threshold: Any, detail: str) -> str:
    """Give a gate's threshold, and who says so or how it is judged."""
    said = _said(threshold)
    return f"{said} ({detail})" if said and detail else said or detail


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if styled(sys.stdout) else text


def _coloured(sign: str, text: str) -> str:
    return f"\033[{_COLOURS[sign]}m{text}\033[0m" if styled(sys.stdout) else text
