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
#: Before an address that is a value of its own: ``name = "Ada Example", email = "``.
_PAIRED = re.compile(
    rb"(?i:name)[\"']?[ \t]*[=:][ \t]*[\"']("
    + _NAME.pattern
    + rb"|"
    + _LED.pattern
    + rb")[\"'][ \t]*,\s*[\"']?(?i:e-?mail)[\"']?[ \t]*[=:][ \t]*[\"']\Z"
)
#: Behind a name that is a company's.
_COMPANY = re.compile(rb"[, ]{1,3}(?i:inc|llc|ltd|gmbh|corp|pty|plc|s\\.a|b\\.v|co\\.)")
_LOOK = 90
#: A heading under which names may be listed, and one line of such a list: its mark, and what may be a name.
_HEADING = re.compile(rb"(?i:authors?|contributors?|maintainers?|committers?|credits?|thanks)\b[^\n={(;]{0,60}\n")
_LINE = re.compile(
    rb"[ \t>*+#/;.%-]*+(?:\d+[.)])?+[ \t]*+([^\n<(\[,:;@|]{3,60}?)[ \t]*"
    rb"(?:[<(\[,:;@|][^\n]*|[ \t]-[^\n]*)?\r?(?:\n|\Z)"
)
_EMPTY = re.compile(rb"[ \t>*+#/;.%=~_^-]*\r?\n")
_MOST_LINES, _PATIENCE, _LEAST_NAMES = 5000, 2, 2


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
        if person(value) and not _COMPANY.match(rest, end):
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
    found = found or _PAIRED.search(text[first : match.start()])
    if found and person(found[1]):
        yield first + found.start(1), first + found.end(1), 0.8


def _rolled(text: bytes, match: re.Match[bytes]) -> Iterator[tuple[int, int, float]]:
    """Give the names listed under a heading, a line each, if there are some; other lines end the list."""
    at, missed, names = match.end(), 0, []
    for _ in range(_MOST_LINES):
        blank = _EMPTY.match(text, at)
        line = blank or _LINE.match(text, at)
        if blank is None and line is not None and person(line[1]):
            names.append(line.span(1))
            missed = 0
        elif blank is None:
            missed += 1
            if missed > (_PATIENCE + len(names) // 4 if names else 1):
                break
        end = line.end() if line else text.find(b"\n", at) + 1
        if end <= at:
            break
        at = end
    if len(names) >= _LEAST_NAMES:
        yield from ((start, end, 0.7) for start, end in names)


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
    Detector(
        "name-in-list",
        "name",
        tuple(Probe(word, fold=True) for word in b"author contributor maintainer committer credit thanks".split()),
        _HEADING,
        find=_rolled,
    ),
    Detector("name-beside-email", "name", EMAIL.probes, EMAIL.pattern, find=_beside),
)
