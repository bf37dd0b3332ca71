"""Packing: files in reading order → rows of a bounded number of tokens, cut between files where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file: bytes ``start`` to ``end`` of its text, with so many tokens, its heading counted.

    ``room``: the most tokens that it may turn out to have.
    """

    file: int
    start: int
    end: int
    tokens: int
    room: int


#: Cuts a file that is too long for a row: (file, most tokens) → its parts.
Cutter = Callable[[int, int], Sequence[Part]]


def pack(groups: Sequence[Sequence[Part]], most: int, cut: Cutter) -> list[list[Part]]:
    """Put groups of whole files into rows with room for at most ``most`` tokens each, in order.

    A group that fits into a row is not cut, unless less than half of the row before it would be used; one that does not
    fit is cut between files; a file that is itself too long is cut by ``cut``, and begins a row.
    """
    rows: list[list[Part]] = [[]]
    used = 0
    for group in groups:
        size = sum(part.room for part in group)
        if used and used + size > most >= size and (len(group) == 1 or 2 * used >= most):
            rows.append([])
            used = 0
        for part in _fitting(group, most, cut):
            if used and used + part.room > most:
                rows.append([])
                used = 0
            rows[-1].append(part)
            used += part.room
    return [row for row in rows if row]


def _fitting(group: Sequence[Part], most: int, cut: Cutter) -> Iterator[Part]:
    for part in group:
        if part.room > most:
            yield from cut(part.file, most)
        else:
            yield part
