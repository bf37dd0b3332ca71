"""The columns of table **samples_commits**, and a change as a row of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from codestrata.export.shape.base import COMMON
from codestrata.export.shape.history.diff import unified
from codestrata.export.shape.said import json_of, messages
from codestrata.model.links import links, ours
from codestrata.model.paths import lines, readable
from codestrata.store.columns import column
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.export.shape.history.standing import Terms
    from codestrata.store.columns import Columns

FIELDS: tuple[Field, ...] = (
    Field("subject", "text", "the commit's subject as a request: without module, number, full stop"),
    Field("message", "text", "the whole message, without the trailers that name people"),
    Field("old_text", "text", "the file before"),
    Field("new_text", "text", "the file after: what lies at `source`"),
    Field("diff", "text", "the change as a unified diff"),
    Field("messages", "text", "subject and file before, and the file after, as JSON: a list of {role, content}"),
    Field("old_path", "text", "path before; the same as `path` unless the file was renamed"),
    Field("old_blob", "text", "Git object id of the file before, hexadecimal"),
    Field("new_blob", "text", "Git object id of the file after, hexadecimal"),
    Field("parent", "text", "the commit before"),
    Field("author", "text", "who wrote it: a pseudonym, nothing, or the name, as export.privacy.authors says"),
    Field("committed_at", "int64", "when it was committed: seconds since 1970, UTC"),
    Field("added", "int32", "lines added"),
    Field("deleted", "int32", "lines deleted"),
    Field("files", "int32", "files that the commit changed"),
    Field("related", "text", "JSON: issues and pull requests that the message names"),
    Field("digest", "text", "of before and after: rows with the same one are the same change"),
)


class Change(NamedTuple):
    """A change that became a row: its row of the log, the terms its file stands under, texts before and after.

    ``subject`` and ``message``: what was asked, and the whole message, as they are exported.
    """

    row: Mapping[str, Any]
    terms: Terms
    old: str
    new: str
    subject: str
    message: str


def row_of(one: Change, full_name: str, origin: str, author: str) -> dict[str, Any]:
    """Give a change as a row, with the columns of COMMON."""
    row, path = one.row, readable(one.row["path"])
    old_path = readable(row["old_path"] or row["path"])
    commit = row["commit"].hex()
    made = unified(one.old, one.new, old_path, path)
    count = max(1, one.new.count("\n") + (not one.new.endswith("\n")))
    user = f"{one.subject}\n\n{old_path}:\n\n{one.old}"
    return {
        "source": f"{full_name}@{commit}:{path}{lines(1, count)}",
        "repository": full_name,
        "origin": origin,
        "commit": commit,
        "path": path,
        **one.terms._asdict(),
        "subject": one.subject,
        "message": one.message,
        "old_text": one.old,
        "new_text": one.new,
        "diff": made.text,
        "messages": messages(user, one.new),
        "old_path": old_path,
        "old_blob": row["old_blob"].hex(),
        "new_blob": row["new_blob"].hex(),
        "parent": row["parents"],
        "author": author,
        "committed_at": row["committer_time"],
        "added": made.added,
        "deleted": made.deleted,
        "files": row["of"],
        "related": json_of(ours(links(row["message"].encode()).issues, full_name)),
        "digest": hashlib.blake2b(row["old_blob"] + row["new_blob"], digest_size=16).hexdigest(),
    }


def columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Lay rows out."""
    return {f.name: column([row[f.name] for row in rows], f.kind) for f in (*COMMON, *FIELDS)}
