"""``strata dataset evalset``: the list of an evaluation set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, plain

if TYPE_CHECKING:
    from codestrata.export.overlap.evalset import EvalSet


def evalset(
    file: Annotated[Path, Argument("FILE", "The set: .jsonl, .json, .csv, .tsv or .parquet, also with .gz or .zst.")],
    name: Annotated[str, Option("--name", metavar="NAME", help="What the set is called in tables and reports.")],
    *,
    out: Annotated[Path, Option("--out", "-o", metavar="LIST", help="Where the list goes: NAME.evalset.")],
    field: Annotated[
        list[str] | None,
        Option("--field", metavar="ROLE=FIELD", help="What a field is: prompt=question, solution=a.b (repeatable)."),
    ] = None,
    ngram: Annotated[int, Option("--ngram", metavar="N", help="Words in a row that make a match, 3 to 50.")] = 10,
    ids: Annotated[
        str, Option("--ids", metavar="A-B", help="Only problems whose id ends in such a number: 11-510.")
    ] = "",
    language: Annotated[
        str, Option("--language", metavar="NAME", help="The language of the solutions, where no field says it.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Make the list by which an evaluation set is kept out of datasets.

    The list holds hashes only, never text; the same file and options give the same bytes. Roles of fields: id, prompt,
    solution, docstring, test, language; they are found by the names that sets use. A list is used with
    --set export.decontaminate.lists=LIST.
    """
    from codestrata.workspace.evalsets import Asked, make, write

    made = make(file, Asked(name, ngram, tuple(field or ()), ids, language))
    size = write(made, out)
    told = {"list": str(out), "bytes": size, "digest": made.digest, **_counts(made)}
    if json:
        as_json(told)
        return
    counted = [many(told["problems"], "problem"), many(told["ngrams"], f"{ngram}-gram")]
    counted += [many(told["pieces"], "whole piece"), many(told["functions"], "function")]
    line(plain(f"{out}: {name}, {', '.join(counted)}, {size} bytes"))
    left = told["left_out"]
    grams = f"{left['generic_ngrams']} generic {ngram}-grams, {left['template_ngrams']} of the set's template"
    line(f"left out: {grams}, {many(left['pieces'], 'generic piece')}")
    if left["problems"]:
        line(plain(f"cannot be told from other code: {', '.join(left['problems'])}"))


def _counts(made: EvalSet) -> dict[str, Any]:
    return {
        "problems": len(made.ids),
        "ngrams": len(made["grams"]),
        "pieces": len(made["wholes"]),
        "functions": len(made["functions"]),
        "left_out": made.about["left_out"],
    }
