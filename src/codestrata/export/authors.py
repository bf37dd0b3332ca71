"""Authors under a pseudonym: the same in every workspace, and nothing that names could be tried on.

By default a pseudonym is a hash of the author's first commit in the history: nothing of a name or an address is in it,
so that there is no name to try; it holds in one history (and its forks), and says nothing across others. With a secret
that settings name it is a keyed hash of the address: the same author in every history, for who has the key alone.
Source: RFC 7693 (BLAKE2, keyed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from codestrata.errors import InvalidInput
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO

_KEY_BYTES = 32
_DIGEST_BYTES = 6


class Pseudonyms(Protocol):
    """Gives authors their pseudonyms: ``author-`` and 12 hexadecimal digits."""

    def of(self, name: str, email: str = "") -> str:
        """Give an author's, by address, by name where none is known. Case and blanks around do not count."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Pseudonyms under a key: one author has the same in every history."""

    key: bytes

    def of(self, name: str, email: str = "") -> str:
        """Give an author's."""
        return _shown(hashlib.blake2b(_identity(name, email).encode(), key=self.key, digest_size=_DIGEST_BYTES))


@dataclass(frozen=True, slots=True)
class ByFirst:
    """Pseudonyms by what an author committed first; ``first``: who → the id of that commit."""

    first: Mapping[str, bytes]

    @classmethod
    def told(cls, people: Iterable[tuple[str, str, bytes]]) -> Self:
        """Take (name, address, commit), the newest first."""
        return cls({_identity(name, email): commit for name, email, commit in people})

    def of(self, name: str, email: str = "") -> str:
        """Give an author's, who has a commit in the history."""
        return _shown(hashlib.blake2b(b"first " + self.first[_identity(name, email)], digest_size=_DIGEST_BYTES))


def pseudonyms(io: IO, commits: Sequence[str]) -> Pseudonyms:
    """Give the pseudonyms of a history, whose files of table **commits** are given.

    Raises InvalidInput when the secret that settings name is not there.
    """
    name = io.settings.export.privacy.author_secret
    if not name:
        return ByFirst.told(_people(io, commits))
    value = io.secret(name)
    if not value:
        hint = f"set the variable {name}, or leave the setting empty"
        raise InvalidInput(f"there is no secret {name}", where="setting export.privacy.author_secret", hint=hint)
    return Keyed(hashlib.blake2b(value.encode(), digest_size=_KEY_BYTES).digest())


def _people(io: IO, commits: Sequence[str]) -> Iterable[tuple[str, str, bytes]]:
    """Give each name and address with the oldest of its commits, those with the newest first."""
    found = io.tables.query(f"""
        select author_name, author_email, arg_max("commit", place) as "commit", max(place) as place from (
            select *, row_number() over (order by file_index, file_row_number) as place from {io.tables.scan(commits)})
        group by author_name, author_email order by place""")
    return ((row["author_name"], row["author_email"], row["commit"]) for row in rows_of(found))


def _identity(name: str, email: str) -> str:
    """Say who it is: a person of several names has one address."""
    return f"mail {email.strip().casefold()}" if email.strip() else f"name {name.strip().casefold()}"


def _shown(digest: hashlib.blake2b) -> str:
    return f"author-{digest.hexdigest()}"
