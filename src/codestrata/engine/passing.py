"""Passing an error from a worker to its supervisor: what is raised there says the same, and ends the run the same way.

JSON carries it, not pickles: nothing that a worker says is ever run.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from codestrata import errors
from codestrata.errors import RateLimitExceeded, StrataError


def told(error: Exception) -> dict[str, Any]:
    """Give an error as JSON: its class, what it says, and where it came from."""
    said: dict[str, Any] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, StrataError):
        said |= {"message": error.message, "where": error.where, "hint": error.hint}
    if isinstance(error, RateLimitExceeded):
        said["retry_after"] = error.retry_after
    if isinstance(error, OSError):
        said |= {"errno": error.errno, "strerror": error.strerror, "filename": _path(error.filename)}
    return said | {"trace": "".join(traceback.format_exception(error))}


def raised(said: Mapping[str, Any]) -> Exception:
    """Give the error that :func:`told` told of; one that is neither ours nor the system's has its class's name."""
    error = _ours(said) or _systems(said) or type(said["kind"], (Exception,), {})(said["text"])
    error.add_note(f"In a worker:\n{said['trace']}")
    return error


def _ours(said: Mapping[str, Any]) -> StrataError | None:
    kind = getattr(errors, said["kind"], None)
    if "message" not in said or not isinstance(kind, type) or not issubclass(kind, StrataError):
        return None
    more = {"retry_after": said["retry_after"]} if "retry_after" in said else {}
    made: StrataError = kind(said["message"], where=said["where"], hint=said["hint"], **more)
    return made


def _systems(said: Mapping[str, Any]) -> OSError | None:
    if "errno" not in said:
        return None
    return OSError(said["errno"], said["strerror"] or said["text"], said["filename"] or None)


def _path(name: object) -> str:
    return name if isinstance(name, str) else ""
