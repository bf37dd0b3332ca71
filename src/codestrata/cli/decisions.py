"""``strata decisions``: what was decided, and why."""

from __future__ import annotations

import json as json_
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note, plain
from codestrata.errors import StorageError

Tier = Literal["document", "changelog", "thread", "commit", "comment", "event"]
Told = Literal["decision_point", "rationale", "alternative", "constraint", "trade_off", "outcome"]
#: What a field is called beside its quotation.
_CALLED = {
    "decision_point": "decided",
    "rationale": "why",
    "alternative": "instead of",
    "constraint": "bound by",
    "trade_off": "at a cost",
    "outcome": "what came",
}
#: Columns of a line, and of the names in front.
_WIDTH, _MARGIN = 118, 14
#: Characters of a quotation that are shown; the rest is in the file, and in --json.
_MOST = 420
#: Quotations of one field that are shown.
_SHOWN = 3


def decisions(  # noqa: PLR0917 -- a command's options
    ctx: Context,
    name: Annotated[str, Argument(metavar="REPO", help="A repository: owner/name, purl or id.")],
    tier: Annotated[Tier | None, Option("--tier", metavar="TIER", help="Only what is told there.")] = None,
    field: Annotated[Told | None, Option("--field", metavar="FIELD", help="Only those that tell this.")] = None,
    min_confidence: Annotated[
        float, Option("--min-confidence", metavar="P", help="Only those at least as sure, 0 to 1.")
    ] = 0.0,
    path: Annotated[str, Option("--path", metavar="PATH", help="Only about this file, folder or glob.")] = "",
    most: Annotated[int, Option("--most", metavar="N", help="So many at most; 0 is all.")] = 25,
    out: Annotated[
        Path | None, Option("--out", "-o", metavar="FILE", help="Write all of those there, a JSON object a line.")
    ] = None,
    json: AsJson = False,
) -> None:
    """List what a repository decided, and why, in its own words.

    Every text is a quotation, with the place where it stands. Those come first from which a reader learns most. Only
    English is read: of documents in other languages a note says how many there are.
    """
    from codestrata.workspace.decisions import Wanted

    with ctx.open() as workspace:
        found = workspace.decisions(name, Wanted(tier or "", field or "", min_confidence, path))
    if out:
        _write(out, found.decisions)
        note(f"{many(len(found.decisions), 'decision')} in {out}")
        return
    shown = found.decisions[: most or None]
    if json:
        as_json({**asdict(found), "decisions": shown})
        return
    for number, decision in enumerate(shown, 1):
        for text in _told(number, decision):
            line(plain(text))
    for text in found.notes:
        note(f"note: {text}")
    rest = f"; --most {len(found.decisions)} shows all" if len(shown) < len(found.decisions) else ""
    note(f"{len(shown)} of {many(len(found.decisions), 'decision')} asked for, {found.known:,} known{rest}")


def _write(out: Path, found: Any) -> None:
    try:
        with out.open("w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(json_.dumps(one, sort_keys=True, ensure_ascii=False) + "\n" for one in found)
    except OSError as error:
        raise StorageError(error.strerror or str(error), where=str(out), hint="name another file") from error


def _told(number: int, decision: Mapping[str, Any]) -> Iterator[str]:
    quotes = decision["quotations"]
    when = f" · {datetime.fromtimestamp(decision['decided_at'], UTC):%Y-%m-%d}" if decision["decided_at"] >= 0 else ""
    status = f" · {decision['status']}" if decision["status"] else ""
    yield f"{number}. {decision['tier']}{when}{status} · confidence {decision['confidence']:.2f}"
    last, seen = "", set[tuple[str, int, int]]()
    for field, called in _CALLED.items():
        mine = [quote for quote in quotes if quote["field"] == field]
        mine.sort(key=lambda quote: -quote["confidence"] if field != "decision_point" else 0)
        for i, quote in enumerate(mine[:_SHOWN]):
            place = (quote["source"], quote["start"], quote["end"])
            yield from _lines("" if i else called, "(the same)" if place in seen else f"“{_clean(quote['quote'])}”")
            seen.add(place)
            if quote["place"] != last:
                yield f"{'':{_MARGIN}}[{quote['place']}]"
            last = quote["place"]
        if len(mine) > _SHOWN:
            yield f"{'':{_MARGIN}}… and {len(mine) - _SHOWN} more"
    related = [*(f"#{issue}" if issue.isdigit() else issue for issue in decision["related_issues"])][:6]
    related += decision["related_paths"][:4] + decision["related_patterns"][:4]
    if related:
        yield f"{'':{_MARGIN}}about: {', '.join(related)}"
    yield ""


def _clean(quote: str) -> str:
    """Give a quotation on one line, as far as it is shown; marks of comments in front of its lines are left out."""
    rows = [row.strip().lstrip("/#*;!").strip() if i else row.strip() for i, row in enumerate(quote.splitlines())]
    text = " ".join(row for row in rows if row.strip("=-~^*+#\"'`"))  # less lines under titles
    return f"{text[:_MOST].rsplit(' ', 1)[0]} …" if len(text) > _MOST else text


def _lines(called: str, text: str) -> Iterator[str]:
    wrapped = textwrap.wrap(text, _WIDTH - _MARGIN, break_on_hyphens=False) or [""]
    for i, row in enumerate(wrapped):
        yield f"   {called if not i else '':<{_MARGIN - 3}}{row}"
