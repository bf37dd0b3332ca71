"""The JSON Schema of pipeline files, for editors: made from the tables that the lint reads.

Source of the dialect: JSON Schema, draft 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codestrata.ci.forms.kinds import Kind
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.forms.shapes import Either, ListOf, MapOf, Record
from codestrata.ci.forms.short import SHORT_FORM
from codestrata.ci.forms.stages import STAGED


def records(*roots: Kind) -> dict[str, Record]:
    """Give every kind of map there is, by its name, outer ones first."""
    found: dict[str, Record] = {}
    waiting = list(roots)
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, Record) and kind.anchor not in found:
            found[kind.anchor] = kind
        elif isinstance(kind, Record):
            continue
        waiting += _below(kind)
    return found


def _below(kind: Kind) -> Iterator[Kind]:
    if isinstance(kind, Record):
        yield from (key.kind for key in kind.keys.values())
        if kind.others:
            yield kind.others
    elif isinstance(kind, (ListOf, MapOf)):
        yield kind.of
    elif isinstance(kind, Either):
        yield kind.table
        yield kind.other


def json_schema() -> dict[str, Any]:
    """Give the schema of all forms; which one a file is in is told as the compiler tells it."""
    staged = {
        "if": {"required": ["stages"]},
        "then": STAGED.schema(),
        "else": {"if": _SHORT, "then": SHORT_FORM.schema()},
    }
    staged["else"]["else"] = PIPELINE.schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pipeline of codestrata",
        "type": "object",
        "if": {"required": ["jobs"]},
        "then": PIPELINE.schema(),
        "else": staged,
        "$defs": {name: one.body() for name, one in sorted(records(PIPELINE, STAGED, SHORT_FORM).items())},
    }


_SHORT = {"anyOf": [{"required": ["steps"]}, {"required": ["run"]}]}
