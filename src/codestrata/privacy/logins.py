"""Passwords in addresses (RFC 3986 §3.2.1), and in headers of HTTP and configuration of registries (RFC 7617, 6750)."""

from __future__ import annotations

import re

from codestrata.kernels.probe_forms import USERINFO
from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.judging import placeholder, random, wordy
from codestrata.privacy.providers.given import class_of
from codestrata.privacy.providers.proofs import decoded, login

_SHORT, _FEW = 8, 4
_PATTERN = re.compile(rb"[()\[\]{}|^\\]")
_BASE64 = class_of(rb"[A-Za-z0-9+/]")
_TOKEN = class_of(rb"[A-Za-z0-9._~+/-]")


def _userinfo(text: bytes, match: re.Match[bytes]) -> float:
    value, name = match[1], match[0].partition(b"://")[2].partition(b":")[0]
    host = text[match.end() - 1 : match.end() + 40].lower()
    if placeholder(value) or value.lower() == name.lower() or value.startswith((b"$", b"{", b"%", b"*")):
        return 0.0
    if host.startswith((b"example", b"host", b"localhost:port", b"${", b"$", b"{")) or b"example." in host:
        return 0.0
    if (value.isalpha() and len(value) < _SHORT) or b"pass" in value.lower():
        return 0.0
    if _PATTERN.search(value):
        return 0.4  # of a regular expression, mostly
    return 0.5 if wordy(value) else 0.9


def _basic(_: bytes, match: re.Match[bytes]) -> float:
    password = decoded(match[1]).partition(b":")[2]
    given = login(match[1]) and not placeholder(password) and b"pass" not in password.lower() and len(password) > _FEW
    return 0.9 if given else 0.0


def _bearer(_: bytes, match: re.Match[bytes]) -> float:
    return 0.8 if random(match[1]) and not placeholder(match[1]) and not wordy(match[1]) else 0.0


LOGINS = (
    Detector(
        "password-in-url",
        "password",
        (Probe(b"://", form="userinfo"),),
        re.compile(rb"://" + USERINFO.pattern),
        check=_userinfo,
        source="RFC 3986 §3.2.1",
    ),
    Detector(
        "basic-auth",
        "password",
        (Probe(b"Basic ", fold=True, apart=True, right=_BASE64, right_least=8),),
        re.compile(rb"(?i:basic )([A-Za-z0-9+/]{8,}={0,2})(?![A-Za-z0-9+/])"),
        check=_basic,
        source="RFC 7617 §2",
    ),
    Detector(
        "docker-auth",
        "password",
        (Probe(b'"auth"', form="assigned"),),
        re.compile(rb'"auth"\s{0,4}:\s{0,4}"([A-Za-z0-9+/]{12,}={0,2})"'),
        check=_basic,
        source="docs.docker.com, config.json",
    ),
    Detector(
        "bearer-token",
        "token",
        (Probe(b"Bearer ", fold=True, apart=True, right=_TOKEN, right_least=20),),
        re.compile(rb"(?i:bearer )([A-Za-z0-9._~+/-]{20,}={0,2})(?![A-Za-z0-9])"),
        check=_bearer,
        source="RFC 6750 §2.1",
    ),
)
