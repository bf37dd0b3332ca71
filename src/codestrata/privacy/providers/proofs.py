"""Proofs that some secrets carry with them: a checksum, or what they say when decoded."""

from __future__ import annotations

import base64
import binascii
import json
import zlib

_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUM = 6
_SNOWFLAKE = range(17, 21)


def base62(number: int, width: int) -> bytes:
    """Write a number to base 62, digits before capitals before small letters, with zeros before it."""
    out = bytearray()
    while number or len(out) < width:
        number, digit = divmod(number, 62)
        out.append(_DIGITS[digit])
    return bytes(reversed(out))


def crc_ends(token: bytes) -> bool:
    """Say whether the last six signs are the CRC-32 of what stands before them, behind the prefix, to base 62.

    Source: GitHub, Behind GitHub's new authentication token formats (2021-04-05); npm took it over.
    """
    body = token.rpartition(b"_")[2]
    return base62(zlib.crc32(body[:-_SUM]), _SUM) == body[-_SUM:]


def decoded(part: bytes) -> bytes:
    """Decode base64 of either alphabet, with or without padding; nothing where it is none."""
    padded = part.rstrip(b"=") + b"=" * (-len(part.rstrip(b"=")) % 4)
    try:
        return base64.b64decode(padded.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except (binascii.Error, ValueError):
        return b""


def jwt(token: bytes) -> bool:
    """Say whether the first part of a JSON Web Token is a header that names an algorithm (RFC 7519 §5, RFC 7515 §4)."""
    try:
        header = json.loads(decoded(token.partition(b".")[0]))
    except (ValueError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(header, dict) and isinstance(header.get("alg"), str)


def snowflake(token: bytes) -> bool:
    """Say whether a Discord token begins with the number of a user, in base64."""
    number = decoded(token.partition(b".")[0])
    return number.isdigit() and len(number) in _SNOWFLAKE


def login(value: bytes) -> bool:
    """Say whether base64 holds a name and a password, as HTTP's Basic scheme and Docker's ``auth`` do (RFC 7617 §2)."""
    text = decoded(value)
    name, colon, password = text.partition(b":")
    return bool(name and colon and password) and all(0x20 <= c < 0x7F for c in text)  # noqa: PLR2004 -- ASCII's graphics
