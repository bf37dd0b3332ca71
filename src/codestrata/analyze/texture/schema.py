"""Table **textures**: what quality profiles ask of a text, once per (blob, language)."""

from __future__ import annotations

from codestrata.kernels.texture import COLUMNS
from codestrata.store.schema import Field

TEXTURES: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("language", "text", "what it was read as"),
    *(Field(name, "int64", about) for name, about in COLUMNS.items()),
    Field("xml_start", "bool", "an XML declaration within the first 100 characters"),
    Field("announced", "bool", "generate, autogen or do not edit within the first 200 characters"),
)
