"""Which form a file is in: version 1, stages, or short; the others become version 1, with the places they had."""

from __future__ import annotations

from codestrata.ci.document import Problems, Table

V1, STAGES, SHORT = "v1", "stages", "short"


def form_of(table: Table) -> str:
    """Tell the form by the keys at the top."""
    if "jobs" in table.entries:
        return V1
    if "stages" in table.entries:
        return STAGES
    return SHORT if {"steps", "run"} & set(table.entries) else V1


def to_v1(table: Table, form: str, problems: Problems) -> Table | None:
    """Give a file in version 1's form; None where it cannot be read as what it is."""
    if form == V1:
        return table
    if form == STAGES:
        from codestrata.ci.forms.stages import from_stages

        return from_stages(table, problems)
    from codestrata.ci.forms.short import from_short

    return from_short(table, problems)
