"""Words of a licence text, as the SPDX matching guidelines ask: what may vary without changing the licence is gone.

Source: SPDX 3.0, Annex "Licence matching guidelines": case, white space, punctuation, comment signs, bullets, copyright
notices, varietal spelling and http/https do not count. Placeholders and HTML tags in angle brackets do not either.
"""

from __future__ import annotations

import ctypes
import re

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: A copyright notice: to the end of its line, or to the licence that goes on in the same line.
_COPYRIGHT = re.compile(
    r"^[^\w\n]*(?:portions |parts )?(?:copyright|\(c\)|©)[ :]*(?:\(c\)|©|[<\[{\d]|by |holder|the |year|x{4}|yyyy)"
    r"[^\n]*?(?=$|(?:and )?licensed\b|permission\b|redistribution\b)",
    re.MULTILINE,
)
_TAG = re.compile(r"<[^<>\n]{1,100}>")
_BULLET = re.compile(r"(?<![\w.])\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s)")
_PLUS = re.compile(r"(?<=\d)\+(?!\w)")  # GPLv2+
_WORD = re.compile(r"[^\W_]+")
_SAME = (
    ("licence", "license"),
    ("sub-license", "sublicense"),
    ("non-infringement", "noninfringement"),
    ("copyright owner", "copyright holder"),
    ("https", "http"),
)
#: The kernel's own sign for ©, and ASCII for other blanks and signs that are not ASCII: the passes treat them alike.
_COPYRIGHT_SIGN, _BLANK, _SIGN = "\x01", "\x1f", '"'
_ASCII = frozenset(map(chr, range(128)))
#: What one spelling may grow by, in bytes: a plus sign, and the longest of the others.
_PLUS_GROWS, _SAME_GROWS = 8, 1


def prose(text: str) -> tuple[str, NDArray[np.int64]]:
    """Give the n words of a licence text that count, in lower case and joined by spaces, and where they begin.

    int64[n + 1]: word i begins at character ``starts[i]``; ``starts[n]`` is where the next one would.
    """
    native = library()
    plain = _plain(text) if native else None
    return _prose(text) if native is None or plain is None else _native(native, plain)


def _plain(text: str) -> bytes | None:
    """Give a text as ASCII that the passes treat alike, or None where a letter of it is none."""
    if _COPYRIGHT_SIGN in text:
        return None
    if not text.isascii():
        for sign in set(text).difference(_ASCII):
            if sign.isalnum():
                return None
            text = text.replace(sign, _COPYRIGHT_SIGN if sign == "©" else _BLANK if sign.isspace() else _SIGN)
    return text.encode()


def _native(native: ctypes.CDLL, raw: bytes) -> tuple[str, NDArray[np.int64]]:
    room = len(raw) + len(raw) // 15 * _SAME_GROWS + raw.count(b"+") * _PLUS_GROWS + 16
    buffers = np.empty((2, room), np.uint8)
    starts = np.empty(room // 2 + 2, np.int64)
    out, spare = pointer(buffers[0]), pointer(buffers[1])
    count = native.strata_prose(raw, ctypes.c_int64(len(raw)), out, spare, pointer(starts))
    starts = starts[: count + 1]
    return buffers[0, : max(0, int(starts[-1]) - 1)].tobytes().decode("ascii"), starts


def _prose(text: str) -> tuple[str, NDArray[np.int64]]:
    text = _PLUS.sub(" or later", text.lower())
    for variant, usual in _SAME:
        text = text.replace(variant, usual)
    text = _COPYRIGHT.sub(" ", text)
    text = _TAG.sub(" ", text)
    words = _WORD.findall(_BULLET.sub(" ", text))
    return " ".join(words), np.cumsum([0, *(len(word) + 1 for word in words)], dtype=np.int64)
