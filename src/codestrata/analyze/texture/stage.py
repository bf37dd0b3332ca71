"""The ``analyze.texture`` stage: every (blob, language) of text whose texture nobody has counted yet.

Nothing is due unless the quality profile of the settings asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from codestrata.analyze.facts import stage as facts
from codestrata.analyze.facts.texts import texts_of
from codestrata.analyze.language import families
from codestrata.analyze.syntax.batches import Pairs, partition
from codestrata.analyze.texture.schema import TEXTURES
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.pieces import cut, named
from codestrata.kernels import measure, texture
from codestrata.store.columns import Columns, Varlen, rows, take

NAME = "analyze.texture"
#: Raise the first when the same bytes may have another row.
VERSION = f"1.{texture.VERSION}.{measure.VERSION}"
#: A piece holds at most so many bytes (but one blob at least) and so many blobs.
PIECE_BYTES = 16_000_000
PIECE_ROWS = 8192
_XML_WITHIN, _SAID_WITHIN = 100, 200
_SAID = (b"generate", b"autogen", b"do not edit")


class Textures:
    """Pairs without texture → table **textures**."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces; a blob that several repositories hold is read from the first of them."""
        if not view.settings.export.quality.textured:
            return
        due = _due(view)
        if not rows(due):
            return
        for start, end in cut(np.asarray(due["size"], np.int64), PIECE_BYTES, PIECE_ROWS):
            yield partition(view, take(due, np.arange(start, end)), NAME, VERSION)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the texts, and count."""
        pairs = Pairs.of(partition, io.workspace)
        read = pairs.texts()
        kept = [i for i, text in enumerate(read) if text is not None]
        texts = [text for text in read if text is not None]
        io.progress(sum(map(len, texts)) // 1_000_000)
        made = _counted(texts, [pairs.languages[i] for i in kept])
        told: Columns = {"blob": pairs.blobs.take(np.array(kept, np.int64)), **made}
        return Outcome({"textures": {f.name: told[f.name] for f in TEXTURES}}, counts={"blobs": len(kept)})


def _due(view: View) -> Columns:
    """List the pairs to do in the order of the repositories; columns as :func:`codestrata.analyze.syntax.due.due`."""
    held = named(view)
    told = view.files("facts", stage=facts.NAME, version=facts.version(view.settings.analyze))
    if not held or not told:
        return {"blob": Varlen.of([], text=False)}
    known = view.files("textures", stage=NAME, version=VERSION)
    less = f"anti join {view.tables.scan(known)} using (blob, language)" if known else ""
    return view.tables.query(f"""
        with said as (select blob, name_key, language from {view.tables.scan(told)}
                      where problem = '' and not "binary" and not lfs and encoding not in ('unknown', '')),
             held as (select * from ({held}) join said using (blob, name_key) {less})
        select blob, language, min(size) as size, '' as problem, min(place) as place,
               arg_min(file_row_number, place) as nth, string_agg(distinct place::varchar, ',') as instead
        from held group by blob, language order by place, nth, language""")


def _counted(texts: Sequence[bytes], languages: Sequence[str]) -> Columns:
    laid = Varlen.of(texts, text=False)
    told = texts_of(laid.data, laid.offsets)
    whole = list(texts)
    for row, text in zip(told.recoded.tolist(), told.utf8, strict=True):
        whole[row] = text
    laid = Varlen.of(whole, text=False)
    readable = told.readable.copy()
    readable[told.recoded] = True
    family = np.where(readable, families(languages), measure.SKIP).astype(np.uint8)
    counts = texture.texture(laid.data, laid.offsets, family)
    return {
        "language": Varlen.of(languages),
        **{name: np.ascontiguousarray(counts[name]) for name in texture.COLUMNS},
        "xml_start": np.array([b"<?xml version=" in text[:_XML_WITHIN] for text in whole], np.bool_),
        "announced": np.array([_announces(text[:_SAID_WITHIN].lower()) for text in whole], np.bool_),
    }


def _announces(head: bytes) -> bool:
    return any(word in head for word in _SAID)
