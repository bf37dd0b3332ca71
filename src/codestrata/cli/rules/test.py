"""``strata rules test``: every example of every rule, tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, plain, table
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.analyze.rules.examples import Example


def test(
    folder: Annotated[Path | None, Argument("FOLDER", "A folder of rules of yours; ours without one.")] = None,
    rule: Annotated[
        list[str] | None, Option("--rule", metavar="ID", help="Try the examples of this rule only (repeatable).")
    ] = None,
    json: AsJson = False,
) -> None:
    """Try the examples of every rule, ours or of a folder of yours.

    Every mistake in the files is told at once, as file:line: message (hint), and the exit code is 2 then; it is 1 when
    an example fails, and 0 when all is well.
    """
    from codestrata.workspace.rules import examples

    tried, mistakes = examples(folder, rule or ())
    failed = [one for one in tried if not one.passed]
    if json:
        as_json({"mistakes": [str(one) for one in mistakes], "examples": [_tree(one) for one in tried]})
    else:
        for mistake in mistakes:
            line(plain(str(mistake)))
        if tried:
            _overview(tried)
        for one in failed:
            _tell(one)
        line()
        counted = many(len({one.rule.id for one in tried}), "rule"), many(len(tried), "example")
        line(f"{counted[0]}, {counted[1]}, {len(failed)} failed, {many(len(mistakes), 'mistake')} in the files")
    if mistakes:
        raise SystemExit(InvalidInput.exit_code)
    if failed:
        raise SystemExit(1)


def _overview(tried: list[Example]) -> None:
    rows: dict[str, list[Any]] = {}
    for one in tried:
        listed = ", ".join(one.rule.grammars)
        row = rows.setdefault(one.rule.id, [one.rule.id, one.rule.level, listed, 0, 0, "ok"])
        row[3 if one.positive else 4] += 1
        row[5] = row[5] if one.passed else "FAILED"
    table(["rule", "level", "language", "positive", "negative", "result"], rows.values(), right=[3, 4])


def _tell(one: Example) -> None:
    wanted = "must be found here, and is not" if one.positive else f"must not be found here, and is {one.found} times"
    line()
    line(plain(f"{one.rule.where}: {one.rule.id} {wanted} ({one.grammar}):"))
    for text in one.program.splitlines():
        line(f"    {plain(text)}")


def _tree(one: Example) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "where": one.rule.where,
        "grammar": one.grammar,
        "positive": one.positive,
        "found": one.found,
        "passed": one.passed,
        "program": one.program,
    }
