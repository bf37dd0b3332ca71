"""Licence facts of a batch of files: tags, licence texts, read-me files, headers, manifests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence import document, kinds
from codestrata.analyze.licence.globbed import dep5, is_dep5
from codestrata.analyze.licence.header import Headers, comments
from codestrata.analyze.licence.manifests import manifest
from codestrata.analyze.licence.notice import NOTHING, Finding
from codestrata.analyze.licence.tags import tags
from codestrata.store.columns import Columns, Varlen

#: Bytes of a licence file, read-me or manifest that are read; each reader takes less.
MOST = 4_000_000
_HEADERS = Headers()


def _licence_file(text: str) -> Finding:
    return dep5(text) if is_dep5(text) else document.licence_file(text)


_PROSE: dict[str, Callable[[str], Finding]] = {
    kinds.LICENCE: _licence_file,
    kinds.README: document.readme,
    kinds.NOTICE: document.readme,
}


def facts(
    names: Sequence[str],
    arena: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    binary: NDArray[np.bool_],
) -> Columns:
    """Give the four licence columns of k files lying end to end in ``arena``.

    names: name key (``.md|licence``, see :mod:`kinds`) or plain file name of each; offsets: int64[k + 1];
    binary: bool[k]. Columns: licence_tag, licence, licence_method (``text``, ``notice``, ``manifest``, "") and
    licence_confidence (float32).
    """
    view, starts, stops = arena.data, offsets[:-1], offsets[1:]
    found, named = [NOTHING] * len(names), _kinds(names)
    tagged = tags(arena, starts, stops, ~binary)
    plain = np.fromiter((not (kind or tag) for kind, tag in zip(named, tagged, strict=True)), np.bool_, len(names))
    rows = np.flatnonzero(plain & ~binary)
    ends = comments(arena, starts[rows], stops[rows])
    for row, start, end in zip(*(a[ends > 0].tolist() for a in (rows, starts[rows], starts[rows] + ends)), strict=True):
        found[row] = _HEADERS.read(view[start:end].tobytes())
    for row, kind in enumerate(named):
        if kind and not binary[row]:
            found[row] = _named(kind, view[starts[row] : min(stops[row], starts[row] + MOST)].tobytes())
    return {
        "licence_tag": Varlen.of(tagged),
        "licence": Varlen.of([f.expression for f in found]),
        "licence_method": Varlen.of([f.method for f in found]),
        "licence_confidence": np.array([f.confidence for f in found], np.float32),
    }


def _kinds(names: Sequence[str]) -> list[str]:
    """Give each row's kind: from the key where it carries one, else from the name."""
    distinct = list(dict.fromkeys(names))
    plain = zip(distinct, kinds.kinds(Varlen.of(distinct)), strict=True)
    kind_of = {name: name.partition(kinds.SEPARATOR)[2] or kind for name, kind in plain}
    return [kind_of[name] for name in names]


def _named(kind: str, content: bytes) -> Finding:
    if kind in _PROSE:
        return _PROSE[kind](text_of(content))
    return manifest(kind, text_of(content))


def text_of(content: bytes) -> str:
    """Decode a text file without ever failing: UTF-16 by its mark, else UTF-8, else Latin-1."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
