"""The gate over attribution: whoever has rows is credited, and every licence is there as text."""

from __future__ import annotations

from collections.abc import Iterator

from codestrata.export.validate.gates import Asked
from codestrata.export.validate.judgement import MOST, Judgement
from codestrata.model.licence import leaves
from codestrata.model.spdx import table

_ABOUT = "Every repository that has rows is in ATTRIBUTION.md, and every licence in LICENSES/."


def credit(asked: Asked) -> Judgement:
    """Look for every repository and licence of the rows."""
    wrong = list(_wrong(asked))
    if not wrong:
        return Judgement("attribution", "passed", _ABOUT)
    why = f"{len(wrong)} are missing"
    return Judgement("attribution", "failed", _ABOUT, failing=len(wrong), rows=wrong[:MOST], why=why)


def _wrong(asked: Asked) -> Iterator[str]:
    folder = asked.rows.folder.path
    page = folder / "ATTRIBUTION.md"
    text = page.read_text("utf-8") if page.exists() else ""
    named = {line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")}
    for (name,) in asked.rows.ask("select distinct repository from rows order by 1"):
        if name not in named:
            yield f"{name}: is not in ATTRIBUTION.md"
    told = asked.rows.ask("select distinct licence from rows where licence <> '' order by 1")
    ids = {part for (word,) in told for leaf in leaves(str(word)) for part in leaf.split(" WITH ")}
    for one in sorted(i for i in ids if i.lower() in table()):
        if not (folder / "LICENSES" / f"{one}.txt").exists():
            yield f"{one}: is not in LICENSES/"
