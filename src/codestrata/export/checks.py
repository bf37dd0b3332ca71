"""What a pipeline's results say of the repositories of a run: typed columns, and who meets a condition over them.

The results are those of stage ``ci.run`` that the run took over (:meth:`codestrata.store.plans.Plans.adopt`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.store.columns import Columns, Varlen, column
from codestrata.store.schema import KINDS, Field

if TYPE_CHECKING:
    from codestrata.engine.base import View

STAGE = "ci.run"
#: Columns of samples that come from a pipeline begin so.
PREFIX = "ci_"
_ABSENT: Mapping[str, Any] = {"bool": False, "int": -1, "float": -1.0, "str": ""}


@dataclass(frozen=True, slots=True)
class Checks:
    """The results of one pipeline: its hash, each column's type by name, and the values by repository id."""

    pipeline: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def fields(self) -> tuple[Field, ...]:
        """Give the columns that samples have of them, with their meaning; none without a pipeline."""
        if not self.pipeline:
            return ()
        whose = Field(f"{PREFIX}pipeline", "text", "hash of the pipeline that the repository was run by; empty if none")
        about = "column {} of the pipeline's results; false, -1 or empty where it is among those not known"
        lost = Field(f"{PREFIX}unknown", "text", "which of the pipeline's columns nothing is known of, spaces between")
        return (
            whose,
            lost,
            *(Field(PREFIX + name, KINDS[kind], about.format(name)) for name, kind in self.types.items()),
        )

    def columns(self, repositories: Sequence[str]) -> Columns:
        """Give these columns with one row for each repository id, in their order."""
        if not self.pipeline:
            return {}
        whose = Varlen.of([self.pipeline if one in self.values else "" for one in repositories])
        lost = Varlen.of([self._lost(one) for one in repositories])
        return {f"{PREFIX}pipeline": whose, f"{PREFIX}unknown": lost} | {
            PREFIX + n: c for n, c in self._typed(repositories).items()
        }

    def unmet(self, repositories: Sequence[str], condition: str) -> dict[str, str]:
        """Give the repositories (ids) whose results do not meet a condition, each with the reason."""
        if not self.pipeline:
            hint = "strata ci fleet PIPELINE runs one"
            raise InvalidInput("no pipeline has results here", where="setting export.checks.require", hint=hint)
        known = [one for one in repositories if one in self.values and not self._unknown(one, condition)]
        met = {known[i] for i in self._matching(known, condition)}
        return {one: self._why(one, condition) for one in repositories if one not in met}

    def _matching(self, known: Sequence[str], condition: str) -> list[int]:
        from codestrata.store.ask import matching

        try:
            found: list[int] = matching(self._typed(known), condition, "setting export.checks.require").tolist()
        except InvalidInput:
            self._check_names(condition)
            raise
        return found

    def _check_names(self, condition: str) -> None:
        """Refuse a name that no column has, before the database does in its own words."""
        from difflib import get_close_matches

        for name in _named(condition):
            if name in self.types or name.lower() in {one.lower() for one in self.types}:
                continue
            near = get_close_matches(name, self.types, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            there = f"there are {', '.join(self.types)}" if self.types else "it has none"
            hint += f"{there}: strata ci results and the pipeline's columns list them"
            raise InvalidInput(f"the pipeline has no column {name!r}", where="setting export.checks.require", hint=hint)

    def _unknown(self, repository: str, condition: str) -> list[str]:
        """Give the columns a condition names that nothing is known of: it is not met, whatever it says of them."""
        told = self.values[repository]
        asked = {one.lower() for one in _named(condition)}
        return [name for name in self.types if told.get(name) is None and name.lower() in asked]

    def _lost(self, repository: str) -> str:
        """Name the columns that nothing is known of; all, where it was not run."""
        told = self.values.get(repository, {})
        return " ".join(name for name in self.types if told.get(name) is None)

    def _typed(self, repositories: Sequence[str]) -> Columns:
        told = [self.values.get(one, {}) for one in repositories]
        return {n: column([_or(one.get(n), _ABSENT[t]) for one in told], KINDS[t]) for n, t in self.types.items()}

    def _why(self, repository: str, condition: str) -> str:
        if repository not in self.values:
            return "no result for this commit"
        if unknown := self._unknown(repository, condition):
            return f"{', '.join(unknown)} not known: nothing was judged"
        told = self.values[repository]
        named = sorted((name for name in told if name in condition), key=condition.index)
        return ", ".join(f"{name} = {str(told[name]).lower()}" for name in named) or "not met"


def _or(value: Any, absent: Any) -> Any:
    return absent if value is None else value


def _named(condition: str) -> list[str]:
    """Give the names in a condition that can only be columns: no text, function, keyword or type."""
    import duckdb

    told = duckdb.tokenize(condition)
    found = []
    ends = [start for start, _ in told[1:]] + [len(condition)]
    for (start, kind), end in zip(told, ends, strict=True):
        word = condition[start:end].strip()
        called = condition[start + len(word) :].lstrip().startswith("(")
        if kind == duckdb.token_type.identifier and not called:
            found.append(word.strip('"'))
    return found


def checks(view: View) -> Checks:
    """Give what a run took over of a pipeline's results."""
    results = view.results(STAGE)
    if not results:
        return Checks()
    newest = results[-1]
    values = {one["repository"]: one["columns"] for one in results if one["pipeline"] == newest["pipeline"]}
    return Checks(newest["pipeline"], dict(newest["types"]), values)
