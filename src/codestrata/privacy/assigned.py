"""Values given to names that say password, secret, token or key: judged by name, value, and how they are written."""

from __future__ import annotations

import re

from codestrata.kernels.probe_forms import ASSIGNED
from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.judging import classes, entropy, placeholder, random, uuid, wordy
from codestrata.privacy.providers.proofs import decoded, login
from codestrata.privacy.words import words

#: Words anywhere before the last that say that the value is for everybody to see, or for a moment.
_NOT_KEPT = frozenset({b"public", b"csrf", b"xsrf", b"authenticity", b"hashed", b"lex", b"is", b"has"})
_WORDS = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAME_BEFORE = re.compile(rb"[A-Za-z0-9_.\-]*\Z")
_NAME_BEHIND = re.compile(rb"[A-Za-z0-9_.\-]*")
_BEFORE = 48
#: What a value of a secret is made of; a password may hold any sign.
_MADE_OF = re.compile(rb"[A-Za-z0-9+/=_.~:\-!@#$%^&*]+")
_NO_VALUE = re.compile(
    rb"[\[\](){}\\|]|://|^--|^:[A-Za-z_]|[^\x21-\x7e]"
    rb"|\.(?:js|py|rb|json|ya?ml|html?|txt|pem|key|crt|png|css|java|go|rs|php|xml|md|enc|lock|conf|cfg|ini|sh|tmp|log)$"
)
_CALL = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*(?:(?:\.|::|->)[A-Za-z_][A-Za-z0-9_]*)+\Z")
_IDENTIFIER = re.compile(rb"[A-Za-z_][A-Za-z_]*\d{0,3}\Z")
#: How a line of configuration begins before a name: with nothing, or with what says that a setting follows.
_CONFIGURED = re.compile(rb"(?:^|\n)[ \t]*(?:-[ \t]+|(?:export|set|setx|ENV|ARG|SET)[ \t]+|[#;/]{1,3}[ \t]*)?[\"']?\Z")
_ENDED = re.compile(rb"[ \t]*(?:$|\r?\n|[ \t][#;])")
#: Letters alone are random enough from so many bits on: those of 24 drawn ones have more, words seldom.
_LETTERS = 4.0
#: What is between a name and a sign of assignment: a type, or another name.
_TYPED = re.compile(rb"[ \t]([A-Za-z_]+)[ \t]*=[ \t]*[A-Za-z@$]{0,2}[\"'`]*\Z")
_GIVEN = re.compile(rb"[=:>]")
_SIGN = re.compile(rb"[=:(>,]")
_SHORT_TOKEN, _LONG_TOKEN, _LONG_HEX, _LONGEST = 16, 20, 24, 200


def _name(text: bytes, match: re.Match[bytes]) -> tuple[int, list[bytes]]:
    """Give where the name begins, and its words in small letters."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    found = _NAME_BEFORE.search(before)
    start = match.start() - (len(found[0]) if found else 0)
    behind = _NAME_BEHIND.match(text, match.start())
    name = text[start : behind.end() if behind else match.start()]
    return start, [word.lower() for word in _WORDS.findall(name)]


def _kind(said: list[bytes]) -> str:
    """Say what a name's words say its value is: password, token, or nothing to keep to oneself."""
    if not said or said[-1] in words("about") or _NOT_KEPT & set(said[:-1]):
        return ""
    for k, word in enumerate(said):
        key = word in {b"key", b"keys"} and k and said[k - 1] in words("keys")
        told = "password" if word in words("passwords") else "token" if key or word in words("tokens") else ""
        if told and not words("about") & set(said[k + 1 :]):
            return told
    return ""


def _password(value: bytes) -> float:
    """Say how sure a value is a password: no placeholder, no word, not the name of something."""
    if len(value) > _LONGEST or placeholder(value) or _NO_VALUE.search(value) or uuid(value):
        return 0.0
    if value.startswith((b"/", b".", b"~")) or (wordy(value) and classes(value) < 3):  # noqa: PLR2004 -- a word with a capital, a sign and a number
        return 0.0
    if _CALL.fullmatch(value) or classes(value) < 2:  # noqa: PLR2004 -- letters alone are words
        return 0.0
    return 0.6 if _IDENTIFIER.fullmatch(value) else 0.7


def _token(value: bytes) -> float:
    """Say how sure a value is a token or key: as long and random as these are."""
    if not _SHORT_TOKEN <= len(value) <= 2 * _LONGEST or not _MADE_OF.fullmatch(value):
        return 0.0
    if placeholder(value) or wordy(value.lstrip(b"/.~")) or uuid(value) or _NO_VALUE.search(value) or not random(value):
        return 0.0
    if login(value) and placeholder(decoded(value).partition(b":")[2]):
        return 0.0
    if len(value) < _LONG_TOKEN:
        return 0.6 if classes(value) >= 3 or (classes(value) > 1 and entropy(value) > 3.2) else 0.0  # noqa: PLR2004 -- no source: short ones need more
    return 0.75 if re.search(rb"\d", value) or entropy(value) > _LETTERS else 0.0


def _bare(text: bytes, match: re.Match[bytes], start: int) -> bool:
    """Say whether a value without quotes is one: in a line of configuration, or between tags."""
    value = match[4]
    sign = text[match.start() : match.start(4)].rstrip()[-1:]
    if sign == b">":
        return text[match.end() : match.end() + 2] == b"</"
    if not _CONFIGURED.search(text, max(0, start - 40), start) or not _ENDED.match(text, match.end()):
        return False
    if _CALL.fullmatch(value):
        return False
    tight = sign == b"=" and text[match.start(4) - 1 : match.start(4)] == b"="
    return tight or sign == b":" or classes(value) >= 3  # noqa: PLR2004 -- an identifier seldom has as many


def _check(kind: str, text: bytes, match: re.Match[bytes]) -> float:
    start, said = _name(text, match)
    if _kind(said) != kind:
        return 0.0
    between = text[match.start() : match.start(match.lastindex or 0)]
    typed = _TYPED.search(between)
    if (typed and typed[1].lower() in words("about")) or (said[-1] == b"pass" and not _GIVEN.search(between)):
        return 0.0  # <pass name="…">, expect_decode_pass("…"), run_pass "…"
    if match[3] is not None and not _SIGN.search(text, match.start(), match.start(3)):
        return 0.0  # prose about code: pass `value`
    value = next(group for group in match.groups() if group is not None)
    if match[4] is not None and not _bare(text, match, start):
        return 0.0
    return _password(value) if kind == "password" else _token(value)


def _detector(name: str, kind: str, begins: str) -> Detector:
    def check(text: bytes, match: re.Match[bytes]) -> float:
        return _check(kind, text, match)

    probes = tuple(Probe(word.encode(), fold=True, form="assigned") for word in begins.split())
    any_of = b"|".join(word.encode() for word in begins.split())
    pattern = re.compile(rb"(?i:" + any_of + rb")(?x:" + ASSIGNED.pattern + rb")")
    return Detector(name, "password" if kind == "password" else "token", probes, pattern, check=check)


ASSIGNMENTS = (
    _detector("assigned-password", "password", "pass pwd"),
    _detector("assigned-secret", "token", "secret token key credential"),
)
