"""The tables of what is private in blobs. The private things themselves are in neither."""

from __future__ import annotations

from codestrata.store.schema import Field

#: One row per blob that was looked through.
INSPECTED: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("spans", "int32", "how many private things are in it"),
)
#: One row per private thing, of a blob in the order of its text.
PRIVATE: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("kind", "text", "token, key, password, private_key, email, ip, name"),
    Field("detector", "text", "who found it"),
    Field("start", "int64", "where it begins: bytes of the text as UTF-8, as it is exported"),
    Field("end", "int64", "where it ends"),
    Field("line", "int32", "the line it begins in, from 1"),
    Field("lines", "int32", "line ends inside it"),
    Field("confidence", "float32", "0 to 1"),
)
