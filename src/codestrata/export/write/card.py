"""The dataset card: README.md with front matter a hub understands, counts, two plots, how to load and how to trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestrata.export.write.figures import Figures
from codestrata.export.write.plots import bar_chart
from codestrata.store.schema import Field

#: Lines of a list before the rest is summed up.
MOST = 15


@dataclass(frozen=True, slots=True)
class Data:
    """The rows of a dataset: the shards' glob, and the columns."""

    pattern: str
    fields: Sequence[Field]


def write(out: Path, name: str, figures: Figures, rules: Mapping[str, str], data: Data) -> None:
    """Write README.md and its plots. ``rules``: reason → what it means."""
    plots = out / "plots"
    plots.mkdir(exist_ok=True)
    (plots / "languages.svg").write_text(_languages(figures), "utf-8")
    (plots / "decisions.svg").write_text(_decisions(figures), "utf-8")
    about = [_head(name, figures), _why(figures, rules), _lists(figures)]
    parts = [_front(name, figures, data.pattern), *about, _use(data)]
    (out / "README.md").write_text("\n".join(parts), "utf-8")


def _front(name: str, figures: Figures, pattern: str) -> str:
    return "\n".join(
        [
            "---",
            f"pretty_name: {name}",
            "language: [code]",
            "license: other",
            "license_name: per-row",
            "license_link: ATTRIBUTION.md",
            "task_categories: [text-generation]",
            f"size_categories: [{_band(figures.kept)}]",
            "configs:",
            "- config_name: default",
            "  data_files:",
            f"  - {{split: train, path: {pattern}}}",
            "---",
            "",
        ]
    )


def _band(rows: int) -> str:
    bands = [(10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M")]
    return next((text for limit, text in bands if rows < limit), "n>10M")


def _head(name: str, figures: Figures) -> str:
    share = figures.kept / figures.files if figures.files else 0
    return f"""# {name}

{figures.kept:,} files of source code, {_size(figures.kept_bytes)} of text, from {len(figures.repositories):,}
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
        "Each of these files has a row in `removed/`: the rule, its value and threshold, and for a duplicate the kept",
        "twin with the exact Jaccard similarity of their 5-word shingles. No duplicate goes without a kept twin.",
        "",
    ]
    return "\n".join(lines)


def _lists(figures: Figures) -> str:
    return "\n".join(
        [
            *_list("Languages", "language", figures.languages),
            *_list("Licences", "SPDX expression", figures.licences),
            *_list("Repositories", "repository", figures.repositories),
        ]
    )


def _list(title: str, head: str, rows: Sequence[tuple[str, int, int]]) -> list[str]:
    lines = [f"## {title}", "", f"| {head} | files | text |", "|---|---:|---:|"]
    lines += [f"| {name or '(unknown)'} | {n:,} | {_size(b)} |" for name, n, b in rows[:MOST]]
    rest = rows[MOST:]
    if rest:
        lines.append(f"| {len(rest):,} more | {sum(n for _, n, _ in rest):,} | {_size(sum(b for *_, b in rest))} |")
    return [*lines, ""]


def _use(data: Data) -> str:
    kind = "parquet" if data.pattern.endswith(".parquet") else "json"
    columns = "\n".join(f"| `{f.name}` | {f.kind} | {f.about.replace('|', '/')} |" for f in data.fields)
    return f"""## Use

```python
from datasets import load_dataset
rows = load_dataset("{kind}", data_files="{data.pattern}", split="train")
```

| column | type | meaning |
|---|---|---|
{columns}

`manifest.json` lists every file with its SHA-256 and everything the bytes depend on. `strata lineage '<source>'`
prints a row's chain from the input list to the output and verifies the bytes. Whoever passes rows on must pass
`ATTRIBUTION.md`, `NOTICES.txt` and `LICENSES/` on with them.
"""


def _languages(figures: Figures) -> str:
    shown = [(name or "(unknown)", b / 1e6, f"{_size(b)}, {n:,} files") for name, n, b in figures.languages[:12]]
    rest = figures.languages[12:]
    if rest:
        size, count = sum(b for *_, b in rest), sum(n for _, n, _ in rest)
        shown.append((f"{len(rest)} more", size / 1e6, f"{_size(size)}, {count:,} files"))
    return bar_chart("Text by language", f"{_size(figures.kept_bytes)} in {figures.kept:,} files", shown)


def _decisions(figures: Figures) -> str:
    dropped = sorted(figures.dropped.items(), key=lambda item: (-item[1], item[0]))
    bars = [("kept", figures.kept), *dropped[:14]]
    total = figures.files or 1
    shown = [(name, float(n), f"{n:,} ({n / total:.1%})") for name, n in bars]
    return bar_chart("What became of the files", f"{figures.files:,} files looked at; the first rule that fails", shown)


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:  # noqa: PLR2004 -- the step between units
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
