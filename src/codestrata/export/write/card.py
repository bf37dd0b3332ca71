"""The dataset card: README.md with front matter a hub understands, counts, two plots, how to load and how to trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.export.write import making
from codestrata.export.write.front import front
from codestrata.export.write.making import size
from codestrata.export.write.plots import bar_chart
from codestrata.export.write.using import use

if TYPE_CHECKING:
    from codestrata.export.write.about import About
    from codestrata.export.write.figures import Figures

#: Lines of a list before the rest is summed up.
MOST = 15


def write(out: Path, about: About, rules: Mapping[str, str]) -> None:
    """Write README.md and its plots. ``rules``: reason → what it means."""
    plots = out / "plots"
    plots.mkdir(exist_ok=True)
    figures = about.figures
    (plots / "languages.svg").write_text(_languages(figures), "utf-8")
    (plots / "decisions.svg").write_text(_decisions(figures), "utf-8")
    made = [*making.recipe(about), *making.splits(about), *making.sections(about)]
    said = [_why(figures, rules), _lists(figures), *making.settings(about)]
    parts = [front(about, about.formats[0]), _head(about), *made, *said]
    (out / "README.md").write_text("\n".join([*parts, use(about)]), "utf-8")
    for form in about.formats[1:]:
        lead = f"The rows of [{about.name}](../README.md) once more; what they are and who is owed what is told there."
        (out / form / "README.md").write_text(f"{front(about, form)}\n{lead}\n", "utf-8")


def _head(about: About) -> str:
    figures, rows = about.figures, sum(about.rows.values())
    share = figures.kept / figures.files if figures.files else 0
    made = "" if about.settings.recipe == "pretrain" else f"{rows:,} rows made of "
    version = about.settings.write.version
    return f"""# {about.name}{f" {version}" if version else ""}

{made}{figures.kept:,} files of source code, {size(figures.kept_bytes)} of text, from {len(figures.repositories):,}
repositories: {share:.0%} of the {figures.files:,} files that were looked at. Each row names its licence and the exact
bytes it comes from.

![Text by language](plots/languages.svg)

![What became of the files](plots/decisions.svg)
"""


def _why(figures: Figures, rules: Mapping[str, str]) -> str:
    rows = sorted(figures.dropped.items(), key=lambda item: (-item[1], item[0]))
    lines = ["## What was left out", "", "| reason | files | meaning |", "|---|---:|---|"]
    lines += [f"| `{reason}` | {count:,} | {rules.get(reason, '')} |" for reason, count in rows]
    lines += [
        "",
        "Each of these files has a row in `removed/`: the rule, its value and threshold, and for a duplicate its twin",
        "with the exact Jaccard similarity of their 5-word shingles. No duplicate goes without a kept twin; only a",
        "mixture may leave that one out afterwards.",
        "",
    ]
    return "\n".join(lines)


def _lists(figures: Figures) -> str:
    return "\n".join(
        [
            *_list("Languages", ("language", figures.unit), figures.languages),
            *_list("Licences", ("SPDX expression", figures.unit), figures.licences),
            *_list("Repositories", ("repository", figures.unit), figures.repositories),
        ]
    )


def _list(title: str, head: tuple[str, str], rows: Sequence[tuple[str, int, int]]) -> list[str]:
    lines = [f"## {title}", "", f"| {head[0]} | {head[1]} | text |", "|---|---:|---:|"]
    lines += [f"| {name or '(unknown)'} | {n:,} | {size(b)} |" for name, n, b in rows[:MOST]]
    rest = rows[MOST:]
    if rest:
        lines.append(f"| {len(rest):,} more | {sum(n for _, n, _ in rest):,} | {size(sum(b for *_, b in rest))} |")
    return [*lines, ""]


def _languages(figures: Figures) -> str:
    first = figures.languages[:12]
    shown = [(name or "(unknown)", b / 1e6, f"{size(b)}, {n:,} {figures.unit}") for name, n, b in first]
    rest = figures.languages[12:]
    if rest:
        whole, count = sum(b for *_, b in rest), sum(n for _, n, _ in rest)
        shown.append((f"{len(rest)} more", whole / 1e6, f"{size(whole)}, {count:,} {figures.unit}"))
    rows, text = sum(n for _, n, _ in figures.languages), sum(b for *_, b in figures.languages)
    return bar_chart("Text by language", f"{size(text)} in {rows:,} {figures.unit}", shown)


def _decisions(figures: Figures) -> str:
    dropped = sorted(figures.dropped.items(), key=lambda item: (-item[1], item[0]))
    bars = [("kept", figures.kept), *dropped[:14]]
    total = figures.files or 1
    shown = [(name, float(n), f"{n:,} ({n / total:.1%})") for name, n in bars]
    return bar_chart("What became of the files", f"{figures.files:,} files looked at; the first rule that fails", shown)
