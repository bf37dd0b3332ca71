"""The index of a dataset: what a later one has to know of each content in it."""

from __future__ import annotations

from codestrata.store.schema import Field

FOLDER = "index"
INDEX: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("repository", "text", "the first repository that has it in the dataset"),
    Field("path", "binary", "its path there, raw bytes"),
    Field("norm_hash", "uint64", "hash of the lexemes in order; 0 without any"),
    Field("words", "int64", "words"),
    Field("lexemes", "int64", "words and punctuation marks"),
    Field("shingles", "int32", "windows of five words"),
    Field("signature", "binary", "128 x uint16, one-permutation MinHash of 5-word shingles"),
)
#: What is known of a content from its text alone.
MEASURED = ("norm_hash", "words", "lexemes", "shingles", "signature")
