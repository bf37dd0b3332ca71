"""From records to the tables **reasons** and **quotations**."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from codestrata.analyze.reasons.record import Quote, Record
from codestrata.analyze.records import QUOTATIONS, REASONS
from codestrata.store.columns import Columns, Varlen
from codestrata.store.schema import Field


def tables(records: Sequence[Record]) -> dict[str, Columns]:
    """Give both tables, in the order of the records and of their quotations."""
    reasons = [_reason(record) for record in records]
    quotations = [_quotation(record.id, quote) for record in records for quote in record.quotes]
    return {"reasons": _columns(REASONS, reasons), "quotations": _columns(QUOTATIONS, quotations)}


def _reason(record: Record) -> tuple[object, ...]:
    return (
        record.id,
        record.tier,
        record.quotes[0].source.name,
        record.at,
        ",".join(record.commits),
        ",".join(record.issues),
        json.dumps(list(record.paths), ensure_ascii=False),
        record.confidence,
        record.status,
        record.weight,
    )


def _quotation(decision: str, quote: Quote) -> tuple[object, ...]:
    source, (first, last) = quote.source, quote.lines()
    return (
        decision,
        quote.field,
        quote.text,
        source.name,
        source.kind,
        source.blob,
        quote.start,
        quote.end,
        first,
        last,
        source.commit,
        quote.cue,
        quote.confidence,
    )


def _columns(fields: Sequence[Field], rows: Sequence[tuple[object, ...]]) -> Columns:
    columns: Columns = {}
    for i, field in enumerate(fields):
        values = [row[i] for row in rows]
        if field.kind == "text":
            columns[field.name] = Varlen.of([_text(value) for value in values])
        elif field.kind == "binary":
            columns[field.name] = Varlen.of(values, text=False)  # type: ignore[arg-type]
        else:
            columns[field.name] = np.array(values, field.kind)
    return columns


def _text(value: object) -> bytes:
    """Give text as valid UTF-8; a quotation with other bytes has no place in the table, and is none (see ``cut``)."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace").encode()
