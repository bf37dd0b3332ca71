"""Bytes to text: what a row's ``text`` is, given the encoding that analysis found."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"
_CODECS = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "latin-1": "latin-1"}


def to_utf8(raw: bytes, encoding: str) -> bytes:
    """Re-encode a file as UTF-8; the byte order mark goes, nothing else changes.

    ``raw.decode(codec)`` of the same name gives the text back, so the row and the blob can be compared exactly.
    """
    if encoding in {"ascii", "utf-8"}:
        return raw
    if encoding == "utf-8-bom":
        return raw.removeprefix(BOM)
    return raw.decode(_CODECS[encoding], "replace").encode()


def readable_path(path: bytes) -> str:
    r"""Give a path as text; bytes that are not UTF-8 become ``\xNN``."""
    return path.decode("utf-8", "backslashreplace")
