"""Recipe fim: files cut into prefix, middle and suffix.

Order PSM: <prefix> prefix <suffix> suffix <middle> middle; order SPM: <prefix> <suffix> suffix <middle> prefix middle.
Source: Bavarian et al., Efficient Training of Language Models to Fill in the Middle (arXiv:2207.14255), §3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.shape import pieces
from codestrata.export.shape.base import COMMON, table
from codestrata.settings.shape import FimSettings
from codestrata.store.columns import Columns, Varlen
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codestrata.export.shape.pieces import Piece


class Fim:
    """Kept files → table **samples_fim**."""

    recipe = "fim"
    version = "1"
    fields = (
        *COMMON,
        Field("text", "text", "the whole row, in the order that `order` names, words between the parts"),
        Field("prefix", "text", "what stands before the middle; the whole file where nothing is cut"),
        Field("middle", "text", "what is to be filled in; empty where nothing is cut"),
        Field("suffix", "text", "what stands after it"),
        Field("order", "text", "psm, spm, or none where the file is not cut"),
    )

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each piece of the kept files."""
        yield from pieces.plan(view, self.recipe, self.version, {"fim": view.settings.export.fim.model_dump()})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Cut every file of the piece."""
        settings = FimSettings.model_validate(partition.spec["fim"])
        piece = pieces.Piece.of(partition, io)
        texts = piece.texts(lambda done: io.progress(done // 1_000_000))
        rows = _rows(piece, texts, settings)
        return Outcome({table(self.recipe): rows}, counts={"rows": len(texts)})


def _rows(piece: Piece, texts: Sequence[bytes], settings: FimSettings) -> Columns:
    blobs = varlen(piece.files, "blob")
    cuts = [_cut(text.decode(), blobs[i], settings) for i, text in enumerate(texts)]
    lines = [(1, max(1, int(n))) for n in np.asarray(piece.files["lines"])]
    parts = dict(zip(("order", "prefix", "middle", "suffix"), zip(*cuts, strict=True), strict=True))
    own = {name: Varlen.of(column) for name, column in parts.items()}
    return piece.common(range(len(texts)), lines) | own | {"text": Varlen.of([_text(c, settings) for c in cuts])}


def _cut(text: str, blob: bytes, settings: FimSettings) -> tuple[str, str, str, str]:
    """Give order, prefix, middle, suffix; the same blob and seed give the same cut."""
    digest = hashlib.blake2b(blob + settings.seed.to_bytes(8, "little", signed=True), digest_size=32).digest()
    chance, order, one, two = (int.from_bytes(digest[i : i + 8], "little") / 2**64 for i in range(0, 32, 8))
    if chance >= settings.rate or len(text) < 2:  # noqa: PLR2004 -- nothing to cut
        return "none", text, "", ""
    low, high = sorted((int(one * (len(text) + 1)), int(two * (len(text) + 1))))
    return "spm" if order < settings.spm else "psm", text[:low], text[low:high], text[high:]


def _text(cut: tuple[str, str, str, str], settings: FimSettings) -> str:
    order, prefix, middle, suffix = cut
    if order == "none":
        return prefix
    if order == "psm":
        return f"{settings.prefix}{prefix}{settings.suffix}{suffix}{settings.middle}{middle}"
    return f"{settings.prefix}{settings.suffix}{suffix}{settings.middle}{prefix}{middle}"


SHAPE = Fim()
