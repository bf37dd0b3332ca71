"""The columns of table **samples_instruct**, and a function as a row of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.shape.said import json_of, messages
from codestrata.store.columns import column
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.export.shape.instruct.around import Around
    from codestrata.export.shape.instruct.functions import Function
    from codestrata.store.columns import Columns

FIELDS: tuple[Field, ...] = (
    Field("instruction", "text", "documentation without the marks of its comment; of an issue its title and body"),
    Field("answer", "text", "the code without the documentation, at no indentation; of an issue the change, as a diff"),
    Field("messages", "text", "both as JSON: a list of {role, content}, user first, then assistant"),
    Field("kind", "text", "function, method, constructor or issue"),
    Field("name", "text", "name of the function; of an issue its number"),
    Field("owner", "text", "names of the definitions around it, outermost first, joined by dots"),
    Field("signature", "text", "what stands before the body"),
    Field("body", "text", "the body without documentation"),
    Field("code", "text", "the whole as it stands in the file, from `start` to `end`"),
    Field("blob", "text", "Git object id of the file, hexadecimal"),
    Field("start", "int64", "first byte of the code in the file; -1 for an issue"),
    Field("end", "int64", "byte after the last; -1 for an issue"),
    Field("public", "bool", "there for others, as the language says or its conventions do"),
    Field("imports", "text", "the imports of the file as they are written, a line each"),
    Field("calls", "text", "JSON: names of what the code calls"),
    Field("tests", "text", "JSON: calls of it in tests, a list of {test, source}"),
    Field("changes", "text", "JSON: of an issue the files that mend it, a list of {path, before, after}"),
    Field("related", "text", "JSON: issues and pull requests that it is about"),
    Field("digest", "text", "of the answer without white space: rows with the same one say the same"),
)


def row_of(one: Function, around: Around) -> dict[str, Any]:
    """Give a function as a row."""
    row = one.row
    return {
        "instruction": one.said,
        "answer": one.answer,
        "messages": messages(asked(row, one.said, one.signature), one.answer),
        "kind": row["kind"],
        "name": row["name"],
        "owner": row["owner"],
        "signature": one.signature,
        "body": one.body,
        "code": one.code,
        "blob": row["blob"].hex(),
        "start": row["start"],
        "end": row["end"],
        "public": row["public"],
        "imports": around.imported(one),
        "calls": json_of(around.called(one)),
        "tests": json_of(around.tested(one)),
        "changes": "[]",
        "related": "[]",
        "digest": digest(one.body),
    }


def asked(row: Mapping[str, Any], instruction: str, signature: str) -> str:
    """Give what a user would write: what is wanted, in which language, under which signature."""
    what = f"{row['kind']} `{row['name']}`" + (f" of `{row['owner']}`" if row["owner"] else "")
    return f"Write the {row['language']} {what}.\n\n{instruction}\n\nIts signature is:\n\n{signature}"


def digest(*texts: str) -> str:
    """Digest texts without their white space."""
    packed = "\0".join("".join(text.split()) for text in texts)
    return hashlib.blake2b(packed.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Lay rows out."""
    return {f.name: column([row[f.name] for row in rows], f.kind) for f in FIELDS}
