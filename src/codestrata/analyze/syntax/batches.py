"""The pairs of a partition, their texts, and the batches these are parsed in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax import due
from codestrata.analyze.syntax.grammars import grammar_of
from codestrata.engine.base import Partition, View
from codestrata.git.objects import Objects
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen

#: A batch is of one grammar and holds at most so many bytes, but one file at least, and so many files.
BATCH_BYTES = 1_500_000
BATCH_FILES = 2048


@dataclass(frozen=True, slots=True)
class Pairs:
    """The (blob, language) pairs of a partition, in its order.

    blobs: object ids; languages, grammars: names, one each; problems: why a pair is not to be read, or ""; places:
    where to look, git directories to ask in turn and the rows held there.
    """

    blobs: Varlen
    languages: tuple[str, ...]
    grammars: tuple[str, ...]
    problems: tuple[str, ...]
    places: tuple[tuple[tuple[Path, ...], NDArray[np.int64]], ...]

    @classmethod
    def of(cls, partition: Partition, workspace: Path) -> Pairs:
        """Read the pairs off a partition."""
        hint = partition.hint
        names = tuple(hint["languages"][i] for i in hint["language"])
        ids = np.frombuffer(base64.b64decode(hint["ids"]), np.uint8).reshape(len(names), -1)
        grammars = {name: _grammar(name) for name in hint["languages"]}
        asked = ((tuple(workspace / at for at in p["git_dirs"]), np.array(p["rows"], np.int64)) for p in hint["places"])
        return cls(
            Varlen.fixed(ids), names, tuple(grammars[name] for name in names), tuple(hint["problems"]), tuple(asked)
        )

    def texts(self) -> list[bytes | None]:
        """Read the texts of all that are to be read; None for the others, and for what no store can give."""
        texts: list[bytes | None] = [None] * len(self.languages)
        ids = self.blobs.matrix(len(self.blobs[0]))
        for stores, held in self.places:
            left = np.array([row for row in held.tolist() if not self.problems[row]], np.int64)
            for git_dir in stores:
                _read(Objects(git_dir), ids[left], left, texts)
                left = np.array([row for row in left.tolist() if texts[row] is None], np.int64)
                if not len(left):
                    break
        return texts

    def batches(self, texts: Sequence[bytes | None]) -> Iterator[tuple[str, list[int]]]:
        """Give grammar and rows of batches of what has a text, in an order that is theirs alone."""
        for grammar in sorted(set(self.grammars)):
            batch: list[int] = []
            size = 0
            for row in (i for i, name in enumerate(self.grammars) if name == grammar):
                text = texts[row]
                if text is None:
                    continue
                if batch and (size + len(text) > BATCH_BYTES or len(batch) == BATCH_FILES):
                    yield grammar, batch
                    batch, size = [], 0
                batch.append(row)
                size += len(text)
            if batch:
                yield grammar, batch


def partition(view: View, pairs: Columns, stage: str, version: str) -> Partition:
    """Name a piece of pairs by what is in it; where the objects lie is a hint."""
    digest = hashlib.blake2b(digest_size=16)
    for name in ("blob", "language", "problem"):
        column = pairs[name]
        digest.update(column.offsets.tobytes() + column.data.tobytes())  # type: ignore[union-attr]
    snapshots, titles = view.snapshots(), {r.id: r.full_name for r in view.repositories()}
    held = [([snapshots[i].git_dir for i in which], at.tolist()) for which, at in due.places(pairs)]
    first = titles[snapshots[int(np.asarray(pairs["place"])[0])].repository_id]
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    return Partition(
        stage,
        version,
        {"pairs": digest.hexdigest()},
        title=f"{first}{more}",
        weight=max(1, int(np.asarray(pairs["size"]).sum()) // 1_000_000),
        hint=_packed(pairs) | {"places": [{"git_dirs": dirs, "rows": at} for dirs, at in held]},
    )


def _packed(pairs: Columns) -> dict[str, Any]:
    blobs, names, problems = pairs["blob"], pairs["language"], pairs["problem"]
    assert isinstance(blobs, Varlen)  # noqa: S101 -- the question gives them so
    assert isinstance(names, Varlen)  # noqa: S101 -- same
    assert isinstance(problems, Varlen)  # noqa: S101 -- same
    listed = names.strings()
    languages = sorted(set(listed))
    return {
        "ids": base64.b64encode(blobs.data.tobytes()).decode(),
        "languages": languages,
        "language": [languages.index(name) for name in listed],
        "problems": problems.strings(),
    }


def _grammar(language: str) -> str:
    found = grammar_of(language)
    return found.name if found else ""


def _read(objects: Objects, ids: NDArray[np.uint8], at: NDArray[np.int64], texts: list[bytes | None]) -> None:
    """Read blobs; the reader gives a blob once, and one of two languages has two rows."""
    begins = np.arange(len(ids), dtype=np.int64) * ids.shape[1]
    codes, _ = distinct(np.ascontiguousarray(ids).reshape(-1), begins, begins + ids.shape[1])
    twins: dict[int, list[int]] = {}
    for code, row in zip(codes.tolist(), at.tolist(), strict=True):
        twins.setdefault(code, []).append(row)
    for batch in objects.read(ids):
        for k, row in enumerate(batch.rows.tolist()):
            text = batch[k]
            for twin in twins[int(codes[row])]:
                texts[twin] = text
