"""What figures of tokens are: counted by a tokenizer, estimated, or, of datasets of long ago, words and marks."""

from __future__ import annotations

#: What made a figure that no tokenizer did.
ESTIMATE = "estimate"
#: What datasets of recipe pretrain had in column ``tokens`` once: words and punctuation marks.
WORDS = "words"


def head(by: str) -> str:
    """Give what stands over figures, by what made them: ESTIMATE, WORDS or the name of a tokenizer."""
    return {ESTIMATE: "≈ tokens", WORDS: "words"}.get(by, "tokens")


def said(count: int, by: str) -> str:
    """Give one figure with what it is."""
    sign, _, what = head(by).rpartition(" ")
    return f"{sign} {count:,} {what}".lstrip()
