"""``strata rules score``: how right the rules are, over programs whose places are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.flags import AsJson
from codestrata.cli.levels import levels_of
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, plain, table

if TYPE_CHECKING:
    from codestrata.analyze.rules.counts import Counts
    from codestrata.analyze.rules.labelled import Place
    from codestrata.analyze.rules.load import Pack
    from codestrata.analyze.rules.scoring import Score


def score(
    sets: Annotated[
        list[Path] | None, Argument("SET", "Folders of marked or labelled programs; ours without one.")
    ] = None,
    rules: Annotated[
        Path | None, Option("--rules", metavar="FOLDER", help="Score the rules of this folder instead of ours.")
    ] = None,
    level: Annotated[
        list[str] | None, Option("--level", metavar="LEVEL", help="Rules of this level only (repeatable).")
    ] = None,
    places: Annotated[bool, Option("--places", help="Show every place that was wrong or missed.")] = False,
    json: AsJson = False,
) -> None:
    """Say how right every rule is over programs whose places are known: precision and recall, with intervals.

    Without a set: over our planted programs and over variants of the rules' own examples, which show that rules work
    wherever they stand, not how often they are right in the code of others; docs/evaluation.md has that. Intervals hold
    95 % (Wilson).
    """
    from codestrata.workspace.rules import score as scored

    levels = levels_of(level or ())
    pack, found = scored(rules, sets or ())
    of = {rule.id: rule.level for rule in pack.rules}
    kept = {rule: counts for rule, counts in found.counts.items() if not levels or of[rule] in levels}
    if json:
        as_json(_tree(pack, found, kept))
        return
    rows = [(rule, of[rule], *_figures(counts)) for rule, counts in sorted(kept.items())]
    table(["rule", "level", *_HEADER], rows, right=range(2, 9))
    line()
    rows = [(name, many(sum(1 for rule in kept if of[rule] == name), "rule"), *_figures(counts))
            for name, counts in found.by_level(pack).items() if not levels or name in levels]  # fmt: skip
    table(["level", "rules", *_HEADER], rows, right=range(1, 9))
    line()
    line(f"{many(len(kept), 'rule')} over {many(found.programs, 'program')}")
    if places:
        _tell("found, and not there", [one for one in found.wrong if one[1].rule in kept])
        _tell("there, and not found", [one for one in found.missed if one[1].rule in kept])


_HEADER = ("right", "wrong", "missed", "precision", "95 %", "recall", "95 %")


def part(right: int, other: int) -> str:
    """Give a part of a whole as a percentage, or nothing where there is no whole."""
    return f"{100 * right / (right + other):.0f} %" if right + other else ""


def _figures(counts: Counts) -> tuple[Any, ...]:
    precision, recall = part(counts.tp, counts.fp), part(counts.tp, counts.fn)
    between = [
        _between(counts.precision_interval) if precision else "",
        _between(counts.recall_interval) if recall else "",
    ]
    return (counts.tp, counts.fp, counts.fn, precision, between[0], recall, between[1])


def _between(interval: tuple[float, float]) -> str:
    return f"{100 * interval[0]:.0f}-{100 * interval[1]:.0f}"


def _tell(what: str, places: list[tuple[str, Place]]) -> None:
    if places:
        line()
        line(f"{what}:")
    for name, place in places:
        line(plain(f"    {name}:{place.first}{f'-{place.last}' if place.last > place.first else ''}  {place.rule}"))


def _tree(pack: Pack, found: Score, kept: dict[str, Counts]) -> dict[str, Any]:
    return {
        "rules": {rule: _counted(counts) for rule, counts in kept.items()},
        "levels": {level: _counted(counts) for level, counts in found.by_level(pack).items()},
        "programs": found.programs,
        "wrong": [[name, place.rule, place.first, place.last] for name, place in found.wrong if place.rule in kept],
        "missed": [[name, place.rule, place.first, place.last] for name, place in found.missed if place.rule in kept],
    }


def _counted(counts: Counts) -> dict[str, Any]:
    return {
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "precision": counts.precision,
        "precision_interval": counts.precision_interval,
        "recall": counts.recall,
        "recall_interval": counts.recall_interval,
    }
