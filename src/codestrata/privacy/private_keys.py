"""Private keys as files hold them: PEM (RFC 7468), OpenSSH, PGP armour (RFC 9580 §6.2), PuTTY."""

from __future__ import annotations

import re

from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.judging import entropy

_NAMES = rb"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?"
#: Between lines of base64: ends of lines as they are or as strings write them, quotes, signs of comments.
_BETWEEN = rb"""(?:[\s"',#*|>;\\-]|\\[nr]){0,40}"""
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]{16,}")
_ESCAPED = re.compile(rb"\\[nrt]")
#: The shortest key there is, Ed25519 in PKCS #8, has 64 signs of base64.
_LEAST = 60
_RANDOM = 4.0


def _check(_: bytes, match: re.Match[bytes]) -> float:
    body = b"".join(_BASE64.findall(_ESCAPED.sub(b" ", match[0])))
    if len(body) < _LEAST or entropy(body) < _RANDOM:
        return 0.0
    return 0.99


PRIVATE_KEYS = (
    Detector(
        "private-key",
        "private_key",
        (Probe(b"-----BEGIN ", right=b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", right_least=2),),
        re.compile(
            rb"-----BEGIN "
            + _NAMES
            + rb"-----(?:(?:[^-]|-(?!----)){40,20000}+-----END "
            + _NAMES
            + rb"-----|(?:"
            + _BETWEEN
            + rb"[A-Za-z0-9+/=]{16,}+){2,600})"
        ),
        check=_check,
        source="RFC 7468",
    ),
    Detector(
        "putty-key",
        "private_key",
        (Probe(b"Private-Lines: "),),
        re.compile(rb"Private-Lines: \d+\s+(?:[A-Za-z0-9+/=]{16,64}\s+){1,200}"),
        check=_check,
        source="the.earth.li/~sgtatham/putty, PPK file format",
    ),
)
