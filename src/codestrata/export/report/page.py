"""The page: one file that needs nothing else, with charts, tables, and samples to browse."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files

from codestrata.export.report.charts import columns, timeline
from codestrata.export.report.stats import Line, Stats
from codestrata.export.write.making import RECIPES, size
from codestrata.model.tokens import head

#: Lines of a table that are shown at once; the rest unfolds.
_SHOWN = 12


def page(told: Stats) -> str:
    """Write the page. The same dataset gives the same bytes."""
    data = files("codestrata.export.report") / "data"
    css, script = ((data / name).read_text("utf-8") for name in ("page.css", "page.js"))
    rows = json.dumps([asdict(one) for one in told.samples], ensure_ascii=False).replace("<", "\\u003c")
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(told.name)}</title><style>{css}</style></head><body>",
            _nav(),
            f"<main>{_head(told)}{_tiles(told)}",
            *_sections(told),
            _browser(),
            _footer(told),
            f'</main><script type="application/json" id="rows">{rows}</script><script>{script}</script></body></html>',
            "",
        ]
    )


_PLACES = (
    *("languages", "licences", "splits", "repositories", "sizes"),
    *("left-out", "duplicates", "timeline", "gates", "samples"),
)


def _nav() -> str:
    links = "".join(f'<a href="#{name}">{name.replace("-", " ").capitalize()}</a>' for name in _PLACES)
    return f"<nav><div>{links}</div></nav>"


def _head(told: Stats) -> str:
    damage = "".join(f"<li><code>{escape(name)}</code> {escape(why)}</li>" for name, why in told.damage.items())
    warned = f'<div class="damage"><b>Damaged: not what the manifest says</b><ul>{damage}</ul></div>' if damage else ""
    return f"<h1>{escape(told.name)}</h1><p>{escape(RECIPES.get(told.recipe, told.recipe))}</p>{warned}"


def _tiles(told: Stats) -> str:
    tokens = f"{told.total.tokens:,}" if told.total.tokens > 0 else "not counted"
    tiles = [
        (f"{told.total.rows:,}", "rows"),
        (size(told.total.bytes), "text"),
        (tokens, head(told.tokens_by)),
        (f"{len(told.repositories):,}", "repositories"),
        (f"{len([x for x in told.languages if x.name]):,}", "languages"),
        (f"{len([x for x in told.licences if x.name]):,}", "licences"),
        (f"{told.looked_at:,}", "files looked at"),
    ]
    inside = "".join(f'<div class="tile"><b>{figure}</b><span>{what}</span></div>' for figure, what in tiles)
    return f'<div class="tiles">{inside}</div>'


def _sections(told: Stats) -> Iterator[str]:
    by = told.tokens_by
    yield _section("languages", "By text.", _table(told.languages, "language", by))
    licences = _two(_table(told.licences, "licence", by), _table(told.classes, "class", by))
    yield _section("licences", "SPDX expressions that govern the rows.", licences)
    yield _section("splits", "What is trained on, and what is measured by.", _table(told.splits, "split", by))
    yield _section("repositories", "Whose the rows are.", _table(told.repositories, "repository", by))
    yield _section("sizes", "Rows by the size of their text, up to each bound.", columns(told.sizes))
    kept = Line("kept", told.looked_at - sum(x.rows for x in told.removed), -1, -1)
    removed = _table([kept, *told.removed], "reason", "", count="files", cut=True)
    yield _section("left-out", "Files that were looked at, by the first rule that turned each away.", removed)
    twins = "".join(f'<tr><td class="name">{escape(name)}</td><td class="n">{n:,}</td></tr>' for name, n in told.twins)
    head = '<table><thead><tr><th>kept file</th><th class="n">copies left out</th></tr></thead>'
    none = '<p class="note">No kept file has more than one copy that was left out.</p>'
    about = "Each file that went for a twin names it in removed/, with the exact similarity."
    yield _section("duplicates", about, f"{head}<tbody>{twins}</tbody></table>" if twins else none)
    yield _section("timeline", "The newest commit of each repository; the area is its text.", timeline(told.days))
    yield _section("gates", "What had to hold before the dataset was published.", _gates(told))


def _section(name: str, about: str, inside: str) -> str:
    return f'<section id="{name}"><h2>{name.replace("-", " ").capitalize()}</h2><p>{about}</p>{inside}</section>'


def _two(a: str, b: str) -> str:
    return f'<div class="two"><div>{a}</div><div>{b}</div></div>'


def _table(lines: Sequence[Line], title: str, tokens_by: str, *, count: str = "rows", cut: bool = False) -> str:
    """Write a table with bars; what is beyond the first lines unfolds."""
    by_rows = cut or not any(line.bytes > 0 for line in lines)
    most = max((line.rows if by_rows else line.bytes for line in lines), default=1) or 1
    rows = [_row(line, (line.rows if by_rows else line.bytes) / most, cut=cut) for line in lines]
    tokens = "" if cut else f'<th class="n">{head(tokens_by)}</th>'
    top = f'<thead><tr><th>{title}</th><th></th><th class="n">{count}</th><th class="n">text</th>{tokens}</tr></thead>'
    first = f"<table>{top}<tbody>{''.join(rows[:_SHOWN])}</tbody></table>"
    if len(rows) <= _SHOWN:
        return first
    rest = f"<table>{top}<tbody>{''.join(rows[_SHOWN:])}</tbody></table>"
    return f"{first}<details><summary>{len(rows) - _SHOWN:,} more</summary>{rest}</details>"


def _row(line: Line, share: float, *, cut: bool) -> str:
    name = escape(line.name or "(unknown)")
    name += f"<small>{escape(line.about)}</small>" if line.about else ""
    kind = "fill cut" if cut and line.name != "kept" else "fill"
    fill = f'<span class="track"><span class="{kind}" style="width:{share:.2%}"></span></span>'
    cells = [f'<td class="n">{line.rows:,}</td>', f'<td class="n">{size(line.bytes) if line.bytes >= 0 else ""}</td>']
    cells += [] if cut else [f'<td class="n">{line.tokens:,}</td>' if line.tokens > 0 else '<td class="n"></td>']
    return f'<tr><td class="name">{name}</td><td class="bar">{fill}</td>{"".join(cells)}</tr>'


def _gates(told: Stats) -> str:
    if not told.gates:
        return '<p class="note">Nothing is on record.</p>'
    rows = "".join(
        f'<tr><td>{escape(one["gate"])}</td><td class="{one["state"]}">{one["state"]}</td>'
        f"<td>{escape(one['why'] or one['about'])}</td></tr>"
        for one in told.gates
    )
    return f"<table><thead><tr><th>gate</th><th></th><th></th></tr></thead><tbody>{rows}</tbody></table>"


def _browser() -> str:
    controls = (
        '<div class="controls"><input id="search" type="search" placeholder="Search in these rows" aria-label="Search">'
        '<select id="language" aria-label="Language"><option value="">All languages</option></select></div>'
    )
    picks = f'<div class="picks">{controls}<ol id="list"></ol></div>'
    inside = f'<div class="browser">{picks}<div class="shown" id="shown"></div></div>'
    return _section("samples", "Some rows of every language, as they are in the dataset.", inside)


def _footer(told: Stats) -> str:
    settings = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td><code>{escape(json.dumps(value))}</code></td></tr>"
        for name, value in told.settings.items()
    )
    changed = f"<details><summary>Settings that are not the default</summary><table>{settings}</table></details>"
    made = f"Dataset <code>{escape(told.digest)}</code>, codestrata {escape(told.software)}."
    return f"{changed if settings else ''}<footer>{made}</footer>"
