"""E-mail addresses, those set aside for examples and those of programs aside.

Source: RFC 5322 §3.4.1 (what an address is), RFC 2606 and 6761 (names that are nobody's).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.privacy.detector import LEAST, Detector, Probe
from codestrata.privacy.words import words

_LOCALS = bytes(c for c in range(128) if re.match(rb"[A-Za-z0-9._%+\-]", bytes([c])))
_ALNUM = bytes(c for c in range(128) if re.match(rb"[A-Za-z0-9]", bytes([c])))
#: Names below which nobody has a mailbox.
_NOBODY = re.compile(
    rb"(?:^|\.)(?:example|invalid|test|localhost|local|localdomain|domain|email|yourdomain|mydomain)(?:\.[a-z]{2,3}){0,2}$"
)
#: Before the name of who logs in to an address: no mailbox is meant.
_URL = re.compile(rb"://(?:[^\s/@\"'<>]{0,64}:)?$")
_LOGIN = 70
#: Names of messages (RFC 5322 §3.6.4) look like addresses; what stands before the sign is a number.
_NUMBERED = re.compile(rb"[0-9a-f._+-]{16,}")
_DIGITS = 6
#: Letters of escapes for white space in strings of nearly all languages.
_ESCAPED = (b"n", b"r", b"t", b"f", b"v", b"b")


def _check(text: bytes, match: re.Match[bytes]) -> float:
    local, _, domain = match[0].lower().rpartition(b"@")
    top = domain.rpartition(b".")[2]
    if (
        top not in words("tops")
        or top in words("files")
        or _NOBODY.search(domain)
        or local[:1] in b".%+-"
        or b".." in local
    ):
        return 0.0
    if local in {b"git", b"hg", b"svn", b"ssh"} and text[match.end() : match.end() + 1] in {b":", b"/"}:
        return 0.0  # where a repository is, as ssh writes it
    if _NUMBERED.fullmatch(local) and sum(c in b"0123456789" for c in local) >= _DIGITS:
        return 0.0
    before = text[max(0, match.start() - _LOGIN) : match.start()]
    return 0.0 if _URL.search(before) else 0.9


def _find(text: bytes, match: re.Match[bytes]) -> Iterator[tuple[int, int, float]]:
    r"""Give the address without the letter of an escape before it: ``\nann@corp.org`` in a string begins at the a."""
    start = match.start()
    if text[start - 1 : start] == b"\\" and text[start : start + 1] in _ESCAPED:
        start += 1
    sure = _check(text, match)
    if sure >= LEAST and text[start : start + 1] != b"@":
        yield start, match.end(), sure


EMAIL = Detector(
    name="email",
    kind="email",
    probes=(Probe(b"@", left=_LOCALS, left_least=1, right=_ALNUM, right_least=1),),
    pattern=re.compile(
        rb"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_@]|\.[A-Za-z0-9])"
    ),
    find=_find,
    source="RFC 5322 §3.4.1",
)
