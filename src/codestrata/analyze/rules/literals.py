"""Literals: texts one of which is in whatever a regular expression finds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from codestrata.analyze.rules.grammar import Piece, Unknown, parse
from codestrata.kernels.nodes.places import PIECE

#: Texts of one expression at most; those of a row of parts, as long as they are short, and when they are long enough to
#: be looked for; bytes of a text that are looked at.
MOST = 256
_SHORT, _LONG = 64, 16
_LONGEST = 64
Texts = frozenset[bytes]


@cache
def literals(source: str) -> Texts | None:
    """Give texts of :data:`PIECE` bytes or more, one of which is in all that an expression finds; None: there are none.

    source: of the expression, as RE2 reads it.
    """
    try:
        whole, best = _told(parse(source))
    except (Unknown, RecursionError):
        return None
    return _better(whole, best)


def _told(piece: Piece) -> tuple[Texts | None, Texts | None]:
    """Give all texts that a piece may be, if they are few, and texts one of which is in what it is, if there are."""
    if isinstance(piece, frozenset):
        return (frozenset(bytes([byte]) for byte in piece), None) if len(piece) <= PIECE else (None, None)
    what = piece[0]
    if what == "at":
        return frozenset({b""}), None
    if what == "and":
        return _row(piece[1])
    if what == "or":
        return _either(piece[1])
    whole, best = _told(piece[1])
    least, most = piece[2], piece[3]
    if least == 0:
        return (whole | {b""} if whole is not None and most == 1 and len(whole) < MOST else None), None
    return (whole if least == most == 1 else None), _better(whole, best)


def _row(parts: list[Piece]) -> tuple[Texts | None, Texts | None]:
    """Put parts together as long as all that they may be is known, and again behind each of which it is not."""
    so_far: Texts = frozenset({b""})
    best: Texts | None = None
    unbroken = True
    for part in _letters(parts):
        whole, inner = (frozenset({part}), None) if isinstance(part, bytes) else _told(part)
        if whole is not None and len(so_far) * len(whole) <= _room(so_far):
            so_far = frozenset(a + b for a, b in product(so_far, whole))
            continue
        unbroken = False
        best = _better(so_far, _better(inner, best))
        so_far = whole if whole is not None else frozenset({b""})
    return (so_far, best) if unbroken else (None, _better(so_far, best))


def _room(so_far: Texts) -> int:
    """Say how many texts may become of some: letters of either case make ever more of them, which tell no more."""
    if max(map(len, so_far), default=0) >= _LONGEST:
        return 0
    return max(len(so_far), _LONG) if min(map(len, so_far), default=0) > PIECE else _SHORT


def _letters(parts: list[Piece]) -> Iterator[Piece | bytes]:
    """Give parts in order, letters that follow one another as one text."""
    run = bytearray()
    for part in parts:
        if isinstance(part, frozenset) and len(part) == 1:
            run += bytes(part)
            continue
        if run:
            yield bytes(run)
            run.clear()
        yield part
    if run:
        yield bytes(run)


def _either(parts: list[Piece]) -> tuple[Texts | None, Texts | None]:
    told = [_told(part) for part in parts]
    wholes = [whole for whole, _ in told if whole is not None]
    whole = _union(wholes) if len(wholes) == len(told) else None
    found = [texts for one in told if (texts := _better(*one)) is not None]
    return whole, _union(found) if len(found) == len(told) else None


def _union(several: list[Texts]) -> Texts | None:
    found: Texts = frozenset().union(*several)
    return found if len(found) <= MOST else None


def _better(one: Texts | None, other: Texts | None) -> Texts | None:
    """Give what tells more of two: the longer texts; None where both have one that is too short."""
    fit = [texts for texts in (one, other) if texts is not None and all(len(text) >= PIECE for text in texts)]
    return max(fit, key=lambda texts: (min(map(len, texts), default=_LONGEST), -len(texts)), default=None)
