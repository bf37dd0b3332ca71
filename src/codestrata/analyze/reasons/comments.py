"""Comments: remarks in the code that say why it is as it is; one record for each comment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from codestrata.analyze.reasons.confidence import LEAST, sure
from codestrata.analyze.reasons.cues import posteriors
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.model.links import links, ours

#: Remarks with more lines between them are not of one comment.
_NEAR = 2
#: How sure an attribute that deprecates is: it is a word of the language.
_ATTRIBUTE = 0.97


@dataclass(frozen=True, slots=True)
class _Remark:
    """A row of **remarks**, with the definition around it."""

    cue: str
    field: str
    start: int
    end: int
    line: int
    last: int
    within: str


def from_comments(material: Material) -> Iterator[Record]:
    """Give a record of each comment that gives a reason, or deprecates."""
    rows = _remarks(material)
    paths: dict[bytes, str] = {}
    for path, blob in material.blobs.items():
        if blob in rows and path not in material.tests:
            paths.setdefault(blob, path)
    for blob, text in material.read(list(paths)):
        source = Source("file", paths[blob], text, blob, material.commit)
        for near in _near(rows[blob]):
            record = _record(source, near, material.full_name)
            if record:
                yield record


def _remarks(material: Material) -> Mapping[bytes, Sequence[_Remark]]:
    """Read the remarks of all blobs, each with the innermost definition that it lies in."""
    columns = 'blob, cue, field, start, "end" as stop, line, last_line'
    found = material.table("remarks", columns, "order by blob, start, field")
    if not found:
        return {}
    within = _within(material)
    rows: dict[bytes, list[_Remark]] = defaultdict(list)
    numbers = [np.asarray(found[name]).tolist() for name in ("start", "stop", "line", "last_line")]
    texts = [found[name].strings() for name in ("cue", "field")]  # type: ignore[union-attr]
    for blob, cue, field, start, stop, line, last in zip(found["blob"], *texts, *numbers, strict=True):
        rows[blob].append(_Remark(cue, field, start, stop, line, last, within.get((blob, start), "")))
    return rows


def _within(material: Material) -> dict[tuple[bytes, int], str]:
    if not material.spec["definitions"]:
        return {}
    scan = material.io.tables.scan
    remarks, definitions = scan(material.spec["remarks"]), scan(material.spec["definitions"])
    named = "arg_max(if(d.owner = '', d.name, d.owner || '.' || d.name), d.start) as name"
    begins = "if(d.doc_start >= 0, least(d.doc_start, d.start), d.start)"  # its documentation may stand before it
    found = material.io.tables.query(
        f"select r.blob, r.start, {named} from {remarks} r join {definitions} d on r.blob = d.blob"
        f' and {begins} <= r.start and r.start < d."end" group by r.blob, r.start'
    )
    starts, names = np.asarray(found["start"]).tolist(), found["name"].strings()  # type: ignore[union-attr]
    return dict(zip(zip(found["blob"], starts, strict=True), names, strict=True))


def _near(rows: Sequence[_Remark]) -> Iterator[list[_Remark]]:
    group: list[_Remark] = []
    for row in rows:
        if group and (row.line - group[-1].last > _NEAR or row.within != group[0].within):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _record(source: Source, near: Sequence[_Remark], full_name: str) -> Record | None:
    quotes = []
    for row in near:
        field = "decision_point" if row.field == "decision" else row.field
        trust = _ATTRIBUTE if row.cue == "deprecated attribute" else posteriors().get((row.cue, field), 0.0)
        confidence = sure("comment", trust)
        if confidence >= LEAST and row.end <= len(source.text):
            quotes.append(Quote(field, source, row.start, row.end, row.cue, confidence))
    if not any(quote.field in {"rationale", "decision_point"} for quote in quotes):
        return None
    where = [f"{source.name}#{near[0].within}"] if near[0].within else []
    issues = [issue for quote in quotes for issue in links(quote.text).issues]
    return Record("comment", quotes, issues=ours(issues, full_name), paths=(source.name, *where))
