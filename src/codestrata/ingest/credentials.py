"""Tokens: found for one host, sent to that host only, written nowhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from codestrata.errors import InvalidInput
from codestrata.ingest.ssrf import Target

Secret = Callable[[str], str | None]
#: What goes before the colon when only a token is known: any name does for GitHub; GitLab and Bitbucket want these.
_USER = {"gitlab.com": "oauth2", "bitbucket.org": "x-token-auth"}
_LONGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class Credential:
    """One ``Authorization`` header for one host; its text never shows the secret."""

    header: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def basic(cls, user: str, password: str) -> Credential:
        """Make the header of HTTP basic authentication (RFC 7617)."""
        if any(c in user + password for c in "\r\n\0"):
            raise InvalidInput("a token contains a line break", hint="store it without one")
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(f"Authorization: Basic {encoded}", (password, encoded))


def find(target: Target, tokens: Mapping[str, str], secret: Secret, file: str = "") -> Credential | None:
    """Find the credential of a target's host: the named secret first, then the credential file; None if there is none.

    Plain http gets one only where the host stands with its port in ``tokens`` or in the file.
    """
    place = f"{target.host}:{target.port}"
    name = tokens.get(place) or (tokens.get(target.host) if target.scheme == "https" else None)
    token = secret(name) if name else None
    if token:
        return Credential.basic(_USER.get(target.host, "x-access-token"), token.strip())
    return _from_file(Path(file), target) if file else None


def _from_file(file: Path, target: Target) -> Credential | None:
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            parts = urlsplit(line.strip())
            port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        except ValueError:
            parts, port = urlsplit(""), None
        if not parts.hostname or parts.password is None:
            raise InvalidInput("not https://user:token@host", where=f"{file.name}, line {number}")
        if (parts.scheme, parts.hostname.lower(), port) == (target.scheme, target.host.strip("[]"), target.port):
            return Credential.basic(unquote(parts.username or ""), unquote(parts.password))
    return None


def _lines(file: Path) -> list[str]:
    try:
        with file.open("r", encoding="utf-8") as stream:
            return stream.read(_LONGEST_FILE).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        hint = "see the setting git.credential_file"
        raise InvalidInput("the credential file cannot be read", where=str(file), hint=hint) from error
