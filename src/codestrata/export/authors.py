"""Authors under a pseudonym: a keyed hash, so that nobody without the key can try names until one fits.

The key comes from a secret that settings name, or lies in the workspace, made once. The same key gives the same author
the same pseudonym in every dataset; who throws the key away makes them anonymous.
Source: RFC 7693 (BLAKE2, keyed).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View

#: The file of a workspace that holds its key.
KEY_FILE = "author.key"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Pseudonyms under one key."""

    key: bytes

    def of(self, name: str, email: str = "") -> str:
        """Give an author's pseudonym: ``author-`` and 12 hexadecimal digits, by address, by name where none is known.

        Case and blanks around do not count.
        """
        told = f"mail {email.strip().casefold()}" if email.strip() else f"name {name.strip().casefold()}"
        return f"author-{hashlib.blake2b(told.encode(), key=self.key, digest_size=6).hexdigest()}"


def pseudonyms(io: IO) -> Pseudonyms:
    """Give the pseudonyms of a run. Raises InvalidInput when the secret that settings name is not there."""
    name = io.settings.export.privacy.author_secret
    if not name:
        return Pseudonyms(workspace_key(io.workspace))
    value = io.secret(name)
    if not value:
        hint = f"set the variable {name}, or leave the setting empty"
        raise InvalidInput(f"there is no secret {name}", where="setting export.privacy.author_secret", hint=hint)
    return Pseudonyms(hashlib.blake2b(value.encode(), digest_size=_KEY_BYTES).digest())


def told(view: View) -> dict[str, str]:
    """Give what a partition's spec must say when its rows have pseudonyms: which key, never the key.

    Of a secret that is its name alone: who gives it another value gives it another name, too.
    """
    name = view.settings.export.privacy.author_secret
    if name:
        return {"author_secret": name}
    return {"author_key": hashlib.blake2b(workspace_key(view.workspace), digest_size=8).hexdigest()}


def workspace_key(workspace: Path) -> bytes:
    """Give the workspace's own key; it is made when it is asked for first, readable by its owner alone."""
    path = workspace / KEY_FILE
    if not path.exists():
        made = workspace / f".{KEY_FILE}.{secrets.token_hex(8)}"
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # somebody else was first
            os.link(made, path)
        made.unlink()
    return path.read_bytes()
