"""The **token_counts** table: what a tokenizer that a user names makes of contents, once per content and tokenizer."""

from __future__ import annotations

from codestrata.store.schema import Field

TOKEN_COUNTS: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("encoding", "text", "what it was read as"),
    Field("tokens", "int64", "tokens of its text, before any edit"),
)
