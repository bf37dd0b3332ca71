"""The tables of cuts, once per (blob, language) and version."""

from __future__ import annotations

from codestrata.store.schema import Field

_WHOSE = (Field("blob", "binary", "Git object id of the content"), Field("language", "text", "what it was read as"))
#: Every blob that was looked at.
CUT_BLOBS: tuple[Field, ...] = _WHOSE
#: Some of its nodes, spread over the text.
CUTS: tuple[Field, ...] = (
    *_WHOSE,
    Field("kind", "text", "function (its body), block, statement (up to three in a row), arguments, expression"),
    Field("start", "int64", "first byte"),
    Field("end", "int64", "byte after the last"),
)
