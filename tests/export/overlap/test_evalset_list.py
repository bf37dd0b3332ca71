"""A list holds hashes only, and a file that is not whole, or of another version, is refused."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from codestrata.errors import InvalidInput
from codestrata.export.overlap.evalset import EvalSet, read
from codestrata.export.overlap.lists import chosen, digest, shipped
from codestrata.export.overlap.make import build, problems, records
from codestrata.settings.recipe import DecontaminateSettings

from . import planted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> EvalSet:
    """Give the list of the planted set."""
    file = planted.write(tmp_path_factory.mktemp("set") / "planted.jsonl")
    return build("planted", problems(records(file)), 10, {"file": "planted.jsonl"})


def test_it_is_read_as_it_was_written(made: EvalSet, tmp_path: Path) -> None:
    """Every array, the ids, what was left out."""
    path = tmp_path / "a.evalset"
    path.write_bytes(made.to_bytes())
    again = read(path)
    assert again.to_bytes() == made.to_bytes()
    assert (again.name, again.ngram, again.ids, again.about) == (made.name, made.ngram, made.ids, made.about)


def test_no_text_is_in_it(made: EvalSet) -> None:
    """No word of any problem is in the file, but ids and the set's name."""
    raw = made.to_bytes()
    words = {w for p in planted.problems() for w in re.findall(r"[a-z]{6,}", p.program + p.test)}
    words -= {"planted", "anchor", "before"}  # names of the set and of arrays
    assert len(words) > 80
    assert not [word for word in words if word.encode() in raw]


def test_it_is_compact(made: EvalSet) -> None:
    """Twelve bytes for an n-gram, and little else."""
    assert len(made.to_bytes()) < 16 * len(made["grams"]) + 200 * len(made.ids)


@pytest.mark.parametrize("at", [0, 9, 20, 5000, -1])
def test_a_damaged_file(made: EvalSet, at: int) -> None:
    """One changed byte anywhere is noticed, and said in one line."""
    raw = bytearray(made.to_bytes())
    raw[at] ^= 0x40
    with pytest.raises(InvalidInput, match=r"x\.evalset: (this is no list|the list is damaged|the list is of format)"):
        EvalSet.of(bytes(raw), "x.evalset")


@pytest.mark.parametrize("size", [0, 7, 40, 3000])
def test_a_file_that_ends_early(made: EvalSet, size: int) -> None:
    """Nor is a part of a file taken for one."""
    with pytest.raises(InvalidInput, match=r"no list|damaged"):
        EvalSet.of(made.to_bytes()[:size], "x.evalset")


def _signed(body: bytes) -> bytes:
    return body + hashlib.blake2b(body, digest_size=16).digest()


def test_another_version(made: EvalSet) -> None:
    """A layout or hashes of another version: refused, with what to do."""
    body = made.to_bytes()[:-16]
    newer = _signed(body[:8] + struct.pack("<I", 2) + body[12:])
    with pytest.raises(InvalidInput, match=r"format 2, this program reads 1 .*evalset"):
        EvalSet.of(newer, "x")
    with pytest.raises(InvalidInput, match=r"hashes of version 0\.9"):
        EvalSet.of(replace(made, hashes="0.9").to_bytes(), "x")


def test_a_header_that_makes_no_sense(made: EvalSet) -> None:
    """Signed or not: nothing but InvalidInput comes out of a file somebody made up."""
    body = made.to_bytes()[:-16]
    changes = ((b'"ngram"', b'"nrgam"'), (b'"<u8"', b'"<u9"'), (b'{"about"', b'["about"'), (b'"ids":[', b'"ids":[['))
    for old, new in changes:
        with pytest.raises(InvalidInput):
            EvalSet.of(_signed(body.replace(old, new, 1)), "x")


def test_lists_are_chosen_by_name_or_file(made: EvalSet, tmp_path: Path) -> None:
    """The same list named twice counts once; order does not matter; what is missing is told with what there is."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(made.to_bytes())
    (tmp_path / "c").write_bytes(replace(made, name="other").to_bytes())
    a, b, c = (str(tmp_path / name) for name in "abc")
    first = chosen(DecontaminateSettings(lists=(a, c)))
    second = chosen(DecontaminateSettings(lists=(c, b, a)))
    assert digest([one for _, one in first]) == digest([one for _, one in second])
    with pytest.raises(InvalidInput, match="neither a list that is shipped nor a file"):
        chosen(DecontaminateSettings(lists=("nowhere",)))
    with pytest.raises(InvalidInput, match=r"10-grams, the settings ask for 13-grams .*ngram=10"):
        chosen(DecontaminateSettings(lists=(a,), ngram=13))


def test_shipped_lists_are_sound() -> None:
    """Every list in the package is read, and goes by its own name."""
    for name, path in shipped().items():
        one = read(path)
        assert one.name == name
        assert one.ngram == DecontaminateSettings().ngram
        assert one.about["package"]
        assert one.about["licence"]
