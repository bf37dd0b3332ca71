"""What a blob's bytes are: text in which encoding, or not text."""

from __future__ import annotations

import ctypes
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer
from codestrata.kernels.library import library

#: Encodings that no structure of bytes tells for sure: ``analyze.facts.charsets`` finds them among Latin-1 and unknown.
CHARSETS: Final = (
    *("shift_jis", "cp932", "euc-jp", "euc_jis_2004", "gb18030", "euc-kr", "cp949", "big5", "cp950", "big5hkscs"),
    *("windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256"),
    *("iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15", "koi8-r", "koi8-u", "cp866"),
    *("cp855", "mac-cyrillic"),
)
#: Names of the encodings, indexed by what :func:`encodings` gives (the first eight) and what is found among them.
ENCODINGS: Final = ("ascii", "utf-8", "utf-8-bom", "utf-16-le", "utf-16-be", "latin-1", "unknown", "binary", *CHARSETS)
ASCII, UTF8, UTF8_BOM, UTF16_LE, UTF16_BE, LATIN1, UNKNOWN, BINARY = range(8)
_SAMPLE: Final = 4096
_GIT_LOOKS_AT: Final = 8000
_ESCAPE: Final = 27


def encodings(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Give the encoding of each blob ``arena[offsets[i]:offsets[i + 1]]`` as an index into :data:`ENCODINGS`.

    A byte order mark decides first. Of what holds a zero byte, UTF-16 is told by zeros in every second place, a zero
    in the first 8000 bytes makes it binary, as for git, and a later one unknown: no text holds a zero. What is left is
    UTF-8 when it is well-formed; else Latin-1 when at most 1 % control and 30 % non-ASCII bytes; else unknown.
    """
    n = check_texts(arena, offsets)
    out = np.zeros(n, np.uint8)
    native = library()
    if native is None:
        out[:] = [_encoding(arena[a:b]) for a, b in pairwise(offsets)]
    else:
        native.strata_encodings(pointer(arena), pointer(offsets), ctypes.c_int64(n), pointer(out))
    return out


def _encoding(blob: NDArray[np.uint8]) -> int:
    raw = blob.tobytes()
    if len(raw) % 2 == 0:
        if raw.startswith(b"\xff\xfe") and raw[2:4] != b"\0\0":
            return UTF16_LE
        if raw.startswith(b"\xfe\xff"):
            return UTF16_BE
    if b"\0" in raw:
        return _zeroed(blob)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _narrow(blob)
    if raw.isascii():
        return ASCII
    return UTF8_BOM if raw.startswith(b"\xef\xbb\xbf") else UTF8


def _zeroed(blob: NDArray[np.uint8]) -> int:
    sample = min(len(blob), _SAMPLE) & ~1
    if len(blob) % 2 == 0 and len(blob) >= 4:  # noqa: PLR2004 (two UTF-16 units)
        even, odd = (int(np.count_nonzero(blob[first:sample:2] == 0)) for first in (0, 1))
        if odd * 10 >= sample // 2 * 7 and even * 100 < sample:
            return UTF16_LE
        if even * 10 >= sample // 2 * 7 and odd * 100 < sample:
            return UTF16_BE
    return BINARY if np.any(blob[:_GIT_LOOKS_AT] == 0) else UNKNOWN


def _narrow(blob: NDArray[np.uint8]) -> int:
    control = ((blob < 32) & ~((blob >= 8) & (blob <= 13)) & (blob != _ESCAPE)) | (blob == 127)  # noqa: PLR2004 (ASCII)
    few = int(np.count_nonzero(control)) * 100 <= len(blob)
    return LATIN1 if few and int(np.count_nonzero(blob >= 128)) * 10 <= len(blob) * 3 else UNKNOWN  # noqa: PLR2004
