"""Public IP addresses: not those set aside for private use, examples and the like, and not what only looks like one.

Source: IANA's special-purpose address registries (RFC 6890), as Python's ipaddress has them; RFC 3849, 9637, 5737.
"""

from __future__ import annotations

import ipaddress
import re
from itertools import pairwise

from codestrata.kernels.probe_forms import DOTTED
from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.words import words

_DIGITS, _HEX = b"0123456789", b"0123456789abcdefABCDEF"
#: Before a version: a letter v, the name of a program with a slash or a hyphen, an equals sign of requirements.
_VERSION = re.compile(
    rb"(?i:\bv(?:er(?:sion)?)?\.?[ \t:=\"'(]{0,4}|release[ \t:=\"']{1,4}|[a-z][/_-]|[=<>~^!]=[ \t]?"
    rb"|^#+[ \t]*\[?|^[ \t]*[a-z][\w.-]*[ \t]\(|\boid\b.{0,8})$"
)
_SAID_VERSION = re.compile(
    rb"(?i)version|release|assembly|user-?agent|mozilla/|chrome/|upgrad|changelog|\bsdk\b|\boid\b|section|protocol"
)
_SAID_ADDRESS = re.compile(
    rb"(?i)\bips?\b|ip_?addr|\baddr|\bhosts?\b|\bservers?\b|\bpeers?\b|remote|\bclients?\b|dns|gateway|proxy|ssh|subnet"
    rb"|://|listen|bind|connect|\bfrom\b"
)
#: How object identifiers of certificates begin (ITU-T X.660).
_OBJECTS = (b"2.5.29.", b"2.5.4.", b"1.3.6.", b"1.2.840.")
#: Numbers with a point: where there are several, these four are, too.
_FIGURES = re.compile(rb"(?<![\d.])\d*\.\d+(?![\d.])")
_AROUND = 60
#: Numbers up to this in all four places are those of versions, sections and object identifiers rather than addresses.
_SMALL = 31
#: Last numbers of a network and of all its hosts.
_NO_HOST = (0, 255)
#: Numbers that count up from here are made up: 52.1.2.3.
_FEW = 4
#: Before the last part of an IPv6 address that is written as an IPv4 one (RFC 4291 §2.2), mapped ones aside.
_SIX = re.compile(rb"(?<![A-Za-z])(?:[0-9A-Fa-f]{0,4}:){2,}$")
_MAPPED = (b":ffff:", b":FFFF:")


def _line(text: bytes, match: re.Match[bytes]) -> tuple[bytes, bytes]:
    before = text[max(0, match.start() - _AROUND) : match.start()].rpartition(b"\n")[2]
    return before, text[match.end() : match.end() + _AROUND].partition(b"\n")[0]


def _v4(text: bytes, match: re.Match[bytes]) -> float:
    if not _anybodys(match[0]):
        return 0.0
    before, behind = _line(text, match)
    around = before + b" " + behind
    if _SIX.search(before) and not before.endswith(_MAPPED):
        return 0.0
    if len(_FIGURES.findall(around)) > 1 or (_VERSION.search(before) and not before.endswith(b"//")):
        return 0.0
    numbers = [int(part) for part in match[0].split(b".")]
    network = numbers[2:] == [0, 0] or behind[:1] == b"/"
    said = _SAID_ADDRESS.search(around) is not None
    if max(numbers) <= _SMALL or network or _SAID_VERSION.search(around):
        return 0.6 if said and not network and not _SAID_VERSION.search(before) else 0.0
    return 0.9 if said else 0.7


def _anybodys(value: bytes) -> bool:
    """Say whether four numbers are a public address that may be somebody's own."""
    parts = value.split(b".")
    if any(len(part) > 1 and part[:1] == b"0" for part in parts) or len(set(parts)) == 1:
        return False
    numbers = [int(part) for part in parts]
    counted = all(b - a == 1 for a, b in pairwise(numbers[1:])) and (numbers[1] < _FEW or numbers[1] - numbers[0] == 1)
    if max(numbers) > 255 or numbers[0] >= 224 or numbers[1:] == [0, 0, 1] or numbers[3] in _NO_HOST or counted:  # noqa: PLR2004 -- RFC 791, RFC 5771
        return False
    named = value in words("everybodys") or value.startswith(_OBJECTS)
    return not named and ipaddress.IPv4Address(value.decode()).is_global


def _v6(_: bytes, match: re.Match[bytes]) -> float:
    try:
        address = ipaddress.IPv6Address(match[1].decode())
    except ValueError:
        return 0.0
    if b"1234:5678" in match[1] or b"dead:beef" in match[1].lower():
        return 0.0
    documented = address in _DOCUMENTED or any(address in net for net in _TUNNELS)
    return 0.9 if address.is_global and not documented else 0.0


_DOCUMENTED = ipaddress.IPv6Network("3fff::/20")
#: Teredo, ORCHID and 6to4: their addresses stand in examples of themselves.
_TUNNELS = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16")))

ADDRESSES = (
    Detector(
        "ipv4",
        "ip",
        (Probe(b".", left=_DIGITS, left_least=1, form="dotted"),),
        DOTTED,
        check=_v4,
        source="RFC 791, 6890",
    ),
    Detector(
        "ipv6",
        "ip",
        (Probe(b":", left=_HEX, left_least=4, form="groups"),),
        re.compile(
            rb"(?<![A-Za-z0-9_:.])([23][0-9A-Fa-f]{3}(?::[0-9A-Fa-f]{0,4}){2,7}?)(?![A-Za-z0-9_]|:[0-9A-Fa-f:])"
        ),
        check=_v6,
        source="RFC 4291, 6890",
    ),
)
