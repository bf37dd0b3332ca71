"""Commits that may become tasks, the newest first, and why others may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.shape.commits.subjects import GATES, Message, asked
from codestrata.export.shape.history.contents import Contents
from codestrata.export.shape.history.log import changes, history
from codestrata.export.shape.history.standing import Standing, digests, standing
from codestrata.export.shape.instruct.issues import by_commit
from codestrata.export.shape.verified.candidate import Candidate, Change
from codestrata.export.shape.verified.terms import OPEN
from codestrata.git.difference import Difference, difference
from codestrata.model.languages import language_type
from codestrata.settings.shape import CommitSettings

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.settings.shape import VerifiedSettings

#: Commits whose changes are looked at in one go.
AT_ONCE = 4_000
#: Bytes of a file before or after the commit, at most.
MOST_BYTES = 1_000_000
_REGULAR = frozenset({0, 0o100644, 0o100755})
Row = Mapping[str, Any]
#: Says of paths which are tests (test) and which documentation (documentation).
Marks = Callable[[Sequence[bytes]], Mapping[str, Sequence[bool]]]


@dataclass(slots=True)
class Found:
    """The candidates, repository by repository in the dataset's order, and how many commits each gate turned away."""

    candidates: list[Candidate] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def candidates(view: View, marks: Marks) -> Found:
    """Find the commits that are worth a try. Raises InvalidInput where no repository has history."""
    (decisions,) = view.planned("export.decide", "decisions")
    snapshots = {s.repository_id: s for s in view.snapshots()}
    found, settings = Found(), view.settings.export.verified
    owners = digests(view, decisions)
    histories = {owner: history(view, snapshots[owner]) for owner in owners}
    if owners and not any(histories.values()):
        hint = "fetch all of it: --set ingest.strategy=full --refresh (and ingest.history not less than changes)"
        said = "no repository has the history that its rows are made of"
        raise InvalidInput(said, where="recipe verified", hint=hint)
    for owner, told in histories.items():
        if told:
            terms = standing(view, decisions.path, owners[owner]["first"], owners[owner]["last"], OPEN)
            one = _Repository(owner, view.workspace / snapshots[owner].git_dir, terms, marks, settings)
            one.search(view, told, found)
    return found


@dataclass
class _Repository:
    """The commits of one repository."""

    owner: str
    git_dir: Path
    terms: Standing
    marks: Marks
    settings: VerifiedSettings

    @cached_property
    def contents(self) -> Contents:
        return Contents(self.git_dir, MOST_BYTES)

    def search(self, view: View, told: tuple[Mapping[str, Sequence[str]], int], found: Found) -> None:
        """Look at commits from the newest on, until there are enough."""
        files, count = told
        left = self.settings.most
        for first in range(0, count, AT_ONCE):
            rows = changes(view, files, first, min(first + AT_ONCE, count) - 1, self.settings.most_files)
            for changed in by_commit(rows):
                if not left:
                    return
                one, reason = self.judged(changed)
                found.dropped.update([reason] if reason else [])
                if one:
                    found.candidates.append(one)
                    left -= 1

    def judged(self, changed: Sequence[Row]) -> tuple[Candidate | None, str]:
        """Give a commit as a candidate, or why it is none."""
        row, paths = changed[0], list(self.paths(changed))
        author = Message(asked(row["subject"]), f"{row['author_name']} {row['author_email']}")
        if GATES["program"](author, CommitSettings()):
            return None, "program"
        marked = self.marks([path for path, _ in paths])
        tests = {path for (path, _), test in zip(paths, marked["test"], strict=True) if test}
        if not tests:
            return None, "tests"
        terms = {path: self.terms.at(head) for path, head in paths}
        plain = [p for (p, _), doc in zip(paths, marked["documentation"], strict=True) if not doc and p not in tests]
        if any(one is None for one in terms.values()):
            return None, "file"
        if not any(one and language_type(one.language) == "programming" for one in map(terms.get, plain)):
            return None, "source"
        listed = difference(self.git_dir, row["parents"], row["commit"].hex())
        if reason := self.unfit(listed, dict(paths)):
            return None, reason
        heads = {path: head.decode() for path, head in paths}
        made = [Change(d.path.decode(), d.path in tests, *d[1:], head=heads[d.path]) for d in listed]
        return Candidate(self.owner, row["commit"].hex(), row["parents"], row["committer_time"], made), ""

    @staticmethod
    def paths(changed: Sequence[Row]) -> Iterator[tuple[bytes, bytes]]:
        """Give the paths before and after, each with what the file is called in the snapshot."""
        for row in changed:
            yield row["path"], row["head"]
            if row["status"] == "R":
                yield row["old_path"], row["head"]

    def unfit(self, listed: Sequence[Difference], heads: Mapping[bytes, bytes]) -> str:
        """Say why what differs cannot be told as a patch of texts; "" where it can."""
        if not all(one.old_mode in _REGULAR and one.new_mode in _REGULAR for one in listed):
            return "kind"
        if any(one.path not in heads for one in listed):
            return "file"
        blobs = [bytes.fromhex(blob) for one in listed for blob in (one.old_blob, one.new_blob) if blob]
        texts = self.contents.texts(blobs)
        plain = all(_plain(one.path) and _plain(heads[one.path]) for one in listed)
        return "" if plain and all(text is not None for text in texts.values()) else "text"


def _plain(path: bytes) -> bool:
    """Say whether a path stands in a patch as it is. Source: git-config(1), core.quotePath."""
    text = path.decode("utf-8", "replace")
    return text.isprintable() and text.encode() == path and not {'"', "\\"} & set(text)
