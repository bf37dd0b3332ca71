"""What a card says of how its rows were made: the recipe, splits, parts of the export that have figures, settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from codestrata.export.split.outcome import KIN, uneven
from codestrata.export.write.about import changed
from codestrata.model.tokens import ESTIMATE, head, said
from codestrata.privacy.kinds import PLACEHOLDERS

if TYPE_CHECKING:
    from codestrata.export.write.about import About

#: Languages whose tokens are told.
_MOST = 12
#: Recipe → what a row is, and how it is made.
RECIPES: Mapping[str, str] = {
    "pretrain": "Each row is a file as it stands at one commit: its text as UTF-8, and what is known of it.",
    "fim": "Each row is a file, a share of them cut into prefix, middle and suffix, to learn to fill in the middle.",
    "repo": "Each row is a repository as one text, its files in the order of their imports; large ones have several.",
    "instruct": "Each row is an instruction with its answer, made of documentation and the code it belongs to.",
    "commits": "Each row is a commit: what was there before, the message, and what was there after.",
    "patterns": "Each row is a pattern that was found in the code, with what is around it.",
    "verified": "Each row is a task that was run: tests that fail before a commit and pass after it.",
}


def recipe(about: About) -> list[str]:
    """Say what rows are."""
    return ["## How the rows were made", "", RECIPES.get(about.settings.recipe, ""), "", *_gates(), ""]


def _gates() -> Iterator[str]:
    yield "Every file of every repository was judged in the same order: may it be read at all, does its licence let it"
    yield "pass, is it somebody's own code, is it good enough, is it there already. What failed is listed below."


def splits(about: About) -> list[str]:
    """Count rows by split, and say how they were told apart."""
    lines = ["## Splits", "", "| split | rows | text |", "|---|---:|---:|"]
    lines += [f"| {name} | {about.rows.get(name, 0):,} | {size(about.text.get(name, 0))} |" for name in about.splits]
    if len(about.rows) > 1 or about.told.get("shares"):
        lines += ["", *_told_apart(about)]
    if leaks := about.told.get("leaks"):
        lines += ["", f"{leaks['rows']:,} rows were left out because the same row is in another split."]
    return [*lines, ""]


def _told_apart(about: About) -> Iterator[str]:
    said = about.settings.split
    how = {
        "family": "Families of repositories stay together: forks, and all that share a duplicate of a file of code",
        "repository": "Repositories stay together",
        "time": f"By the day of the commit: validation from {said.validation_from or 'never'}, test from "
        f"{said.test_from or 'never'}",
    }
    yield f"{how[said.by]}{'' if said.by == 'time' else f' (seed {said.seed})'}."
    yield f"{about.figures.dropped.get('leak', 0):,} files were left out because a twin of theirs is in another split."
    if shares := about.told.get("shares"):
        wanted = ", ".join(f"{one['split']} {one['asked']:.1%}" for one in shares["splits"])
        yield f"Asked for, of {shares['families']:,} {KIN[shares['by']][1]}: {wanted}."
        if off := uneven(shares):
            yield f"**{off}.**"


def _privacy(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    said = about.settings.privacy
    acts = ("secrets", "private_keys", "emails", "addresses", "names")
    done = [f"{name.replace('_', ' ')}: {getattr(said, name)}" for name in acts]
    yield f"{', '.join(done)}. In {told['files']:,} files {told['places']:,} places are replaced by placeholders;"
    yield f"{about.figures.dropped.get('private', 0):,} files were left out."
    if told["kinds"]:
        yield from ("", "| kind | places | placeholder |", "|---|---:|---|")
        yield from (f"| {kind} | {n:,} | `{PLACEHOLDERS[kind].decode()}` |" for kind, n in told["kinds"].items())


def _decontamination(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    yield f"Looked for, by {about.settings.decontaminate.ngram} words in a row: {', '.join(told['lists'])}. Left out:"
    yield ", ".join(f"{n:,} files with problems of {name}" for name, n in told["files"].items()) or "no file."


def _duplicates(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    said = about.settings.dedup
    yield f"Level {said.level}; near duplicates from an exact Jaccard of {said.threshold} of 5-word shingles."
    yield from ("", f"| kind | left out | text | {head(ESTIMATE)} |", "|---|---:|---:|---:|")
    for kind, saved in told.items():
        tokens = f"{saved['tokens']:,}" if "tokens" in saved else ""
        yield f"| {kind} | {saved.get('files', saved.get('rows', 0)):,} | {size(saved['bytes'])} | {tokens} |"


def _tokens(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    del about
    estimated = "an estimate, mostly within some percent of what tokenizers of code models count"
    yield f"{said(told['total'], told['by'])} ({estimated if told['by'] == ESTIMATE else told['by']})."
    yield "By split: " + ", ".join(f"{name} {count:,}" for name, count in told["splits"].items()) + "."
    listed = [f"{name or '(unknown)'} {count:,}" for name, count in told["languages"][:_MOST]]
    yield f"By language: {', '.join(listed)}."


def _completeness(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    del about
    yield f"{told['complete']:,} of {told['repositories']:,} repositories are complete (column `complete`). Files"
    yield "that are missing, though no mark of their own speaks against them, by reason:"
    yield (", ".join(f"{name} {count:,}" for name, count in told["missing"].items()) or "none") + "."


def _forced(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    del about
    yield "**This dataset was published although it did not pass every check (`gates.force`).**"
    for name in told.get("failed", ()):
        yield f"- {name}"


#: Figures that nobody can take a row out of again, with what the card calls them.
_BUILT = {
    "duplicates": "duplicates",
    "privacy": "private places",
    "decontamination": "evaluation sets",
    "completeness": "whole repositories",
}


def _taken_down(about: About, told: Mapping[str, Any]) -> Iterator[str]:
    yield "Rows were taken out of this dataset after it was built. Counts of rows, files, text, languages, licences and"
    yield "repositories in this card are those of what is left. `tombstones.json` has the hash of what each row called"
    yield "its source, and the digest of the version that it was in."
    built = [name for figure, name in _BUILT.items() if about.told.get(figure)]
    built += ["tokens"] if about.told.get("tokens", {}).get("as_built") else []
    if built:
        yield f"What is said of {' and '.join(filter(None, (', '.join(built[:-1]), built[-1])))} is as it was built."
    yield from ("", "| when | why | rows | files |", "|---|---|---:|---:|")
    for one in told["times"]:
        yield f"| {_words(one['date'])} | {_words(one['reason'])} | {one['rows']:,} | {one['files']:,} |"


def _words(text: str) -> str:
    """Give somebody's words as a cell of a table may have them."""
    return " ".join(text.split()).replace("|", "\\|") or "-"


