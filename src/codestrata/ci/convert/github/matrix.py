"""A strategy's matrix. Source: GitHub Docs, "Running variations of jobs in a workflow"."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping

from codestrata.ci.convert.losses import Losses
from codestrata.ci.draft.document import Matrix
from codestrata.ci.foreign.values import Value

#: Combinations of one matrix. Source: GitHub's own limit.
_MOST = 256
#: Machines that are none of ours.
_FOREIGN = re.compile(r"(?i)windows|macos|mac-os|darwin|win32|win64|osx|solaris|freebsd|(?:^|[-_])arm(?:64)?(?:$|[-_])")
_OTHER = re.compile(r"\W", re.ASCII)
_RUNS_ON = re.compile(r"matrix\.([\w.-]+)")

Row = dict[str, str]


def foreign(label: str) -> bool:
    """Say whether a label names a machine that runs other programs than ours."""
    return bool(_FOREIGN.search(label)) and "ubuntu" not in label.lower()


def read_matrix(strategy: Value, runs_on: str, losses: Losses, job: str) -> tuple[Matrix | None, dict[str, str]]:
    """Give the matrix (None: no combination is left), and name as written → name in ours (``build.name`` → build_name).

    Combinations for other machines are left out, and told.
    """
    value = strategy.get("matrix")
    if not value:
        return Matrix(), {}
    if not value.map:
        losses.add(value.line, f"{job}: matrix: {value.text}", "it is computed while the workflow runs")
        return Matrix(), {}
    axes = _axes(value, losses, job)
    include, exclude = _rows(value.get("include"), losses, job), _rows(value.get("exclude"), losses, job)
    rows = _expanded(axes, include, exclude)
    if rows is None:
        losses.add(value.line, f"{job}: matrix", f"more than {_MOST} combinations")
        return Matrix(), {}
    kept = _ours(rows, runs_on)
    if len(kept) < len(rows):
        losses.add(value.line, f"{job}: {len(rows) - len(kept)} of {len(rows)} combinations", "for other machines")
    names = {name: _OTHER.sub("_", name) for row in kept for name in row}
    names = {name: (one if not one[:1].isdigit() else f"m{one}")[:32] for name, one in names.items()}
    most = int(strategy.get("max-parallel").number)
    return _matrix({} if include or exclude else axes, kept, names, most) if kept else None, names


def _matrix(plain: Mapping[str, list[Row]], kept: list[Row], names: Mapping[str, str], most: int) -> Matrix:
    """Give axes where they say it all, whole combinations otherwise (with "" for what one does not name)."""
    if plain and all(list(one) == [name] for name, values in plain.items() for one in values):
        left = {name: list(dict.fromkeys(row[name] for row in kept)) for name in plain}
        if math.prod(map(len, left.values())) == len(kept):
            return Matrix({names[name]: values for name, values in left.items()}, [], most)
    every = list(dict.fromkeys(name for row in kept for name in row))
    return Matrix({}, [{names[name]: row.get(name, "") for name in every} for row in kept], most)


def _axes(value: Value, losses: Losses, job: str) -> dict[str, list[Row]]:
    """Give axis → its values; each is a row, as maps are several names at once."""
    axes = {}
    for name, one in value.map.items():
        if name in {"include", "exclude"}:
            continue
        if isinstance(one.data, list):
            axes[name] = [_flat(name, item) for item in one.data] or [{name: ""}]
        else:
            losses.add(one.line, f"{job}: matrix.{name}: {one.text}", "it is computed while the workflow runs")
    return axes


def _flat(name: str, value: Value) -> Row:
    if value.map:
        return {key: text for part, one in value.map.items() for key, text in _flat(f"{name}.{part}", one).items()}
    return {name: ", ".join(value.texts)}


def _rows(value: Value, losses: Losses, job: str) -> list[Row]:
    if value and not isinstance(value.data, list):
        losses.add(value.line, f"{job}: matrix: {value.text}", "it is computed while the workflow runs")
        return []
    return [
        {key: text for name, one in item.map.items() for key, text in _flat(name, one).items()} for item in value.items
    ]


def _expanded(axes: Mapping[str, list[Row]], include: list[Row], exclude: list[Row]) -> list[Row] | None:
    """Give all combinations, as GitHub forms them; None for too many."""
    size = 1
    for values in axes.values():
        size *= len(values)
    if size > _MOST or len(include) > _MOST:
        return None
    base = [{k: v for part in parts for k, v in part.items()} for parts in itertools.product(*axes.values())]
    base = [row for row in base if not any(one.items() <= row.items() for one in exclude if one)] if axes else []
    own = [dict(row) for row in base]
    added: list[Row] = []
    for one in include:
        fits = [at for at, row in enumerate(base) if all(row.get(k, v) == v for k, v in one.items() if k in row)]
        for at in fits:
            own[at].update(one)
        if not fits:
            added.append(dict(one))
    return [*own, *added]


def _ours(rows: list[Row], runs_on: str) -> list[Row]:
    """Leave out the combinations whose machine is named by the matrix and is none of ours."""
    asked = _RUNS_ON.findall(runs_on)
    return [row for row in rows if not any(foreign(row.get(name, "")) for name in asked)]
