"""What git said when a fetch failed → the error that tells what to do about it."""

from __future__ import annotations

import re

from codestrata.errors import (
    CloneFailed,
    DamagedRepository,
    LimitExceeded,
    RateLimitExceeded,
    RepositoryMissing,
    SecurityViolation,
    StrataError,
)
from codestrata.git.verdict import GitFailed, own_words

_STATUS = re.compile(r"returned error: (\d{3})")
_FSCK = re.compile(r"(?:error|fatal): object [0-9a-f]+: (\w+): ([^\n]*)")

_TELLING = re.compile(r"^(?:fatal|error): ", re.MULTILINE)
#: All that git says when its unpacker was ended by a signal.
_ENDED = "invalid index-pack output"

_MISSING = (
    "not found",
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "is this a git repository?",
    "does not appear to be a git repository",
    "dumb http transport does not support",
)
_DAMAGED = (
    "inflate",
    "bad object",
    "corrupt",
    "unresolved delta",
    "did not send all necessary objects",
    "is empty",
    "SHA1 mismatch",
    "hash mismatch",
    "loose object",
    "unable to read",
    "bad pack",
    "pack signature mismatch",
    "missing blob",
    "missing tree",
    "missing commit",
    _ENDED,
)
_TOO_MANY_REQUESTS = 429
#: Answers that may carry Retry-After.
PATIENCE = frozenset({403, _TOO_MANY_REQUESTS, 503})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Seconds to wait when the server does not say.
_WAIT = 60.0
#: Answers that mean: not here, not for you, or not any more (451: taken down).
_GONE = frozenset({400, 401, 403, 404, 405, 406, 410, 451})


def http_status(error: GitFailed) -> int:
    """Give the HTTP status the server answered with, or 0."""
    found = _STATUS.search(_own(error))
    return int(found[1]) if found else 0


def fsck_id(error: GitFailed) -> str:
    """Give the fsck message id for which git refused an object, or ""."""
    found = _FSCK.search(_own(error))
    return found[1] if found else ""


def _own(error: GitFailed) -> str:
    return own_words(error.stderr.encode()).decode()


def explain(error: GitFailed, url: str, *, with_token: bool = False, retry_after: float = -1.0) -> StrataError:
    """Turn a failed fetch into the error that says what happened and what to do; ``retry_after`` -1: not said."""
    text, status = _own(error), http_status(error)
    refused = _FSCK.search(text)
    if refused:
        return SecurityViolation(f"git refuses an object: {refused[1]}: {refused[2][:200]}", where=url)
    if _ENDED in text and len(_TELLING.findall(text)) == 1:
        return LimitExceeded("took too much work to unpack", where=url, hint="raise git.cpu_seconds or git.memory_mb")
    if status == _TOO_MANY_REQUESTS or (status in PATIENCE and retry_after >= 0):
        wait = retry_after if retry_after >= 0 else _WAIT
        return RateLimitExceeded(f"the server asks for patience ({status})", where=url, retry_after=wait)
    if status in _GONE or (not status and any(mark in text for mark in _MISSING)):
        return _missing(url, status, text, with_token=with_token)
    if not status and any(mark in text for mark in _DAMAGED):
        return DamagedRepository(f"its objects are broken: {error.message}", where=url)
    hint = f"the server answered {status}: try again later" if status else "is the server up, and the network?"
    return CloneFailed(error.message, where=url, hint=hint)


def _missing(url: str, status: int, text: str, *, with_token: bool) -> RepositoryMissing:
    if "dumb http" in text:
        return RepositoryMissing("the server does not speak git's smart protocol", where=url, hint="is the URL right?")
    answer = f" (the server answered {status})" if status else ""
    hint = "check the spelling and what the token may read" if with_token else "if it is private, give a token"
    return RepositoryMissing(f"does not exist, is private, or was taken down{answer}", where=url, hint=hint)