#: Figure of the manifest → title and lines of its section, where there is such a figure.
SECTIONS: Mapping[str, tuple[str, Callable[[About, Mapping[str, Any]], Iterator[str]]]] = {
    "forced": ("Forced", _forced),
    "taken_down": ("Taken down", _taken_down),
    "tokens": ("Tokens", _tokens),
    "completeness": ("Whole repositories", _completeness),
    "duplicates": ("Duplicates", _duplicates),
    "privacy": ("Privacy", _privacy),
    "decontamination": ("Decontamination", _decontamination),
}


def sections(about: About) -> list[str]:
    """Write the sections of all parts that have figures."""
    lines: list[str] = []
    for name, (title, say) in SECTIONS.items():
        if told := about.told.get(name):
            lines += [f"## {title}", "", *say(about, told), ""]
    return lines


def settings(about: About) -> list[str]:
    """List the settings that are not the default."""
    different = changed(about.settings)
    if not different:
        return ["## Settings", "", "Every setting of the export is the default.", ""]
    lines = ["## Settings", "", "What differs from the defaults:", "", "| setting | value | default |", "|---|---|---|"]
    lines += [f"| `export.{name}` | {_cell(value)} | {_cell(usual)} |" for name, (value, usual) in different.items()]
    return [*lines, ""]


def _cell(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).replace("|", "\\|").replace("`", "'")
    return f"`{text}`"


def size(count: float) -> str:
    """Write bytes as people read them."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:  # noqa: PLR2004 -- the step between units
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
