"""Changes of files as one patch that ``git apply`` takes. Source: git-diff(1), "Generating patch text with -p"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from codestrata.export.shape.history.diff import unified

if TYPE_CHECKING:
    from codestrata.export.shape.verified.candidate import Change


def patch(changes: Sequence[Change], texts: Mapping[str, str]) -> str:
    """Give a patch; ``texts`` has the text of every blob by its id. A file that moved goes, and comes."""
    return "".join(part for one in changes for part in _section(one, texts))


def size(one: Change, texts: Mapping[str, str]) -> int:
    """Count the lines that a change adds and deletes."""
    made = unified(texts.get(one.old_blob, ""), texts.get(one.new_blob, ""), one.path, one.path)
    return made.added + made.deleted


def _section(one: Change, texts: Mapping[str, str]) -> Iterator[str]:
    yield f"diff --git a/{one.path} b/{one.path}\n"
    if not one.old_blob:
        yield f"new file mode {one.new_mode:o}\n"
    elif not one.new_blob:
        yield f"deleted file mode {one.old_mode:o}\n"
    elif one.old_mode != one.new_mode:
        yield f"old mode {one.old_mode:o}\nnew mode {one.new_mode:o}\n"
    old, new = (texts[blob] if blob else "" for blob in (one.old_blob, one.new_blob))
    if old != new:
        yield unified(old, new, one.path if one.old_blob else "", one.path if one.new_blob else "").text
