"""Who may be in a dataset: the licence policy over expressions, and the opt-out list over repositories and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codestrata.errors import InvalidInput
from codestrata.model.licence import CLASSES, classify, is_allowed, leaves

if TYPE_CHECKING:
    from codestrata.model import Repository
    from codestrata.settings.export import LicenceSettings


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says of one SPDX expression: its class, whether it may pass, and the rule that said so."""

    licence_class: str
    passes: bool
    rule: str


#: Sets of licence classes by the names that setting ``policy`` gives them.
POLICIES: Mapping[str, tuple[str, ...]] = {
    "public-domain": CLASSES[:1],
    "permissive": CLASSES[:2],
    "weak-copyleft": CLASSES[:3],
    "copyleft": CLASSES[:5],
    "any": CLASSES[:-1],
}


def _named(settings: LicenceSettings) -> LicenceSettings:
    """Give a policy with the classes that its name stands for."""
    return replace(settings, classes=POLICIES[settings.policy], policy="") if settings.policy else settings


def licence_verdict(expression: str, settings: LicenceSettings) -> Verdict:
    """Judge one expression; "" is no licence at all."""
    policy = _named(settings)
    group = classify(expression) if expression else "unknown"
    if is_allowed(expression, policy):
        return Verdict(group, passes=True, rule="")
    denied = {name.lower() for name in policy.deny}
    named = [leaf for leaf in leaves(expression) if {leaf.lower(), leaf.partition(" WITH ")[0].lower()} & denied]
    if named:
        return Verdict(group, passes=False, rule=f"deny {named[0]}")
    if group == "unknown":
        return Verdict(group, passes=policy.unknown == "keep", rule="unknown licence" if expression else "no licence")
    return Verdict(group, passes=False, rule=f"class {group}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an opt-out list: what it covers, as written, and why."""

    pattern: str
    reason: str = ""


_BLOB = re.compile(r"(?:blob:)?([0-9a-f]{40}|[0-9a-f]{64})\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_NAME = re.compile(r"[^\s:]+/[^\s:]+\Z")
_COMMENT = re.compile(r"(?:^|\s)\s*#")


def read_opt_out(entries: Iterable[str], file: Path | None = None) -> list[Entry]:
    """Read an opt-out list: the entries given, then those of a file, one per line, the reason after ``#``.

    Raises InvalidInput with file and line where an entry is none of the forms there are.
    """
    listed = [_entry(text, f"setting export.opt_out, entry {k}") for k, text in enumerate(entries, 1)]
    if file is not None:
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"cannot read the opt-out list: {error}", where=str(file)) from error
        listed += [_entry(text, f"{file}:{k}") for k, text in enumerate(lines, 1) if text.partition("#")[0].strip()]
    return list(dict.fromkeys(listed))


def read_pattern(pattern: str, reason: str = "") -> Entry:
    """Read a pattern that somebody gave by itself; a reason becomes one line. Raises InvalidInput where it is none."""
    text = pattern.strip()
    if len(text.splitlines()) > 1 or _COMMENT.search(text):
        hint = "--reason says why; in a path * stands for what a line cannot have"
        raise InvalidInput("is no opt-out entry: a pattern is one line without a comment", where=repr(text), hint=hint)
    return Entry(_entry(text, "opt-out list").pattern, " ".join(reason.split()))


def _entry(text: str, where: str) -> Entry:
    pattern, _, reason = (part.strip() for part in _COMMENT.sub("\n", text, count=1).strip().partition("\n"))
    whole = _BLOB.match(pattern) or _UUID.match(pattern) or _is_locator(pattern)
    if not (whole or _NAME.match(pattern) or _path_part(pattern)):
        hint = "owner/*, owner/name, owner/name:path/glob, a repository id, a purl, a URL or a blob id"
        raise InvalidInput(f"{text.strip()!r} is no opt-out entry", where=where, hint=hint)
    return Entry(pattern, reason)


def _is_locator(pattern: str) -> bool:
    return "://" in pattern or pattern.startswith("pkg:")


def _path_part(pattern: str) -> tuple[str, str] | None:
    """Split ``owner/name:path/glob`` (or ``*:path/glob``) into repository and path."""
    if _is_locator(pattern):
        return None
    repository, colon, path = pattern.partition(":")
    return (repository, path) if colon and path and (repository == "*" or _NAME.match(repository)) else None


class RepositoryOptOut:
    """What of an opt-out list is about whole repositories: names, owners, ids, purls and URLs. Case does not matter."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[str, tuple[int, Entry]] = {}
        self._globs: list[tuple[int, re.Pattern[str], Entry]] = []
        for number, entry in enumerate(entries):
            pattern = _bare(entry.pattern)
            if _BLOB.match(pattern) or _path_part(pattern):
                continue
            owner_only = pattern.removesuffix("/*")
            if any(sign in owner_only for sign in "*?[") and not _is_locator(pattern):
                self._globs.append((number, re.compile(translate(pattern)), entry))
            else:
                self._exact.setdefault(pattern, (number, entry))

    def covers(self, repository: Repository) -> Entry | None:
        """Give the first entry that covers a repository, or None."""
        return self.covering(repository.full_name, (repository.url, repository.origin.locator, repository.id))

    def covering(self, full_name: str, known_as: Iterable[str]) -> Entry | None:
        """Give the first entry that covers what has this name, and these URLs, purls and ids."""
        name = full_name.lower()
        places = {_bare(place) for place in (*known_as, name)}
        places |= {_versionless(place) for place in places}
        places |= {place[: cut.start()] + "/*" for place in places for cut in re.finditer("/", place)}
        found = [self._exact[place] for place in places if place in self._exact]
        found += [(number, entry) for number, pattern, entry in self._globs if pattern.fullmatch(name)]
        return min(found, key=lambda hit: hit[0])[1] if found else None


def _bare(locator: str) -> str:
    """Give a URL or purl in the form that is compared: lower case, no ``.git``, no slash at the end."""
    return locator.lower().rstrip("/").removesuffix(".git")


def _versionless(locator: str) -> str:
    """Give a purl without its version, so that ``pkg:pypi/name`` covers every version; other places as they are."""
    return re.sub(r"(?<=[^/])@[^/]*\Z", "", locator) if locator.startswith("pkg:") else locator


@dataclass(frozen=True, slots=True)
class FileOptOut:
    """What of an opt-out list is about single files: blob ids, and path globs for the repositories they name."""

    blobs: Mapping[bytes, Entry]
    paths: tuple[tuple[re.Pattern[str], re.Pattern[bytes], Entry], ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> FileOptOut:
        """Take the entries that are about files."""
        blobs: dict[bytes, Entry] = {}
        paths = []
        for entry in entries:
            if blob := _BLOB.match(entry.pattern.lower()):
                blobs.setdefault(bytes.fromhex(blob[1]), entry)
            elif parts := _path_part(entry.pattern):
                name = re.compile(translate(parts[0].lower()))
                paths.append((name, re.compile(glob(parts[1]).encode(), re.DOTALL), entry))
        return cls(blobs, tuple(paths))

    @property
    def about_files(self) -> bool:
        """Say whether there is anything in it."""
        return bool(self.blobs or self.paths)

    def globs(self, full_name: str) -> list[tuple[re.Pattern[bytes], Entry]]:
        """List the path globs that are about one repository."""
        return [(path, entry) for name, path, entry in self.paths if name.fullmatch(full_name.lower())]


def glob(pattern: str) -> str:
    """Turn a path glob into a regular expression: ``*`` stays in a folder, ``**`` crosses folders, ``?`` is one sign.

    As in .gitignore, a pattern that ends in ``/`` covers everything below.
    """
    return "".join(_pieces(pattern.removeprefix("/") + ("**" if pattern.endswith("/") else ""))) + r"\Z"


def _pieces(pattern: str) -> Iterator[str]:
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern):
        yield {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(piece, re.escape(piece))
