"""Settings of ingest: how much of a repository is fetched, and what is too much."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Section

Positive = Annotated[int, Meta(ge=1)]


class LimitSettings(Section):
    """Beyond one of these a repository is refused, with the reason; the others go on."""

    seconds: Annotated[float, Meta(gt=0, le=10**9)] = 1800.0
    """Wall time for one repository."""
    max_pack_bytes: Positive = 4 << 30
    """Bytes of one pack as it is received."""
    max_bytes: Positive = 2 << 30
    """Bytes of all files of the tree together."""
    max_ratio: Positive = 200
    """Bytes of the files for each byte of pack: more is a compression bomb."""
    ratio_from_bytes: Positive = 256 << 20
    """Trees smaller than this are not asked for their ratio."""
    max_entries: Positive = 200_000
    """Files of the tree."""
    max_path_bytes: Positive = 4096
    """Bytes of one path."""
    max_depth: Positive = 64
    """Folders above a file."""
    max_history_bytes: Positive = 8 << 30
    """Bytes of the log that history is read from."""


class IngestSettings(Section):
    """How repositories are brought in."""

    strategy: Literal["shallow", "blobless", "full"] = "shallow"
    """shallow: the newest commits only; blobless: all commits, and the files of HEAD; full: everything."""
    depth: Positive = 1
    """Commits of history under shallow."""
    refs: Literal["head", "all"] = "head"
    """What is fetched: the branch of HEAD, or all branches and tags. The files are HEAD's in both cases."""
    history: Literal["none", "commits", "changes", "numstat"] = "changes"
    """What is recorded of the history there is: nothing; commits; and the files each changed; and the lines."""
    refresh: str = ""
    """Any text; changing it fetches remote repositories again (see --refresh)."""
    borrowed_objects: bool = False
    """Take local repositories that borrow objects from others (objects/info/alternates), and read those too."""
    limits: LimitSettings = LimitSettings()
