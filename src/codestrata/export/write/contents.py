"""Reading the texts of rows: bytes from the object store, as UTF-8 in the rows' order, with their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import DamagedRepository
from codestrata.export.redact import Edits
from codestrata.git.objects import Batch, Objects
from codestrata.kernels.strings import gather
from codestrata.model.text import AS_IT_IS, to_utf8
from codestrata.store.columns import Varlen
from codestrata.store.parquet import Prefixed

_HEX = 64
NO_EDITS = Edits()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the blobs of n consecutive rows lie: ids uint8 (n, 20 or 32), sizes in bytes, how each is encoded."""

    git_dir: Path
    ids: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    encodings: Sequence[str]


def read_texts(
    places: Sequence[Place], progress: Callable[[int], None], edits: Edits = NO_EDITS
) -> tuple[Prefixed, Varlen]:
    """Give the rows' texts as UTF-8, edited, and the SHA-256 of their unedited bytes in hexadecimal digits.

    ``progress`` hears how many bytes have been read. Raises DamagedRepository when an object cannot be read.
    """
    recoded, lengths, first = {}, [], 0
    for place in places:
        own = place.sizes.copy()
        for row, text in _recoded(place, edits):
            own[row], recoded[first + row] = len(text), text
        lengths.append(own)
        first += len(own)
    texts = Prefixed.of_lengths(np.concatenate(lengths))
    for row, text in recoded.items():
        texts.body[texts.places[row] : texts.places[row] + len(text)] = np.frombuffer(text, np.uint8)
    digests = np.zeros((first, _HEX), np.uint8)
    as_read = np.ones(first, np.bool_)
    as_read[list(recoded)] = False
    done = first = 0
    for place in places:
        for which, batch in _blobs(place):
            rows = which + first
            _put(texts, digests, rows, batch, np.flatnonzero(as_read[rows]))
            done += int(batch.offsets[-1])
            progress(done)
        first += len(place.sizes)
    return texts, Varlen(np.arange(first + 1) * _HEX, digests.reshape(-1), text=True)


def _put(
    texts: Prefixed, digests: NDArray[np.uint8], rows: NDArray[np.int64], batch: Batch, plain: NDArray[np.int64]
) -> None:
    """Put a batch's blobs into their rows' places, those ``plain`` ones whose bytes are the text, and hash all."""
    starts, lengths = batch.offsets[:-1], np.diff(batch.offsets)
    if not np.array_equal(lengths[plain], texts.lengths[rows[plain]]):
        raise DamagedRepository("an object has another size than its repository's list says", hint="ingest it again")
    gather(batch.arena, starts[plain], lengths[plain], texts.body, texts.places[rows[plain]])
    whole, bounds = batch.arena.data, batch.offsets.tolist()
    found = "".join([hashlib.sha256(whole[a:b]).hexdigest() for a, b in pairwise(bounds)])
    digests[rows] = np.frombuffer(found.encode(), np.uint8).reshape(-1, _HEX)


def _recoded(place: Place, edits: Edits) -> Iterator[tuple[int, bytes]]:
    """Give the rows whose text is not their bytes, each with its text."""
    edited = _edited(place, edits)
    odd = np.flatnonzero(np.array([encoding not in AS_IT_IS for encoding in place.encodings], np.bool_) | edited)
    if len(odd):
        chosen = Place(place.git_dir, place.ids[odd], place.sizes[odd], [place.encodings[i] for i in odd.tolist()])
        for rows, batch in _blobs(chosen):
            for k, row in enumerate(odd[rows].tolist()):
                text = to_utf8(batch[k], place.encodings[row])
                yield row, edits.apply(place.ids[row].tobytes(), text) if edited[row] else text


def _edited(place: Place, edits: Edits) -> NDArray[np.bool_]:
    """Say which rows have edits."""
    if not edits.of:
        return np.zeros(len(place.ids), np.bool_)
    return np.array([blob.tobytes() in edits.of for blob in place.ids], np.bool_)


def _blobs(place: Place) -> Iterator[tuple[NDArray[np.int64], Batch]]:
    """Read every row's blob; a batch's bytes stay only until the next is asked for. Rows of one blob all get it."""
    objects = Objects(place.git_dir)
    left = np.arange(len(place.ids))
    while len(left):  # the reader gives a blob once; rows that repeat one are asked for again
        _, once = np.unique(place.ids[left], axis=0, return_index=True)
        for batch in objects.read(place.ids[left[once]]):
            yield left[once][batch.rows], batch
        lost = [*objects.missing, *objects.oversized, *objects.damaged]
        if lost:
            first = place.ids[left[once[int(lost[0])]]].tobytes().hex()
            told = f"{len(lost)} objects cannot be read, the first is {first}"
            raise DamagedRepository(told, where=place.git_dir.name)
        left = np.delete(left, once)
