"""The kinds of private things there are, and what stands in their place in a text that is published."""

from __future__ import annotations

#: Raise it when the same texts give other spans.
VERSION = "2"
#: Kind → the setting of ``export.privacy`` that says what becomes of it.
KINDS: dict[str, str] = {
    "token": "secrets",
    "key": "secrets",
    "password": "secrets",
    "private_key": "private_keys",
    "email": "emails",
    "ip": "addresses",
    "name": "names",
}
#: Kinds that are secrets: who has one can do something with it.
SECRETS = frozenset(kind for kind, setting in KINDS.items() if setting in {"secrets", "private_keys"})
#: Kind → placeholder.
PLACEHOLDERS: dict[str, bytes] = {kind: b"<%s>" % kind.upper().encode() for kind in KINDS}


def edition(max_blob_bytes: int) -> str:
    """Give the version of what is found in blobs of at most so many bytes."""
    return f"{VERSION}.{max_blob_bytes}"
