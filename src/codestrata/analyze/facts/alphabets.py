"""Alphabets written in one byte a letter: which encoding gives words as they are written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

#: A letter that is not in the table, or a capital after a small one, counts as one in two thousand.
_RARE = math.log2(1 / 2000)
#: How far the mean logarithm of the letters may lie below that of the language's own texts.
_SLACK = 0.6
#: By how much every other alphabet must be worse.
_MARGIN = 0.3
#: Fewer letters than this prove nothing.
FEWEST = 6
_RUN = re.compile(rb"[\x80-\xff]+")
_TOUCHING = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
#: So many of the runs of letters may stand against a Latin one: where accents are written every one does.
_MOST_TOUCHING = 0.25


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of a language, each in how many of a thousand, and the encodings that have them.

    Those of Ukrainian, Bulgarian and Serbian lie near enough to Russian ones to tell the encodings apart.
    """

    letters: Mapping[str, int]
    encodings: tuple[str, ...]
    logs: Mapping[str, float] = field(init=False)
    usual: float = field(init=False)

    def __post_init__(self) -> None:
        """Work out the logarithms (base 2), and their mean in a text of the language."""
        total = sum(self.letters.values())
        logs = {letter: math.log2(count / total) for letter, count in self.letters.items()}
        object.__setattr__(self, "logs", logs)
        object.__setattr__(self, "usual", sum(self.letters[k] * logs[k] for k in logs) / total)

    def nearest(self, raw: bytes) -> tuple[float, str]:
        """Give the encoding in which a text lacks least, with what it lacks; the first of equals."""
        lack, _, name = min((self.lack(raw.decode(n, "replace")), i, n) for i, n in enumerate(self.encodings))
        return lack, name

    def lack(self, text: str) -> float:
        """Give how far the letters of a text lie below what is usual; 0 or less in a text of the language."""
        sum_, count, before = 0.0, 0, ""
        for sign in text:
            if sign > "\x7f":
                odd = sign.isupper() and before.islower()
                sum_ += _RARE if odd else self.logs.get(sign.lower(), _RARE)
                count += 1
            before = sign
        return self.usual - sum_ / max(count, 1)


#: Alphabet in ``data/letters.json`` → the encodings that have it, the more frequent first.
ENCODINGS = {
    "cyrillic": ("windows-1251", "koi8-r", "koi8-u", "cp866", "cp855", "iso-8859-5", "mac-cyrillic"),
    "greek": ("iso-8859-7", "windows-1253"),
    "hebrew": ("windows-1255",),
}


@cache
def _alphabets() -> tuple[Alphabet, ...]:
    letters = json.loads((files(__package__) / "data" / "letters.json").read_bytes())
    return tuple(Alphabet(letters[name], encodings) for name, encodings in ENCODINGS.items())


def alphabetic(raw: bytes) -> str:
    """Give the encoding of a text in one of the alphabets, or ""."""
    runs = _RUN.findall(raw)
    letters = sum(map(len, runs))
    if letters < max(FEWEST, 2 * len(runs)) or len(_TOUCHING.findall(raw)) > _MOST_TOUCHING * len(runs):
        return ""
    (lack, name), (other, _), *_ = sorted(alphabet.nearest(raw) for alphabet in _alphabets())
    return name if lack <= _SLACK and other - lack >= _MARGIN else ""
