"""Counters: what says how many tokens texts have."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import InvalidInput, MissingExtra
from codestrata.export.tokens.estimate import VERSION, counted, estimate, rooms
from codestrata.kernels.measure import measure
from codestrata.model.tokens import ESTIMATE

_SETTING = "setting export.tokens.tokenizer"
_JSON, _TIKTOKEN = ".json", ".tiktoken"
#: The library that reads each kind of file.
_LIBRARIES = {_JSON: "tokenizers", _TIKTOKEN: "tiktoken"}
#: How a text is cut before byte pairs are joined, by the size of the vocabulary, which a .tiktoken file does not say.
#: Source: tiktoken, ``tiktoken_ext/openai_public.py`` (r50k and p50k, cl100k, o200k), MIT licence;
#: Qwen, ``tokenization_qwen.py`` (the one of 151,643).
_SPLITS = (
    (
        60_000,
        r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s""",
    ),
    (
        150_000,
        (
            r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"""
            r"""|\s++$|\s*[\r\n]|\s+(?!\S)|\s"""
        ),
    ),
    (
        160_000,
        (
            r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"""
            r"""|\s*[\r\n]+|\s+(?!\S)|\s+"""
        ),
    ),
    (
        1 << 62,
        (
            r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"""
            r"""|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"""
            r"""|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
        ),
    ),
)


class Counter(Protocol):
    """Counts the tokens of texts. ``name`` says which tokens, for people; ``digest`` is part of the keys of counts."""

    @property
    def name(self) -> str:
        """Give its name."""

    @property
    def digest(self) -> str:
        """Give its digest."""

    @property
    def exact(self) -> bool:
        """Say whether a tokenizer counts."""

    def count(self, texts: Sequence[bytes], languages: Sequence[str]) -> NDArray[np.int64]:
        """Give the tokens of each text (UTF-8), which is in a language of Linguist's, or "" for none."""

    def rooms(self, counts: NDArray[np.int64], languages: Sequence[str], wide: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the tokens that texts so counted hardly ever exceed; wide: bytes of each beyond one of each letter."""


class Estimate:
    """What a text is made of, weighted by language: no library, no file."""

    name = ESTIMATE
    digest = f"estimate {VERSION}"
    exact = False

    def count(self, texts: Sequence[bytes], languages: Sequence[str]) -> NDArray[np.int64]:
        """Estimate the tokens of each text."""
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        arena = np.frombuffer(b"".join(texts), np.uint8)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        found = measure(arena, offsets, np.zeros(len(texts), np.uint8))
        return estimate(languages, counted(found, sizes))

    def rooms(self, counts: NDArray[np.int64], languages: Sequence[str], wide: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give estimates with their margins."""
        return rooms(counts, languages, wide)


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens of a tokenizer that was read from a file."""

    name: str
    digest: str
    library: Any
    exact: bool = True

    def count(self, texts: Sequence[bytes], languages: Sequence[str]) -> NDArray[np.int64]:  # noqa: ARG002 -- no matter
        """Count the tokens of each text, words that a tokenizer adds around a text left out."""
        readable = [text.decode("utf-8", "replace") for text in texts]
        if hasattr(self.library, "encode_ordinary_batch"):
            found = map(len, self.library.encode_ordinary_batch(readable, num_threads=1))
        else:
            found = map(len, self.library.encode_batch_fast(readable, add_special_tokens=False))
        return np.fromiter(found, np.int64, len(texts))

    def rooms(
        self,
        counts: NDArray[np.int64],
        languages: Sequence[str],  # noqa: ARG002 -- no matter
        wide: NDArray[np.int64],  # noqa: ARG002 -- same
    ) -> NDArray[np.int64]:
        """Give the counts: they are exact."""
        return counts


def digest_of(path: str) -> str:
    """Digest a tokenizer's file, or say which estimate it is where none is named.

    Raises InvalidInput for a file that is not there or of no known kind, MissingExtra where its library is not.
    """
    if not path:
        return Estimate.digest
    library = _LIBRARIES.get(Path(path).suffix)
    if library is None:
        raise InvalidInput(f"{path} is neither a tokenizer.json nor a .tiktoken file", where=_SETTING)
    if find_spec(library) is None:
        hint = "pip install 'codestrata[tokens]'; without a tokenizer tokens are estimated"
        raise MissingExtra(f"the library {library} is not installed", where=_SETTING, hint=hint)
    return hashlib.blake2b(_bytes(path), digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def counter(path: str, digest: str) -> Counter:
    """Load what counts tokens: of the file, which must still have its digest, or the estimate where no path is given.

    Raises InvalidInput for a file that is no tokenizer.
    """
    if digest_of(path) != digest:
        raise InvalidInput(f"{path} has changed since the work was planned", where=_SETTING, hint="run it again")
    if not path:
        return Estimate()
    made = _of_json(path) if Path(path).suffix == _JSON else _of_tiktoken(path)
    return Counted(Path(path).name, digest, made)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}", where=_SETTING) from error


def _of_json(path: str) -> Any:
    from tokenizers import Tokenizer

    try:
        json.loads(_bytes(path))
        made = Tokenizer.from_file(path)
    except Exception as error:  # the library raises Exception itself
        raise InvalidInput(f"{path} is no tokenizer: {error}", where=_SETTING) from error
    made.no_truncation()
    made.no_padding()
    return made


def _of_tiktoken(path: str) -> Any:
    import tiktoken

    try:
        lines = [line.split() for line in _bytes(path).splitlines() if line.strip()]
        ranks = {base64.b64decode(token, validate=True): int(rank) for token, rank in lines}
    except (ValueError, binascii.Error) as error:
        raise InvalidInput(f"{path} is no .tiktoken file: {error}", where=_SETTING) from error
    if not all(bytes([byte]) in ranks for byte in range(256)):
        raise InvalidInput(f"{path} is no .tiktoken file: single bytes are missing", where=_SETTING)
    pattern = next(pattern for most, pattern in _SPLITS if len(ranks) < most)
    return tiktoken.Encoding(Path(path).name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
