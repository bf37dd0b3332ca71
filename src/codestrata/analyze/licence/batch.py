"""Licence facts of a batch of files: tags, licence texts, read-me files, headers, manifests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence import document, kinds
from codestrata.analyze.licence.globbed import dep5, is_dep5
from codestrata.analyze.licence.header import Headers
from codestrata.analyze.licence.notice import NOTHING, Finding
from codestrata.analyze.licence.tags import WITHIN as TAGS_WITHIN
from codestrata.analyze.licence.tags import tag
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
    view, bounds = arena.data, offsets.tolist()
    found = [NOTHING] * len(names)
    tagged = [""] * len(names)
    for row, (kind, skip) in enumerate(zip(_kinds(names), binary.tolist(), strict=True)):
        if skip:
            continue
        start, end = bounds[row], bounds[row + 1]
        head = view[start : min(end, start + TAGS_WITHIN)].tobytes()
        tagged[row] = tag(head)
        if kind:
            found[row] = _named(kind, view[start : min(end, start + MOST)].tobytes())
        elif not tagged[row]:
            found[row] = _HEADERS.read(head)
    return {
        "licence_tag": Varlen.of(tagged),
        "licence": Varlen.of([f.expression for f in found]),
        "licence_method": Varlen.of([f.method for f in found]),
        "licence_confidence": np.array([f.confidence for f in found], np.float32),
    }


def _kinds(names: Sequence[str]) -> list[str]:
    """Give each row's kind: from the key where it carries one, else from the name."""
    distinct = list(dict.fromkeys(names))
    plain = dict(zip(distinct, kinds.kinds(Varlen.of(distinct)), strict=True))
    return [name.partition(kinds.SEPARATOR)[2] or plain[name] for name in names]


def _named(kind: str, content: bytes) -> Finding:
    if kind in _PROSE:
        return _PROSE[kind](text_of(content))
    from codestrata.analyze.licence.manifests import manifest  # its parsers take 15 ms to import

    return manifest(kind, text_of(content))


def text_of(content: bytes) -> str:
    """Decode a text file without ever failing: UTF-16 by its mark, else UTF-8, else Latin-1."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
