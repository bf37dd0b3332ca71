"""Names of people where a file says whose it is: copyright, author and maintainer lines, names beside addresses.

A name is two to five words with capitals, initials and particles between; organisations, told by their words, are none.
Names in other places, and those of one word, are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.emails import EMAIL
from codestrata.privacy.words import words

_LETTER = rb"(?:[a-z]|[\xc3-\xd3][\x80-\xbf])"
_CAPITAL = rb"(?:[A-Z]|[\xc3-\xd3][\x80-\xbf])"
_WORD = (
    rb"(?:(?:O'|D'|Mc|Mac|De|Di|La|Le|Van)?" + _CAPITAL + _LETTER + rb"+(?:-" + _CAPITAL + rb"?" + _LETTER + rb"+)?)"
)
_BETWEEN = (
    rb"(?:"
    + _WORD
    + rb"|[A-Z]\.?|(?i:van|von|der|den|de|da|di|do|du|dos|del|della|la|le|el|al|bin|ben|ter|ten|zu|y|e))"
)
_NAME = re.compile(_WORD + rb"(?:[ ]" + _BETWEEN + rb"){0,3}[ ]" + _WORD)
_LED = re.compile(rb"(?:[A-Z]\.[ ]?){1,3}" + _WORD)
_YEARS = rb"(?:\d{4}(?:[ \t]*(?:-|\xe2\x80\x93|,|to)[ \t]*(?:\d{2,4}|present|now|today)?)*)"
_RIGHTS = rb"(?:\([cC]\)|\xc2\xa9|&copy;|\xa9)"
_COPYRIGHT = re.compile(
    rb"(?:(?i:copyrights?)(?:[ \t,:]*"
    + _RIGHTS
    + rb")?|"
    + _RIGHTS
    + rb"(?:[ \t]*(?i:copyright))?)[ \t,:]*(?:"
    + _YEARS
    + rb")?[ \t,.:;-]*(?:by[ \t]+)?(?=[A-Z\xc3-\xd3])([^\n\r]{4,200})"
)
_ROLE = re.compile(
    rb"(?i:authors?|maintainers?|contributors?|created|written|contributed|developed|implemented|ported|maintained"
    rb"|signed-off|co-authored|reviewed)(?:_names?|__)?"
    rb"(?:[\"']?[ \t]{0,12}(?::|=>?)[ \t]{0,12}|(?i:-by:|[ \t]+by:?)[ \t]+|(?<=@author)[ \t]+)"
    rb"[\[\"'({]{0,3}[ \t]{0,4}(?=[A-Z\xc3-\xd3])([^\n\r]{4,200})"
)
#: What stands between names in a list, and at its end.
_CUT = re.compile(
    rb"(?i:[ \t]*[,;/&|][ \t]*|[ \t]+and[ \t]+|[ \t]*\([^)]{0,80}\)[ \t]*|[ \t]*<[^>]{0,80}>[ \t]*"
    rb"|(?:[\"\]}]|'(?![A-Za-z]))+[ \t,]*[\[\"'({]*|(?<=[a-z\x80-\xbf][a-z\x80-\xbf])\.[ \t]+|\.$"
    rb"|[ \t]{2,}|[ \t]+-+[ \t]+|[ \t]*\*/|-->|\\n|<)"
)
#: Before an address in brackets: what may stand before a name, and the name.
_BEFORE = re.compile(
    rb"(?:^|[\"'\n\r,;:*#/>(-]|[ \t]{2}|(?i:by|from|and|to|cc|author|maintainer|contact)[ \t])[ \t]*("
    + _NAME.pattern
    + rb"|"
    + _LED.pattern
    + rb")[\"']?[ \t]*(?:<|\(|&lt;|\[)(?:mailto:)?\Z"
)
_LOOK = 90


def person(value: bytes) -> bool:
    """Say whether words are a person's name."""
    if not (_NAME.fullmatch(value) or _LED.fullmatch(value)):
        return False
    return not any(word.strip(b".").lower() in words("nobody") for word in re.split(rb"[ -]", value))


def _listed(_: bytes, match: re.Match[bytes]) -> Iterator[tuple[int, int, float]]:
    """Give the names in what follows a copyright or a role; the first that is none ends the list."""
    at, rest = match.start(1), match[1]
    for part in _parts(rest):
        start, end = part
        value = rest[start:end]
        if person(value):
            yield at + start, at + end, 0.7
        elif value and not value.isdigit() and not re.fullmatch(rb"[\w.+-]+@[\w.-]+|[ \t]*", value):
            return


def _parts(rest: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in _CUT.finditer(rest):
        yield _trimmed(rest, at, cut.start())
        at = cut.end()
    yield _trimmed(rest, at, len(rest))


def _trimmed(rest: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and rest[start] in b" \t*#":
        start += 1
    while end > start and rest[end - 1] in b" \t*#.":
        end -= 1
    return start, end


def _beside(text: bytes, match: re.Match[bytes]) -> Iterator[tuple[int, int, float]]:
    """Give the name before an address in brackets: ``Ada Example <ada@…>``."""
    first = max(0, match.start() - _LOOK)
    found = _BEFORE.search(text[first : match.start()])
    if found and person(found[1]):
        yield first + found.start(1), first + found.end(1), 0.8


_ROLES = b"""author maintainer contributor created written contributed developed implemented ported maintained
signed-off co-authored reviewed"""

NAMES = (
    Detector(
        "name-in-copyright",
        "name",
        (
            Probe(b"copyright", fold=True, apart=True),
            Probe(b"(c) ", fold=True, right=b"0123456789", right_least=4),
            Probe(b"\xc2\xa9"),
        ),
        _COPYRIGHT,
        find=_listed,
    ),
    Detector(
        "name-in-role",
        "name",
        tuple(Probe(word, fold=True) for word in _ROLES.split()),
        _ROLE,
        find=_listed,
    ),
    Detector("name-beside-email", "name", EMAIL.probes, EMAIL.pattern, find=_beside),
)
