"""The list of an evaluation set: its problems as hashes, never as text. docs/decontamination.md describes the file.

A file is: eight bytes of magic; the format's version and the length of the header, 32 bits each; the header, JSON with
sorted keys; the arrays that it names, one after the other, little-endian; the first 16 bytes of the BLAKE2b of all
before. Same problems and options, same bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import InvalidInput
from codestrata.kernels import overlap

MAGIC = b"strataEV"
#: Of the file's layout; readers refuse what they do not know.
FORMAT = 1
#: Of hashes and of the rule that leaves pieces out; a list that was made by another has to be made again.
HASHES = f"{overlap.VERSION}.1"
_HEAD = struct.Struct("<8sII")
_DIGEST = 16
#: Every array by its name: what its numbers are.
ARRAYS = {
    "grams": "<u8",
    "gram_problems": "<u4",
    "totals": "<u4",
    "anchors": "<u8",
    "before": "<u4",
    "sizes": "<u4",
    "wholes": "<u8",
    "pattern_problems": "<u4",
    "pattern_kinds": "<u1",
    "functions": "<u8",
    "function_problems": "<u4",
    "function_kinds": "<u1",
}
#: How a pattern is told of: a whole prompt, docstring or solution, or one of fewer words than a gram has.
KINDS = ("substring", "short")
_AGAIN = "make it again with strata dataset evalset"


@dataclass(frozen=True, eq=False)
class EvalSet:
    """One evaluation set.

    ``arrays`` by the names of ARRAYS: grams and gram_problems, pairs of a hash and its problem, rising; totals, the
    different grams of each problem; of each pattern its anchor (rising), the squeezed bytes before it, its squeezed
    bytes, its hash, its problem, its kind; functions, hashes of syntax trees, with their problems and kinds (names
    count, or shape alone). ``about`` is what else the header says: source, fields, what was left out.
    """

    name: str
    ngram: int
    ids: tuple[str, ...]
    arrays: dict[str, NDArray[Any]]
    about: dict[str, Any] = field(default_factory=dict)
    hashes: str = HASHES

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Give an array by its name."""
        return self.arrays[name]

    def to_bytes(self) -> bytes:
        """Give the file's bytes."""
        header = {
            "name": self.name,
            "ngram": self.ngram,
            "hashes": self.hashes,
            "ids": self.ids,
            "about": self.about,
            "arrays": [[name, kind, len(self.arrays[name])] for name, kind in ARRAYS.items()],
        }
        told = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        parts = [_HEAD.pack(MAGIC, FORMAT, len(told)), told]
        parts += [self.arrays[name].astype(kind).tobytes() for name, kind in ARRAYS.items()]
        body = b"".join(parts)
        return body + hashlib.blake2b(body, digest_size=_DIGEST).digest()

    @cached_property
    def digest(self) -> str:
        """Digest the file: 32 hexadecimal digits."""
        return self.to_bytes()[-_DIGEST:].hex()

    @classmethod
    def of(cls, raw: bytes, where: str) -> EvalSet:
        """Read a file's bytes. Raises InvalidInput for what is none, is damaged, or is of another version."""
        header, at = _header(raw, where)
        try:
            arrays = {}
            for name, kind, count in header["arrays"]:
                arrays[name] = np.frombuffer(raw, kind, count, at)
                at += arrays[name].nbytes
            arrays = {name: arrays[name] for name in ARRAYS}
            made = cls(header["name"], header["ngram"], tuple(header["ids"]), arrays, header["about"], header["hashes"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(f"the list's header makes no sense: {error}", where=where, hint=_AGAIN) from error
        if made.hashes != HASHES:
            raise InvalidInput(
                f"the list has hashes of version {made.hashes}, this program makes {HASHES}", where=where, hint=_AGAIN
            )
        return made


def _header(raw: bytes, where: str) -> tuple[dict[str, Any], int]:
    if len(raw) < _HEAD.size + _DIGEST or not raw.startswith(MAGIC):
        raise InvalidInput("this is no list of an evaluation set", where=where, hint=_AGAIN)
    _, version, length = _HEAD.unpack_from(raw)
    if version != FORMAT:
        hint = "a newer strata may have made it; " + _AGAIN
        raise InvalidInput(f"the list is of format {version}, this program reads {FORMAT}", where=where, hint=hint)
    if hashlib.blake2b(raw[:-_DIGEST], digest_size=_DIGEST).digest() != raw[-_DIGEST:]:
        raise InvalidInput("the list is damaged: its digest does not fit", where=where, hint=_AGAIN)
    try:
        header: dict[str, Any] = json.loads(raw[_HEAD.size : _HEAD.size + length])
    except ValueError as error:
        raise InvalidInput("the list's header is no JSON", where=where, hint=_AGAIN) from error
    return header, _HEAD.size + length


def read(path: Path) -> EvalSet:
    """Read a list from its file. Raises InvalidInput where it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInput(error.strerror or str(error), where=str(path)) from error
    return EvalSet.of(raw, str(path))
