"""Probes: the native kernel finds what the definition in Python finds, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import codestrata
from codestrata.kernels import library
from codestrata.kernels.probes import Places, Probe, Probes
from codestrata.privacy.scan import probes

_DIGITS, _HEX = b"0123456789", b"0123456789abcdefABCDEF"
_NAMES = bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
SMALL = Probes(
    (
        Probe(b"key", fold=True, form="assigned"),
        Probe(b"Key", apart=True),
        Probe(b"://", form="userinfo"),
        Probe(b".", left=_DIGITS, left_least=1, form="dotted"),
        Probe(b":", left=_HEX, left_least=4, form="groups"),
        Probe(b"@", left=_NAMES + b".-", left_least=1, right=_NAMES, right_least=2),
        Probe(b"ab_", apart=True, right=_NAMES, right_least=3),
    )
)
#: What texts are put together from: whatever is near a probe's edge.
PARTS = [
    *(
        b"key",
        b"KEY",
        b"ab_",
        b"://",
        b"@",
        b".",
        b":",
        b"::",
        b"=",
        b"=>",
        b":=",
        b"==",
        b"(",
        b">",
        b",",
        b" ",
        b"\t",
    ),
    *(b'"', b"'", b"`", b'"""', b"\n", b"abc123", b"x", b"2001", b"f", b"1", b"255", b"str = ", b"_", b"-", b"[", b"]"),
    *(b"value", b"\xc3\xa9", b"\x00", b"r", b"u:pass", b"a" * 70, b"1" * 130, b"b" * 511, b"<", b"/", b"$", b"user"),
    *(b'key: str = "', b'value1"', b"://u:pass@h", b"1.2.3.", b"2001:db8:", b"key=", b"pass99 ", b"me@ab", b" ab_x9Z"),
    *(b"key' => 'abcdef'", b"8.8.4.4 ", b" 2a00:1:2::3 ", b"Key(`abcdef`", b"key: a=b=c1c1c1", b"key[]='12345"),
]


def rows(table: Probes, text: list[bytes]) -> list[tuple[int, int, int]]:
    """Find with both, compare, and give what was found."""
    arena = np.frombuffer(b"".join(text), np.uint8)
    ends = np.cumsum([len(t) for t in text], dtype=np.int64)
    starts = ends - [len(t) for t in text]
    found = table.find(arena, starts, ends)
    twin = Places(*np.array(sorted(table._twin(arena, starts, ends)), np.int64).reshape(-1, 3).T)
    for one, other in zip(found, twin, strict=True):
        np.testing.assert_array_equal(one, other)
    return list(zip(*(column.tolist() for column in found), strict=True))


@pytest.mark.skipif(library.library() is None, reason="no compiled kernels here")
@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_in_random_texts(seed: int) -> None:
    """Texts put together from what is near the edges of every form."""
    dice = random.Random(seed)
    texts = [b"".join(dice.choices(PARTS, k=dice.randrange(30))) for _ in range(1500)]
    assert len(rows(SMALL, texts)) > 500


@pytest.mark.skipif(library.library() is None, reason="no compiled kernels here")
def test_both_find_the_same_in_real_files() -> None:
    """All probes there are, over our own sources."""
    home = Path(codestrata.__file__).parent
    texts = [path.read_bytes() for path in sorted(home.rglob("*.py"))[::25]]
    assert rows(probes(), texts)


def test_a_word_of_one_byte_needs_company() -> None:
    """No pair of bytes would tell where it is."""
    with pytest.raises(ValueError, match="one byte"):
        Probes((Probe(b"@"),)).find(np.zeros(2, np.uint8), np.zeros(1, np.int64), np.full(1, 2, np.int64))
