"""Detectors: what each judges, and that no text makes them slow."""

from __future__ import annotations

import time

import pytest
from tests.privacy.planting import checked

from codestrata.privacy.detector import Span
from codestrata.privacy.judging import entropy, placeholder, random, wordy
from codestrata.privacy.kinds import KINDS, PLACEHOLDERS
from codestrata.privacy.providers.proofs import crc_ends
from codestrata.privacy.scan import apart, spans_of
from codestrata.privacy.table import DETECTORS

DASHES = "-" * 5


def kinds(text: str) -> list[tuple[str, str]]:
    """Give kind and text of all that is found with some confidence."""
    raw = text.encode()
    return [(s.kind, raw[s.start : s.end].decode()) for s in spans_of(raw) if s.confidence >= 0.5]


def test_every_detector_has_a_kind_of_its_own_name() -> None:
    """Names are unique, kinds are known, and a setting decides about each."""
    names = [detector.name for detector in DETECTORS]
    assert len(set(names)) == len(names) > 100
    assert {detector.kind for detector in DETECTORS} == set(KINDS) == set(PLACEHOLDERS)
    assert all(detector.check or detector.find for detector in DETECTORS)


def test_a_checksum_proves_a_token() -> None:
    """A token with the right sum is certain; one letter off, it only looks like one."""
    import random as dice

    token = checked("gh" + "p_")(dice.Random(1))
    assert crc_ends(token.encode())
    (proven,) = spans_of(f'x = "{token}"'.encode())
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    (likely,) = spans_of(f'x = "{wrong}"'.encode())
    assert (proven.confidence, likely.confidence) == (1.0, 0.8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("reach 52.14.201.33 port 80", True),
        ("server = 9.14.20.30", True),
        ("version 52.14.201.33", False),
        ("pkg/52.14.201.33", False),
        ("10.14.201.33 192.168.4.5 127.0.0.1 169.254.1.1 100.64.3.2", False),
        ("203.0.113.77 198.51.100.9 192.0.2.200", False),
        ("1.3.6.1.4.1.311 and 2.5.29.35", False),
        ("300.14.201.33 or 52.014.201.33", False),
        ("host 2a03:2880:f003:c07:face:b00c:0:3", True),
        ("2001:db8::1 fe80::1 ::1 fd00::2", False),
        ("M12,3c1.5.52.14.201.33-2.5,1.25.3", False),
    ],
)
def test_public_addresses(text: str, found: bool) -> None:
    """Public addresses are found; private ones, those of documents, versions and identifiers are none."""
    assert bool(kinds(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Copyright (c) 2019-2021 Ada Lind, Björn Sand and Acme Inc.", ["Ada Lind", "Björn Sand"]),
        ("# Copyright 2020 The Acme Authors", []),
        ("# Copyright 2020 Blue Mountain, Inc. All rights reserved", []),
        (" * @author Maria del Mar García-López", ["Maria del Mar García-López"]),
        ('  "author": "Ada B. Lind <ada@acme.io>",', ["Ada B. Lind"]),
        ("Signed-off-by: Ada Lind <ada@acme.io>", ["Ada Lind"]),
        ("author = get_author(Some Name)", []),
        ("Authors: Free Software Foundation", []),
        ("AUTHORS\n=======\n\n* Ada Lind\n* Björn Sand (docs)\n\nThanks to all.\n", ["Ada Lind", "Björn Sand"]),
        (" * Authors:\n *   Ada Lind\n *   Jo B. Rau, Acme\n */\nint main(void)\n", ["Ada Lind", "Jo B. Rau"]),
        ("# Contributors\n\nRead The Guide\nand be kind\n", []),
        ('authors = [\n  {name = "Ada Lind", email = "ada@acme.io"},\n]', ["Ada Lind"]),
    ],
)
def test_names_in_headers(text: str, found: list[str]) -> None:
    """Names of people are found where a file says whose it is; organisations are none."""
    assert [name for kind, name in kinds(text) if kind == "name"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r'"line\njane.doe@acme.io"', ["jane.doe@acme.io"]),
        (r'"line\\tjane.doe@acme.io"', ["jane.doe@acme.io"]),
        (r'"def test():\n@pytest.mark.network"', []),
        ('"n@acme.io"', ["n@acme.io"]),
    ],
)
def test_an_escape_is_no_part_of_an_address(text: str, found: list[str]) -> None:
    """The letter after a backslash stays where it is: a placeholder there would make another string of it."""
    assert [address for kind, address in kinds(text) if kind == "email"] == found


def test_a_key_needs_a_body() -> None:
    """Marks without a key between them, as parsers have them, are no private key."""
    begin, end = f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}", f"{DASHES}END RSA PRIVATE KEY{DASHES}"
    assert kinds(f'if line == "{begin}" or line == "{end}":') == []
    assert kinds(f"{begin}\nMIIEpAIBAAKCAQEA...\n{end}") == []


def test_judging() -> None:
    """What is random, what is put together from words, what stands for something else."""
    assert entropy(b"") == 0.0
    assert entropy(b"abab") == 1.0
    assert random(b"9f86d081884c7d659a2feaa0c55ad015")
    assert not random(b"1234567812345678")
    assert wordy(b"resetPasswordToken")
    assert not wordy(b"x7Gq2LpW")
    assert placeholder(b"${SECRET}")
    assert placeholder(b"your-api-key-here")
    assert not placeholder(b"fAKErT8qLm2XxXxP")


def test_of_what_overlaps_the_surest_stays() -> None:
    """Spans do not overlap, and are in order; of equally sure ones the longest stays."""
    low, high = Span(0, 10, "token", "a", 0.6), Span(5, 20, "key", "b", 0.9)
    short, after = Span(5, 9, "key", "c", 0.9), Span(20, 25, "ip", "d", 0.5)
    assert apart([low, short, after, high]) == [high, after]


@pytest.mark.parametrize(
    "unit",
    [
        f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}\n",
        f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}" + "A" * 64,
        *("password=", 'pass="', "a@", "a@" + "b." * 40, "1.", "://a:b1c2", "eyJabcdefghijk.", "sk-aB3aB3aB3aB3"),
        *("Copyright 2020 Ada Lind, ", "author: ", "2001:a:", 'token = "' + "a-b_c." * 30 + '"\n', "Ab1+/"),
        "secret: " + "Aa" * 200 + "1\n",
    ],
)
def test_no_text_makes_it_slow(unit: str) -> None:
    """Time grows with the text, whatever it repeats: 200 kB take well under 5 CPU-seconds."""
    text = (unit * (200_000 // len(unit))).encode()
    before = time.process_time()
    spans_of(text)
    assert time.process_time() - before < 5
