"""Issues, and the changes that mended them: which commit closed which, by what messages and pull requests say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codestrata.export.shape.instruct.gates import foreign
from codestrata.settings.shape import InstructSettings

#: What closes an issue. Source: GitHub Docs, "Linking a pull request to an issue", keywords.
_CLOSES = re.compile(r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?:[\w.-]+/[\w.-]+)?#(\d{1,7})\b")
_PULL = re.compile(r"\(#(\d{1,7})\)\s*$")
_COMMENT = re.compile(r"(?s)<!--.*?-->")
_PROGRAM = re.compile(r"(?i)\[bot\]|\bbot\b|dependabot|renovate")
#: Characters of an issue from which it is a log, not a question.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue: its number, and what it says."""

    number: str
    title: str
    body: str
    author: str

    @property
    def text(self) -> str:
        """Give title and body."""
        return f"{self.title}\n\n{self.body}".strip()


def issues(threads: Iterable[Mapping[str, Any]]) -> dict[str, Issue]:
    """Give the issues among threads, by number."""
    found = {}
    for row in threads:
        if str(row.get("kind") or "issue").lower() == "issue":
            body = _COMMENT.sub("", str(row.get("body") or "").replace("\r\n", "\n")).strip()
            number = str(row["number"])
            found[number] = Issue(number, str(row["title"]).strip(), body, str(row.get("author") or ""))
    return found


class Closers:
    """Says which issues a commit closes: by its own message, or by the pull request that it came from."""

    def __init__(self, threads: Iterable[Mapping[str, Any]]) -> None:
        """Read the pull requests among threads."""
        self._pulls: dict[str, list[str]] = {}
        self._merged: dict[str, list[str]] = {}
        for row in threads:
            if str(row.get("kind") or "").lower() == "pull":
                closed = _CLOSES.findall(f"{row['title']}\n{row.get('body') or ''}")
                self._pulls[str(row["number"])] = closed
                if row.get("merge_commit"):
                    self._merged[str(row["merge_commit"])] = closed

    def of(self, commit: str, message: str) -> list[str]:
        """Give the numbers of the issues that a commit closes, in the order they are named."""
        subject = message.partition("\n")[0]
        pull = _PULL.search(subject)
        by_pull = self._pulls.get(pull[1], []) if pull else []
        return list(dict.fromkeys([*_CLOSES.findall(message), *by_pull, *self._merged.get(commit, ())]))


def failed(one: Issue, settings: InstructSettings) -> str:
    """Give why an issue asks for nothing that a change could answer, or ""."""
    words = one.text.split()
    if _PROGRAM.search(one.author):
        return "program"
    if len(words) < settings.issue_words:
        return "issue_words"
    if len(one.text) > MOST:
        return "issue_long"
    return "language" if foreign(one.text) else ""


def by_commit(changes: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Put the changes of each commit together; those of one follow one another."""
    held: list[Mapping[str, Any]] = []
    for row in changes:
        if held and held[-1]["commit"] != row["commit"]:
            yield held
            held = []
        held.append(row)
    if held:
        yield held
