"""``strata patterns``: what the code shows, with the evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Rules
from codestrata.cli.levels import levels_of
from codestrata.cli.parts import Argument, Option, near
from codestrata.cli.say import as_json, line, many, note, plain, table
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.analyze.asking.patterns import Count
    from codestrata.model.pattern import CodePattern
    from codestrata.workspace.strata import Strata

#: Rows of a list, unless told.
MOST = 50
#: Languages and reasons that a note names.
NAMED = 6


def patterns(
    ctx: Context,
    repository: Annotated[str, Argument(metavar="REPO", help="One repository; all of the last run unless told.")] = "",
    *,
    level: Annotated[str, Option("--level", metavar="LEVELS", help="L1 to L7; several as L1,L5.")] = "",
    type_: Annotated[str, Option("--type", metavar="TYPE", help="A pattern type, such as builder.")] = "",
    language: Annotated[str, Option("--language", metavar="NAME", help="A language, such as rust.")] = "",
    rule: Annotated[str, Option("--rule", metavar="ID", help="The rule that found it.")] = "",
    path: Annotated[str, Option("--path", metavar="GLOB", help="Only files whose path matches.")] = "",
    anti: Annotated[bool, Option("--anti", help="Only what is better not done.")] = False,
    least: Annotated[float, Option("--min-confidence", metavar="X", help="The least confidence, 0 to 1.")] = 0.0,
    vendored: Annotated[bool, Option("--vendored", help="Also code that the path says is somebody else's.")] = False,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", help="Rows of the list; 0 for all.")] = MOST,
    code: Annotated[bool, Option("--code", help="Show the code of each.")] = False,
    rules: Rules = None,
    out: Annotated[Path | None, Option("--out", "-o", metavar="FILE", help="Write all of them as JSON Lines.")] = None,
    json: AsJson = False,
) -> None:
    """List patterns of the code, each with its evidence and where it is.

    Without a type, rule or path the types are counted: places, and the repositories and fork families that have them.
    """
    from codestrata.analyze.asking.wanted import Wanted

    levels = levels_of([level])
    if "L8" in levels:
        raise InvalidInput("reasons are no patterns", where="--level L8", hint="strata decisions REPO lists them")
    if not 0 <= least <= 1:
        raise InvalidInput(f"{least:g} is no confidence", where="--min-confidence", hint="it lies between 0 and 1")
    wanted = Wanted(levels, type_, language, repository, rule, "", path, anti, least, vendored, 0 if out else limit)
    with ctx.open(analyze__rules=rules) as workspace:
        if out is None and not (json or code or type_ or rule or path):
            _counted(workspace.strata.summary(wanted))
            _beside(workspace.strata, repository, language)
            return
        found = workspace.strata.patterns(wanted, snippets=code or json or out is not None)
        told = [] if found else _unknown(workspace.strata.known(), type=type_, rule=rule, language=language)
    for text in told:
        note(text)
    if out is not None:
        _write(out, found)
    elif json:
        as_json([{**asdict(one), "address": one.address} for one in found])
    else:
        _listed(found, code=code)
        if limit and len(found) == limit:
            note(f"the first {limit}; --limit 0 lists all")


def _unknown(known: Mapping[str, Collection[str]], **asked: str) -> list[str]:
    """Say what was asked for that nothing has, and what may have been meant."""
    told = []
    for name, word in asked.items():
        if word and word.lower() not in (listed := sorted({one.lower() for one in known[name]})):
            meant = near(word.lower(), listed)
            rest = f": {meant}" if meant else "; strata rules list has them, --rules DIR adds yours"
            told.append(f"no {name} is called {word!r}{rest}")
    return told


def _beside(strata: Strata, repository: str, language: str) -> None:
    """Say what no rule has looked at, and what nothing is called."""
    for text in _unknown(strata.known(), language=language) if language else ():
        note(text)
    left = strata.unread(repository)
    if left.languages and not language:
        listed = _listing(left.languages)
        note(f"{many(sum(left.languages.values()), 'file')} in languages that are not read here: {listed}")
    if left.problems and not language:
        note(f"{many(sum(left.problems.values()), 'file')} without a tree: {_listing(left.problems)}")


def _listing(counts: Mapping[str, int]) -> str:
    rest = f", … ({len(counts)} in all)" if len(counts) > NAMED else ""
    return ", ".join(f"{name} {count:,}" for name, count in list(counts.items())[:NAMED]) + rest


def _counted(counts: Sequence[Count]) -> None:
    header = ("level", "type", "places", "files", "repositories", "families", "confidence")
    rows = [
        (c.level, c.type, f"{c.places:,}", f"{c.files:,}", c.repositories, c.families, f"{c.confidence:.2f}")
        for c in counts
    ]
    if not rows:
        line("no patterns")
        return
    table(header, rows, right=range(2, 7))


def _listed(found: Sequence[CodePattern], *, code: bool) -> None:
    if not found:
        line("no patterns")
    elif code:
        for one in found:
            line(plain(f"{one.address}  {one.hierarchy_level} {one.pattern_type}  {one.confidence:.2f}  {one.id}"))
            line(plain(f"  {one.name + ': ' if one.name else ''}{one.description}"))
            for text in one.code_snippet.splitlines():
                line(plain(f"    {text}"))
            line()
    else:
        rows = [
            (
                one.hierarchy_level,
                one.pattern_type,
                f"{one.confidence:.2f}",
                one.id[:8],
                one.address,
                one.name or one.rule,
            )
            for one in (found)
        ]
        table(("level", "type", "sure", "id", "where", "what"), [_short(row) for row in rows])


def _short(row: tuple[str, ...]) -> tuple[str, ...]:
    """Cut the commit in an address to twelve digits, as people do."""
    level, kind, sure, name, where, what = row
    head, sign, tail = where.partition("@")
    commit, colon, rest = tail.partition(":")
    return level, kind, sure, name, f"{head}{sign}{commit[:12]}{colon}{rest}", what


def _write(out: Path, found: Sequence[CodePattern]) -> None:
    from json import dumps

    with out.open("w", encoding="utf-8") as file:
        for one in found:
            file.write(dumps({**asdict(one), "address": one.address}, sort_keys=True) + "\n")
    line(f"{many(len(found), 'pattern')} in {out}")
