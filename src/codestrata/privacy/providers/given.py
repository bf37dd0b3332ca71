"""A secret that a provider gives out, as a row of a table: how it begins, and how it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

from codestrata.privacy.detector import Check, Detector, Probe
from codestrata.privacy.judging import placeholder


def class_of(pattern: bytes) -> bytes:
    """Give the bytes that a class of a regular expression has: ``[0-9a-f]``."""
    one = re.compile(pattern)
    return bytes(c for c in range(128) if one.match(bytes([c])))


ALNUM = class_of(rb"[A-Za-z0-9]")
URLSAFE = class_of(rb"[A-Za-z0-9_-]")
#: How a secret may go on, without its length.
A, U, HEX = rb"[A-Za-z0-9]", rb"[A-Za-z0-9_-]", rb"[0-9a-f]"


def genuine(sure: float) -> Check:
    """Give the check of a value that is no placeholder."""

    def check(_: bytes, match: re.Match[bytes]) -> float:
        return 0.0 if placeholder(match[match.lastindex or 0]) else sure

    return check


def proven(proof: Callable[[bytes], bool], sure: float = 0.8) -> Check:
    """Give the check of a value that proves itself: 1 where it does, else as sure as told."""

    def check(_: bytes, match: re.Match[bytes]) -> float:
        value = match[match.lastindex or 0]
        if proof(value):
            return 1.0
        return 0.0 if placeholder(value) else sure

    return check


def given(
    name: str,
    kind: str,
    words: str,
    rest: bytes,
    source: str,
    *,
    check: Check | None = None,
    back: bytes = b"",
    back_least: int = 0,
    apart: bool = True,
) -> Detector:
    """Give the detector of secrets that begin with one of some words; what is before the word is ``back``.

    ``rest`` begins with the class of the first byte behind the word: it is what the probe asks for.
    """
    first = re.match(rb"\[[^\]]*\](?:\{(\d+))?", rest)
    right, least = (class_of(first[0].partition(b"{")[0]), int(first[1] or 1)) if first else (b"", 0)
    least = min(least, 32)
    left = class_of(back) if back else b""
    probes = tuple(
        Probe(word.encode(), apart=apart, left=left, left_least=back_least, right=right, right_least=least)
        for word in words.split()
    )
    begin = (back + b"{%d,64}+" % back_least) if back else b""
    listed = b"|".join(re.escape(word.encode()) for word in words.split())
    pattern = re.compile(begin + b"(?:" + listed + b")" + rest + rb"(?![A-Za-z0-9])")
    return Detector(name, kind, probes, pattern, check=check or _given(listed), source=source)


def _given(listed: bytes) -> Check:
    """Give the check of what stands behind the words: no placeholder."""
    begins = re.compile(b"(?:" + listed + b")")

    def check(_: bytes, match: re.Match[bytes]) -> float:
        return 0.0 if placeholder(begins.sub(b"", match[0], count=1)) else 0.9

    return check
