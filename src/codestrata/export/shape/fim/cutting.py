"""Where a text is cut: chance that content and seed decide, anywhere or around whole nodes of its tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of a text (bytes) that may be a middle, and what it is: statement, block, …."""

    start: int
    end: int
    kind: str


class Chance:
    """Numbers in [0, 1) that content and seed decide: the same for the same, in the same order."""

    def __init__(self, *parts: bytes) -> None:
        self._seed = hashlib.blake2b(b"\0".join(parts), digest_size=32).digest()
        self._count = 0

    def next(self) -> float:
        """Give the next number: 53 bits of it."""
        digest = hashlib.blake2b(self._seed + self._count.to_bytes(8, "little"), digest_size=8).digest()
        self._count += 1
        return (int.from_bytes(digest, "little") >> 11) / 2**53

    def of(self, count: int) -> int:
        """Give one of so many: 0 to count - 1."""
        return min(int(self.next() * count), count - 1)


def anywhere(text: bytes, chance: Chance) -> tuple[int, int]:
    """Give two places between letters of a text (bytes), the first not after the second; no CRLF is cut.

    Source: Bavarian et al. (arXiv:2207.14255), §3: uniform over characters.
    """
    if text.isascii():
        low, high = sorted((chance.of(len(text) + 1), chance.of(len(text) + 1)))
    else:
        letters = text.decode()
        one, two = sorted((chance.of(len(letters) + 1), chance.of(len(letters) + 1)))
        low = len(letters[:one].encode())
        high = low + len(letters[one:two].encode())
    return whole(text, low), whole(text, high)


def around(nodes: Sequence[Node], kinds: Sequence[str], chance: Chance) -> Node | None:
    """Give a node: first of the kinds that there are one, then one of that kind; None where there is none."""
    held = {kind: [node for node in nodes if node.kind == kind] for kind in kinds}
    there = [kind for kind in kinds if held[kind]]
    if not there:
        return None
    some = held[there[chance.of(len(there))]]
    return some[chance.of(len(some))]


def chunks(text: bytes, most: int) -> Iterator[tuple[int, int]]:
    """Give the first byte and the one after the last of chunks of at most ``most`` characters (0: one chunk).

    A chunk ends at a line, if there is one in its second half, else between two letters.
    """
    start = 0
    while start < len(text):
        end = _after(text, start, most) if most else len(text)
        if end < len(text):
            line = text.rfind(b"\n", start + (end - start) // 2, end) + 1
            end = line or max(whole(text, end), start + 1)
        yield start, end
        start = end


def _after(text: bytes, start: int, most: int) -> int:
    """Give the place ``most`` characters after a place."""
    if len(text) - start <= most:
        return len(text)
    piece = text[start : start + 4 * most]
    return start + most if piece.isascii() else start + len(piece.decode("utf-8", "ignore")[:most].encode())


def whole(text: bytes, at: int) -> int:
    """Give a place, moved out of a CRLF if it is inside of one: behind it."""
    return at + 1 if text[at - 1 : at + 1] == b"\r\n" and at else at
