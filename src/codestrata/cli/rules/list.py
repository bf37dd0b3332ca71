"""``strata rules list``: every rule there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.flags import AsJson
from codestrata.cli.levels import LEVELS, levels_of
from codestrata.cli.parts import Argument, Option
from codestrata.cli.rules.score import part
from codestrata.cli.say import as_json, line, many, note, plain, table
from codestrata.errors import InvalidInput
from codestrata.settings.meant import meant
from codestrata.workspace.rules import measured

if TYPE_CHECKING:
    from codestrata.analyze.rules.rule import Rule


def list_(
    folder: Annotated[Path | None, Argument("FOLDER", "A folder of rules of yours; ours without one.")] = None,
    level: Annotated[
        list[str] | None, Option("--level", metavar="LEVEL", help="Of this level only: L1, L2, … (repeatable).")
    ] = None,
    language: Annotated[
        list[str] | None, Option("--language", metavar="NAME", help="For this language only (repeatable).")
    ] = None,
    json: AsJson = False,
) -> None:
    """List every rule: its level, languages, tier and version, and how right it was where that was measured."""
    from codestrata.workspace.rules import rules

    levels, languages = levels_of(level or ()), _languages(language or ())
    found, mistakes = rules(folder)
    kept = [one for one in found if not levels or one.level in levels]
    kept = [one for one in kept if not languages or languages & set(one.grammars)]
    if json:
        as_json([_tree(one) for one in kept])
    else:
        rows = [_row(one) for one in kept]
        header = ["rule", "level", "language", "tier", "version", "confidence", "precision", "recall", "description"]
        table(header, rows, right=[4, 5, 6, 7])
        line()
        line(many(len(kept), "rule"))
        _without_rules(levels)
    for mistake in mistakes:
        line(plain(str(mistake)))
    if mistakes:
        raise SystemExit(InvalidInput.exit_code)


def _languages(names: Sequence[str]) -> set[str]:
    """Read names of languages. Raises InvalidInput, which names those that have rules."""
    from codestrata.analyze.syntax.grammars import GRAMMARS

    known = [one.name for one in GRAMMARS]
    wanted = {name.lower() for name in names}
    for one in sorted(wanted.difference(known)):
        hint = meant(one, known, "there are")
        raise InvalidInput(f"no language is called {one}", where="--language", hint=hint)
    return wanted


def _without_rules(levels: Sequence[str]) -> None:
    """Say of levels that have no rules who looks for them."""
    found = {"L3": "detectors over the graph of imports", "L5": "detectors over the graph of imports"}
    found["L8"] = "cues and headings (docs/reasons.md)"
    for one in levels:
        if one in found:
            note(f"{one}, {LEVELS[one]}, is found by {found[one]}, not by rules")


def _row(rule: Rule) -> tuple[Any, ...]:
    confidence, counts = measured(rule)
    figures = (f"{confidence:.2f}", part(counts.tp, counts.fp), part(counts.tp, counts.fn))
    return (rule.id, rule.level, ", ".join(rule.grammars), rule.tier, rule.version, *figures, rule.description)


def _tree(rule: Rule) -> dict[str, Any]:
    told = {name: getattr(rule, name) for name in ("id", "version", "level", "type", "description", "tier", "anti")}
    more = {name: getattr(rule, name) for name in ("domain", "since", "tool", "evidence", "pack", "where")}
    confidence, counts = measured(rule)
    figures = {"confidence": round(confidence, 3), "precision": counts.precision, "recall": counts.recall}
    return {**told, **more, "languages": list(rule.grammars), **figures}
