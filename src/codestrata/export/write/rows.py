"""Making samples: decisions plus bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import DamagedRepository
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.schema import conform
from codestrata.export.write.schema import SAMPLES
from codestrata.export.write.text import AS_IT_IS, readable_path, to_utf8
from codestrata.git.objects import Objects
from codestrata.store.columns import Columns, Varlen

#: Columns that pass from the decisions into the samples as they are.
_SAME = (
    "commit",
    "language",
    "licence",
    "licence_class",
    "licence_source",
    "licence_method",
    "licence_confidence",
    "encoding",
    "size",
    "lines",
    "tokens",
    "max_line",
    "comment_lines",
    "complexity",
    "vendored",
    "test",
    "documentation",
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a sample says of its repository, and where its objects lie."""

    origin: str
    git_dir: Path
    stars: int
    forks: int


def samples(
    decided: Columns, sources: Mapping[str, Source], progress: Callable[[int], None] = lambda _: None
) -> Columns:
    """Make the samples of some decisions, in their order. Raises DamagedRepository when an object cannot be read."""
    ids, names = _strings(decided, "repository_id"), _strings(decided, "full_name")
    commits, paths = _strings(decided, "commit"), [readable_path(p) for p in varlen(decided, "path")]
    texts, digests = read_texts(decided, ids, sources, progress)
    lines = np.asarray(decided["lines"]).tolist()
    rows = zip(names, commits, paths, lines, strict=True)
    whose = [sources[i] for i in ids]
    return conform(
        {
            **{name: decided[name] for name in _SAME},
            "text": texts,
            "source": Varlen.of(f"{n}@{c}:{p}#L1-L{max(k, 1)}" for n, c, p, k in rows),
            "repository": Varlen.of(names),
            "origin": Varlen.of(s.origin for s in whose),
            "path": Varlen.of(paths),
            "blob": Varlen.of(b.hex() for b in varlen(decided, "blob")),
            "sha256": Varlen.of(digests),
            "stars": np.array([s.stars for s in whose], np.int64),
            "forks": np.array([s.forks for s in whose], np.int64),
        },
        SAMPLES,
    )


def read_texts(
    decided: Columns, ids: Sequence[str], sources: Mapping[str, Source], progress: Callable[[int], None]
) -> tuple[Varlen, list[str]]:
    """Read every row's bytes, repository by repository: its text as UTF-8 and the SHA-256 of the bytes."""
    encodings, blobs = _strings(decided, "encoding"), list(varlen(decided, "blob"))
    same = np.array([e in AS_IT_IS for e in encodings], np.bool_)
    offsets = np.concatenate([[0], np.cumsum(np.where(same, np.asarray(decided["size"]), 0))])
    data, starts = np.empty(offsets[-1], np.uint8), offsets.tolist()
    digests, recoded, done = [""] * len(ids), {}, 0
    for repository, where in _places(ids, blobs).items():
        for blob, raw in _objects(sources[repository].git_dir, list(where)):
            digest = hashlib.sha256(raw.data).hexdigest()
            for i in where[blob]:
                digests[i] = digest
                if same[i]:
                    data[starts[i] : starts[i + 1]] = raw
                else:
                    recoded[i] = to_utf8(raw.tobytes(), encodings[i])
            done += len(raw)
        progress(done)
    return _insert(Varlen(offsets, data, text=True), recoded), digests


def _places(ids: Sequence[str], blobs: Sequence[bytes]) -> dict[str, dict[bytes, list[int]]]:
    """Give repository → blob → the rows that want it."""
    places: dict[str, dict[bytes, list[int]]] = {}
    for i, (repository, blob) in enumerate(zip(ids, blobs, strict=True)):
        places.setdefault(repository, {}).setdefault(blob, []).append(i)
    return places


def _insert(texts: Varlen, recoded: Mapping[int, bytes]) -> Varlen:
    """Put texts into rows that are empty so far."""
    if not recoded:
        return texts
    lengths, pieces, at = np.diff(texts.offsets), [], 0
    for row in sorted(recoded):
        start = int(texts.offsets[row])
        pieces += [texts.data[at:start], np.frombuffer(recoded[row], np.uint8)]
        lengths[row], at = len(recoded[row]), start
    return Varlen(
        np.concatenate([[0], np.cumsum(lengths)]), np.concatenate([*pieces, texts.data[at:]]), text=texts.text
    )


def _objects(git_dir: Path, blobs: list[bytes]) -> Iterator[tuple[bytes, NDArray[np.uint8]]]:
    """Read blobs; the bytes of each stay where they are only until the next is asked for."""
    objects = Objects(git_dir)
    ids = np.frombuffer(b"".join(blobs), np.uint8).reshape(len(blobs), -1)
    for batch in objects.read(ids):
        bounds = batch.offsets.tolist()
        for k, row in enumerate(batch.rows.tolist()):
            yield blobs[row], batch.arena[bounds[k] : bounds[k + 1]]
    lost = [*objects.missing, *objects.oversized, *objects.damaged]
    if lost:
        first = blobs[int(lost[0])].hex()
        raise DamagedRepository(f"{len(lost)} objects cannot be read, the first is {first}", where=git_dir.name)


def _strings(columns: Columns, name: str) -> list[str]:
    return varlen(columns, name).strings()
