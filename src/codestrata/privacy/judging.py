"""Telling secrets from what only looks like them: how random a string is, placeholders, words, templates."""

from __future__ import annotations

import math
import re
from collections import Counter

from codestrata.privacy.words import words

#: Parts that give a placeholder away, in lower case.
_GIVES_AWAY = re.compile(
    rb"example|sample|placeholder|changeme|change_me|change-me|replace|insert|dummy|foobar|yourkey|your[-_ ]"
    rb"|my[-_]?(?:key|token|secret|api|pass)|redacted|xxxx|\*\*\*|\.\.\.|0000000|1111111|aaaaaaa|1234567|abcdefg|a1b2c3"
    rb"|deadbeef|cafebabe|<[a-z]|faket|fakek|fakes|fakep|secret[-_]?(?:key|token)|not[-_ ]?(?:a|real)|invalid"
    rb"|somesecret|testtest|passwor|(?<![a-z0-9])(?:fake|todo|mock|fixme)(?![a-z0-9])"
)
_SEQUENCE = re.compile(rb"(.)\1{5,}")
#: Templates and references that a program fills in: ``${…}``, ``{{…}}``, ``%(…)s``, ``<…>``, ``$(…)``, ``#{…}``.
_FILLED = re.compile(
    rb"\$[({A-Za-z_]|\{\{|\}\}|%[({sdvq]|<%|#\{|^<.*>$|^\{.*\}$|^%.*%$|^\[.*\]$|^__.*__$|^@[A-Za-z.]+$"
)
#: A word as one writes it in names, and names of these: ``resetPasswordToken``, ``user-pass-2``, ``AUTH_KEY``.
_ONE = rb"(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|[A-Z](?=[A-Z]?[a-z]{2})|(?<![A-Za-z0-9])[A-Za-z](?![A-Za-z0-9]))"
#: Numbers in names: at the end of a word, or between two that are long enough to be words.
_NUMBER = rb"(?:\d{1,2}(?![A-Za-z0-9])|(?<=[A-Za-z]{3})\d{1,2}(?=[A-Za-z]{3}))"
_WORDY = re.compile(rb"%s(?:[ _./:#?&=-]*(?:%s|%s))*+[ _./:!?-]*" % (_ONE, _ONE, _NUMBER))
_INSIDE = re.compile(rb"[A-Za-z]\d{1,2}(?=[A-Za-z])")
_UUID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(rb"[0-9a-f]+|[0-9A-F]+")
_RISING = b"0123456789abcdefghijklmnopqrstuvwxyz0123456789"


def entropy(value: bytes) -> float:
    """Give Shannon's entropy of a string's bytes, in bits per byte."""
    count = len(value)
    return -sum(n / count * math.log2(n / count) for n in Counter(value).values()) if count else 0.0


def placeholder(value: bytes) -> bool:
    """Say whether a value stands where a secret will: a placeholder, a template, a row of signs."""
    low = value.lower()
    return (
        low in words("placeholders")
        or any(_of_one_case(value[slice(*found.span())]) for found in _GIVES_AWAY.finditer(low))
        or _FILLED.search(value) is not None
        or _SEQUENCE.search(value) is not None
        or any(low[i : i + 8] in _RISING for i in range(0, len(low) - 7, 4))
    )


def _of_one_case(part: bytes) -> bool:
    """Say whether a part is written as words are; letters that were drawn make words in a jumble of both cases."""
    return part.islower() or part.isupper() or part.istitle() or part.lower() == part.upper()


def wordy(value: bytes) -> bool:
    """Say whether a value is put together from words, as names of variables, paths and messages are."""
    return len(_INSIDE.findall(value)) < 2 and _WORDY.fullmatch(value) is not None  # noqa: PLR2004 -- as `sha256sum`


def uuid(value: bytes) -> bool:
    """Say whether a value is a UUID (RFC 9562)."""
    return _UUID.fullmatch(value) is not None


def random(value: bytes) -> bool:
    """Say whether a value looks like one that a program drew: long, with digits, and of high entropy.

    Thresholds: 3 bits for hexadecimal digits, which have 4 at most (detect-secrets' default), 3.5 for others.
    """
    if _HEX.fullmatch(value):
        return not value.isdigit() and entropy(value) >= 3.0  # noqa: PLR2004 -- told above
    return entropy(value) >= 3.5 and classes(value) >= 2  # noqa: PLR2004 -- same


def classes(value: bytes) -> int:
    """Count the classes of signs in a value: small letters, capitals, digits, others."""
    return sum(re.search(one, value) is not None for one in (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9]"))
