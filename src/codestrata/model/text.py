"""Bytes to text: what a file's ``text`` is, given the encoding that analysis found."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"
#: Encodings whose bytes are the text.
AS_IT_IS = frozenset({"ascii", "utf-8"})


def to_utf8(raw: bytes, encoding: str) -> bytes:
    """Re-encode a file as UTF-8; the byte order mark goes, nothing else changes.

    ``raw.decode(encoding)`` gives the same text, so the row and the blob can be compared exactly.
    """
    if encoding in AS_IT_IS:
        return raw
    if encoding == "utf-8-bom":
        return raw.removeprefix(BOM)
    return raw.decode(encoding, "replace").removeprefix("\ufeff").encode()
