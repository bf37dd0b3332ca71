"""Measuring one text in NumPy: the twin of ``native/pass.h`` and the definition of every column."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_lexer import lex
from codestrata.kernels.numpy_words import (
    CONTINUES,
    IS_DIGIT,
    IS_LETTER,
    IS_SPACE,
    IS_WORD,
    LEADS,
    Bytes,
    Hashes,
    Words,
    find_words,
    hash_words,
    norm_hash,
    sign,
    windows,
)
from codestrata.kernels.syntax import Family

BOM: Final = b"\xef\xbb\xbf"
#: StarCoder2's three forms of encoded data (arXiv 2402.19173, section 2.1), read over bytes.
ENCODED: Final = (
    re.compile(rb"[a-zA-Z0-9+/\n=]{64,}"),
    re.compile(rb"(?:\b(?:0x|\\x)?[0-9a-fA-F]{2}(?:,|\b\s*)){8,}"),
    re.compile(rb"(?:\\u[0-9a-fA-F]{4}){8,}"),
)
_NEWLINE: Final = ord("\n")
#: Bytes that may end a value, and begin one, with no white space towards a question mark between them.
_VALUE_ENDS: Final = IS_WORD | np.isin(np.arange(256), list(b")]"))
_VALUE_BEGINS: Final = IS_WORD | np.isin(np.arange(256), list(b"\"'`$"))


def measure_text(raw: bytes, family: Family) -> tuple[dict[str, int], int, NDArray[np.uint16]]:
    """Give the columns, the norm_hash and the signature of one text."""
    raw = raw.removeprefix(BOM)
    text = np.frombuffer(raw, np.uint8)
    words = find_words(text)
    exact, folded = hash_words(text, words)
    shingles = windows(folded)
    comment, string = lex(raw, family)
    columns = {
        **_characters(text),
        **_lines(text, comment, family),
        **_encoded(raw),
        "words": len(exact),
        "lexemes": len(words.first),
        "shingles": len(shingles),
        "complexity": _complexity(text, words, folded if family.ignore_case else exact, ~(comment | string), family),
    }
    return columns, norm_hash(exact, words.first), sign(shingles)


def shingle_text(raw: bytes) -> Hashes:
    """Give the sorted, unique shingles of one text."""
    text = np.frombuffer(raw.removeprefix(BOM), np.uint8)
    return np.unique(windows(hash_words(text, find_words(text))[1]))


def _characters(text: Bytes) -> dict[str, int]:
    wide = int(np.count_nonzero(LEADS[text]))
    letters, digits = int(np.count_nonzero(IS_LETTER[text])), int(np.count_nonzero(IS_DIGIT[text]))
    return {
        "chars": len(text) - int(np.count_nonzero(CONTINUES[text])),
        "alnum": letters + digits + wide,
        "alpha": letters + wide,
        "digits": digits,
        "whitespace": int(np.count_nonzero(IS_SPACE[text])),
        "uppercase": int(np.count_nonzero(IS_LETTER[text] & (text < ord("a")))),
    }


def _lines(text: Bytes, comment: NDArray[np.bool_], family: Family) -> dict[str, int]:
    if not len(text):
        return dict.fromkeys(("lines", "blank_lines", "comment_lines", "max_line"), 0)
    ends = np.flatnonzero(text == _NEWLINE)
    if text[-1] != _NEWLINE:
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1] + 1])
    visible = ~IS_SPACE[text]
    returns = (ends > starts) & (text[ends - 1] == ord("\r"))
    characters = _count(~CONTINUES[text], starts, ends) - returns
    blank = int(np.count_nonzero(_count(visible, starts, ends) == 0))
    without_code = int(np.count_nonzero(_count(visible & ~comment, starts, ends) == 0))
    return {
        "lines": len(ends),
        "blank_lines": blank,
        "comment_lines": without_code - blank if family.rules else 0,
        "max_line": int(characters.max()),
    }


def _count(what: NDArray[np.bool_], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    sums = np.zeros(len(what) + 1, np.int64)
    np.cumsum(what, out=sums[1:])
    counts: NDArray[np.int64] = sums[ends] - sums[starts]
    return counts


def _encoded(raw: bytes) -> dict[str, int]:
    lengths = [hit.end() - hit.start() for pattern in ENCODED for hit in pattern.finditer(raw)]
    return {"encoded_max": max(lengths, default=0), "encoded_total": sum(lengths)}


@cache
def decision_hashes(family: Family) -> Hashes:
    """Hash the words that are decisions in a family: as they stand, or folded where case is ignored."""
    text = np.frombuffer(" ".join(family.decisions).encode(), np.uint8)
    exact, folded = hash_words(text, find_words(text))
    return folded if family.ignore_case else exact


def _complexity(text: Bytes, words: Words, hashes: Hashes, code: NDArray[np.bool_], family: Family) -> int:
    if not family.decisions and not family.operators:
        return -1
    decisions = int(np.count_nonzero(np.isin(hashes, decision_hashes(family)) & code[words.start]))
    for operator in family.operators:
        decisions += _operators(text, code, operator)
    return 1 + decisions


def _operators(text: Bytes, code: NDArray[np.bool_], operator: str) -> int:
    mark = (text == ord("?" if operator == "a?b" else operator.strip()[0])) & code
    if operator == "a?b":
        before, after = (np.concatenate([[False], table[text], [False]]) for table in (_VALUE_ENDS, _VALUE_BEGINS))
        return int(np.count_nonzero(mark & before[:-2] & after[2:]))
    if operator == "?":
        return int(np.count_nonzero(mark))
    if operator == " ? ":
        white = np.concatenate([[True], IS_SPACE[text], [True]])
        return int(np.count_nonzero(mark & white[:-2] & white[2:]))
    return int(np.count_nonzero(mark[1:] & mark[:-1]))
