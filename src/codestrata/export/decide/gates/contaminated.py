"""Problems of evaluation sets: files that hold one, with the set, the problem and the lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.decide.selection import table_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from codestrata.engine.base import View
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.store.columns import Columns

#: Spans of one file that its verdict names; all are in table overlaps.
_NAMED = 3
_ROWS = "f.row, o.set, o.problem, o.how, o.line, o.last_line, o.matched, o.share, o.gram"


def _inputs(view: View) -> Any:
    if not view.settings.export.decontaminate.lists:
        return []
    from codestrata.export.overlap.stage import spans

    return [file.path for file in spans(view)]


def _judge(found: Verdicts, case: Case) -> None:
    paths = case.inputs["contaminated"]
    settings = case.settings.decontaminate
    if not paths or settings.action != "drop":
        return
    blobs = varlen(case.files, "blob")
    snapshot = np.asarray(case.files["snapshot"], np.int64)
    files: Columns = {"blob": blobs, "row": np.arange(len(blobs)), "snapshot": snapshot}
    overlaps = case.tables.scan([table_file("overlaps", path) for path in paths])
    held = case.tables.query(_question(overlaps, settings.least, settings.share, settings.common), files=files)
    _put(found, held)


def _question(overlaps: str, least: int, share: float, common: int) -> str:
    """Ask for the spans that count of every file, the strongest first.

    A span of n-grams that begins as one in ``common`` repositories does not count where most of its problem is absent;
    repositories that have it in the same content count once, for one may be a copy of the other.
    """
    return f"""
        with held as (select blob, f.snapshot, {_ROWS} from files f join {overlaps} o using (blob)),
             spread as (select gram, least(count(distinct snapshot), count(distinct blob)) as repositories
                        from held where gram > 0 group by gram)
        select row, "set", problem, how, line, last_line, matched, share::double as share
        from held left join spread using (gram)
        where how <> 'ngram' or (matched >= {least} and share >= {share}
              and not ({common} > 0 and repositories >= {common} and share < 0.5))
        order by row, how = 'substring' desc, matched desc, share desc, "set", problem, line"""


def _put(found: Verdicts, held: Mapping[str, Any]) -> None:
    row: NDArray[np.int64] = np.asarray(held["row"])
    first = np.flatnonzero(np.diff(row, prepend=-1))
    sets, ids, hows = (held[name].strings() for name in ("set", "problem", "how"))
    rules = np.array([f"{sets[i]}/{ids[i]} {hows[i]}" for i in first.tolist()], object)
    lines = list(zip(np.asarray(held["line"]).tolist(), np.asarray(held["last_line"]).tolist(), strict=True))
    ends = np.append(first[1:], len(row)).tolist()[: len(first)]
    told = np.array([_lines(lines[a:b]) for a, b in zip(first.tolist(), ends, strict=True)], object)
    found.put("contaminated", row[first], rule=rules, value=np.asarray(held["share"])[first], text=told)


def _lines(spans: list[tuple[int, int]]) -> str:
    """Name the lines that spans cover, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    more = f" and {len(joined) - _NAMED} more" if len(joined) > _NAMED else ""
    return ", ".join(f"L{a}-L{b}" for a, b in joined[:_NAMED]) + more


CONTAMINATED = Gate(_inputs, _judge)
