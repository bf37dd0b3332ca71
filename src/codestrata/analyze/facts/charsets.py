"""The encoding of a text that is neither UTF-8 nor binary: what it declares, or what its bytes give sense in.

Only texts that the kernel could not read come here, few files in a thousand. At most :data:`MOST` bytes around those
that are not ASCII are looked at, whatever the length of the file; an answer holds for the whole file or is none.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import cache
from importlib.resources import files

from codestrata.analyze.facts.alphabets import alphabetic
from codestrata.kernels.encoding import CHARSETS

#: Bytes that are looked at, and the most of them in one line.
MOST = 16_384
LONGEST = 2048
#: Of the characters that a right guess gives, so many are common ones.
COMMON = 0.5
#: Fewer common characters than this prove nothing.
FEWEST = 2
#: So many others are thought to be there too: few prove little.
DOUBT = 1.5
_HIGH = re.compile(rb"[\x80-\xff]")
_C1 = re.compile(rb"[\x80-\x9f]")
#: Of these, what windows-1252 does not have, and signs that no word has inside (it may have apostrophes and dashes).
_ODD = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d]|(?<=[A-Za-z\xc0-\xff])[\x80\x82-\x89\x8b\x91\x93-\x95\x98\x9b](?=[a-z\xc0-\xff])"
)
_DECLARED = re.compile(rb"""(?:coding|charset|encoding)["']?\s*[:=]\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEAD, _TAIL = 1024, 256
#: Signs that no text has many of, and which is no zero byte; as the kernel counts them.
_CONTROL = bytes({*range(32), 127} - {*range(8, 14), 27})


@dataclass(frozen=True, slots=True)
class Script:
    """What texts in an encoding of several bytes look like: its name and its supersets, and the common characters."""

    names: tuple[str, ...]
    common: frozenset[str]


@cache
def _scripts() -> tuple[Script, ...]:
    tables = json.loads((files(__package__) / "data" / "characters.json").read_bytes())
    kana = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
    japanese = frozenset(tables["japanese"] + kana)
    return (
        Script(("shift_jis", "cp932"), japanese),
        Script(("euc-jp", "euc_jis_2004"), japanese),
        Script(("gb18030",), frozenset(tables["simplified"])),
        Script(("euc-kr", "cp949"), frozenset(tables["korean"])),
        Script(("big5", "cp950", "big5hkscs"), frozenset(tables["traditional"])),
    )


def charset(raw: bytes) -> str:
    """Give Python's name of a text's encoding, one of ``CHARSETS``; "" when nothing is sure, or it is no text."""
    if len(raw) - len(raw.translate(None, _CONTROL)) > len(raw) // 100:
        return ""
    said = next((name for name in _declared(raw[:_HEAD] + b"\n" + raw[-_TAIL:]) if _decodes(raw, name)), "")
    if said:
        return said
    pieces = _pieces(raw)
    best = max(((_sense(pieces, script), script.names) for script in _scripts()), key=lambda found: found[0])
    if best[0] >= COMMON:
        return next((name for name in best[1] if _decodes(raw, name)), "")
    name = alphabetic(b"\n".join(pieces))
    if name and _decodes(raw, name):
        return name
    return "windows-1252" if _punctuates(b"\n".join(pieces)) and _decodes(raw, "windows-1252") else ""


def _declared(text: bytes) -> tuple[str, ...]:
    """Give the encoding that a coding cookie, an XML declaration, a meta element or a modeline names, and supersets."""
    said = (_families().get(_module(match[1].decode()), ()) for match in _DECLARED.finditer(text))
    return next(filter(None, said), ())


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Give, for the encodings that may be declared, what to try: the encoding and its supersets."""
    found: dict[str, tuple[str, ...]] = {_module(name): (name,) for name in CHARSETS}
    for script in _scripts():
        found |= {_module(name): script.names[i:] for i, name in enumerate(script.names)}
    return found | {"gb2312": ("gb18030",), "gbk": ("gb18030",)}


def _module(name: str) -> str:
    """Give Python's one name for an encoding and its aliases; looked up in a table, for a text may name anything."""
    plain = normalize_encoding(name).lower()
    return aliases.get(plain, plain)


def _decodes(raw: bytes, name: str) -> bool:
    try:
        raw.decode(name).encode()
    except UnicodeError:
        return False
    return True


def _pieces(raw: bytes) -> list[bytes]:
    """Give what follows the first byte that is not ASCII in each line, with the byte before it."""
    pieces, taken, at = [], 0, 0
    while taken < MOST and (found := _HIGH.search(raw, at)):
        end = raw.find(b"\n", found.start()) + 1 or len(raw)
        pieces.append(raw[max(found.start() - 1, at) : min(end, found.start() + LONGEST)].rstrip(b"\n"))
        taken += len(pieces[-1])
        at = end
    return pieces


def _sense(pieces: Sequence[bytes], script: Script) -> float:
    """Give the share of common characters among those of a script, -1 when the bytes are none of it."""
    common = other = 0
    decoder = codecs.getincrementaldecoder(script.names[-1])
    for piece in pieces:
        try:
            text = decoder().decode(piece, final=len(piece) < LONGEST)
        except UnicodeDecodeError:
            return -1
        for sign in text:
            if sign in script.common:
                common += 1
            elif sign > "\x7f" and not _is_neutral(sign):
                other += 1
    return common / (common + other + DOUBT) if common >= FEWEST else -1


def _is_neutral(sign: str) -> bool:
    """Say whether a sign belongs to any such text: punctuation, forms as wide as ideographs, lines of boxes."""
    return "\u2000" <= sign <= "\u303f" or "\uff01" <= sign <= "\uff5e"


def _punctuates(text: bytes) -> bool:
    """Say whether the bytes from 0x80 to 0x9f stand as the quotes, dashes and letters of windows-1252 do."""
    found, high = len(_C1.findall(text)), len(_HIGH.findall(text))
    odd = len(_ODD.findall(text))
    return found > 0 and odd * 5 <= found and high * 10 <= len(text) * 3
