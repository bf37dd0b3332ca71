"""Text or binary, and in which encoding."""

from __future__ import annotations

import re

#: How many bytes git looks at to tell binary files (``buffer_is_binary`` in xdiff-interface.c).
LOOK = 8000
BINARY = "binary"
UNKNOWN = "unknown"
#: Encodings whose bytes are measured as they are.
DIRECT = frozenset({"ascii", "utf-8", "utf-8-bom"})
#: Encodings that are turned into UTF-8 first, and Python's name for each.
RECODED = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "latin-1": "latin-1"}
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: Control characters that text does not hold: all of C0 but tab, line feed, vertical tab, form feed, return and escape.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def encoding_of(raw: bytes) -> str:
    """Name the encoding of a file's bytes; a pure function of them.

    UTF-16 counts only with its byte order mark. Bytes that are neither UTF-8 nor binary are Latin-1 when they hold no
    control characters, else unknown.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return name if _decodes(raw, "utf-16") else BINARY
    if raw.find(b"\0", 0, LOOK) >= 0:
        return BINARY
    if raw.isascii():
        return "ascii" if b"\0" not in raw else UNKNOWN
    if _decodes(raw, "utf-8"):
        if b"\0" in raw:
            return UNKNOWN
        return "utf-8-bom" if raw.startswith(b"\xef\xbb\xbf") else "utf-8"
    return UNKNOWN if _CONTROL.search(raw) else "latin-1"


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
