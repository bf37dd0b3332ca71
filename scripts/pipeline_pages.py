"""The reference page of pipelines and their JSON Schema, from the tables that the lint reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from codestrata.ci.expressions.check import signature
from codestrata.ci.expressions.functions import AGGREGATES, FILES, JOB, PURE, RESULT, STATE, STEP
from codestrata.ci.expressions.scopes import JOB_PARTS, NEED, REPOSITORY, tables
from codestrata.ci.expressions.types import Function, Type
from codestrata.ci.forms.jobs import TEMPLATE
from codestrata.ci.forms.known import FORMATS, TOOLS
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.forms.schema import json_schema, records
from codestrata.ci.forms.shapes import Record
from codestrata.ci.forms.short import SHORT_FORM
from codestrata.ci.forms.stages import STAGED

_HEAD = """[pipelines.md](pipelines.md) explains how pipelines work; this page has every word. Bold keys are required.
Editors complete and check files by [pipeline.schema.json](pipeline.schema.json), which `strata ci validate --schema`
prints, too: begin a file with `# yaml-language-server: $schema=` and the path to it.
"""


def schema() -> str:
    """Give the JSON Schema."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def keywords() -> Iterator[str]:
    """Give the page, part by part."""
    yield _HEAD
    yield "# Version 1\n"
    yield from map(_record, (one for one in records(PIPELINE).values() if one is not TEMPLATE))
    yield f"## {TEMPLATE.name}\n\nAs a [job](#job); all of it may be left out.\n"
    yield "# Short forms\n\nOne job, called `main`, of what stands at the top.\n"
    yield _record(SHORT_FORM)
    yield "# Stages\n\nStages run one after the other; each becomes a job that needs the one before it.\n"
    shared = records(PIPELINE, SHORT_FORM)
    yield from (_record(one) for name, one in records(STAGED).items() if name not in shared)
    yield from _expressions()
    yield _list("Formats of reports", "format", FORMATS)
    yield _list("Tools for `uses`", "tool", TOOLS)


def _record(one: Record) -> str:
    rows = []
    for key, about in one.keys.items():
        shown = f"**`{key}`**" if about.required else f"`{key}`"
        usual = about.usual and (f"`{about.usual}`" if " " not in about.usual else about.usual)
        rows.append((shown, str(about.kind), about.about, usual))
    if one.others:
        rows.append(("any other name", str(one.others), "an axis: its values", ""))
    notes = ""
    if one.short:
        notes += f"A value that is no map stands for `{one.short}`. "
    if one.one_of:
        notes += f"It has either {' or '.join(f'`{key}`' for key in one.one_of)}. "
    if one.some_of:
        notes += f"It has {' or '.join(f'`{key}`' for key in one.some_of)}, or both. "
    table = _table(("key", "value", "meaning", "without it"), rows)
    return f"## {one.name}\n\n" + (f"{notes.strip()}\n\n" if notes else "") + table


def _expressions() -> Iterator[str]:
    yield "# Expressions\n"
    about = 'Names in conditions and `${{ }}`; what is not there is `""` or -1.'
    rows = [(f"`repo.{name}`", kind.kind, kind.about) for name, kind in REPOSITORY.items()]
    rows += [(f"`job.{name}`", kind.kind, kind.about) for name, kind in JOB_PARTS.items()]
    rows += [(f"`needs.JOB.{name}`", kind.kind, f"{kind.about}: {_or(kind)}") for name, kind in NEED.fields.items()]
    rows += [
        ("`params.NAME`", "as declared", "a parameter"),
        ("`matrix.AXIS`", "str", "this combination's value, as it is written"),
        ("`env.NAME`", "str", "a variable that the pipeline sets"),
    ]
    yield f"## names\n\n{about}\n\n{_table(('name', 'type', 'meaning'), rows)}"
    yield f"## functions everywhere\n\n{_functions(PURE)}"
    yield f"## functions in conditions\n\n{_functions({**STATE, **FILES})}"
    yield f"## functions in columns\n\n{_functions({**AGGREGATES, **RESULT})}"
    parts = [
        (f"`{call}.{name}`", kind.kind, kind.about) for call, whole in _PARTS for name, kind in whole.fields.items()
    ]
    yield f"## parts of jobs and steps in columns\n\n{_table(('part', 'type', 'meaning'), parts)}"
    for name, kind in tables().items():
        rows = [(f"`{field}`", one.kind, _or(one) if one.choices else "") for field, one in kind.fields.items()]
        yield f"## table {name}\n\n{kind.about.capitalize()}.\n\n{_table(('field', 'type', 'one of'), rows)}"


_PARTS = (('job("NAME")', JOB), ('step("JOB", "NAME")', STEP))


def _or(kind: Type) -> str:
    return ", ".join(kind.choices)


def _functions(several: Mapping[str, Function]) -> str:
    rows = []
    for one in several.values():
        gives = one.gives if isinstance(one.gives, str) else one.gives.kind
        rows.append((f"`{signature(one)}`", "of the field" if gives == "field" else gives, one.about))
    return _table(("function", "gives", "meaning"), rows)


def _list(title: str, word: str, several: Mapping[str, str]) -> str:
    return f"# {title}\n\n{_table((word, 'what it is'), [(f'`{name}`', about) for name, about in several.items()])}"


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"
