"""The error tree: each error knows what happened, where, what to do next, its exit code and its HTTP status.

Exit codes: 0 everything done · 1 internal error · 2 bad input or settings · 3 done in part · 4 nothing could be done ·
5 the workspace is in use · 6 storage failed · 130 interrupted (143: by SIGTERM).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

EXIT_OK = 0
EXIT_PARTIAL = 3
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


class ErrorClass(StrEnum):
    """What a failure says about trying again; a column of the task ledger."""

    INFRA = "infra"
    """Something around the work broke: try again, elsewhere if possible."""
    RATE_LIMITED = "rate_limited"
    """Wait until the limit resets, then try again."""
    TIMEOUT = "timeout"
    """Once more, with twice the limit."""
    OOM = "oom"
    """Once more, with twice the limit."""
    CODE = "code"
    """The input cannot be worked on; trying again changes nothing."""
    POLICY = "policy"
    """A limit or a rule refused it; trying again changes nothing."""
    POISON = "poison"
    """It killed two workers: dead letter."""


class StrataError(Exception):
    """Root of the tree. ``str()`` gives one line: what, where, and what to do next."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    error_class: ClassVar[ErrorClass] = ErrorClass.CODE

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Give the error as one line."""
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        """Keep place and hint when the error crosses a process border."""
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(kind: type[StrataError], message: str, where: str, hint: str) -> StrataError:
    return kind(message, where=where, hint=hint)


class Terminated(KeyboardInterrupt):
    """SIGTERM asked to stop, and to leave everything in order, as an interrupt from the keyboard does."""


class Interrupted(StrataError):
    """Work was taken back before its end: it is due again, at no charge, and no result of it counts."""

    exit_code = EXIT_INTERRUPTED
    http_status = 503
    error_class = ErrorClass.INFRA


class InvalidInput(StrataError):
    """What the user gave cannot be read: says where and what was expected."""

    exit_code = 2
    http_status = 422


class UnknownSetting(InvalidInput):
    """A settings key that does not exist."""


class MissingExtra(InvalidInput):
    """An optional part is not installed; the hint names the extra."""

    http_status = 501


class WorkspaceBusy(StrataError):
    """Another ``strata`` holds the workspace."""

    exit_code = 5
    http_status = 409
    error_class = ErrorClass.INFRA


class NothingDone(StrataError):
    """Every repository failed."""

    exit_code = 4


class GateFailed(StrataError):
    """A dataset is not what it must be, and was not published."""

    exit_code = 4
    http_status = 422
    error_class = ErrorClass.POLICY


class StorageError(StrataError):
    """Reading or writing the store failed (disk full, damaged file, lost catalogue)."""

    exit_code = 6
    http_status = 507
    error_class = ErrorClass.INFRA


class CloneFailed(StrataError):
    """A repository could not be fetched."""

    exit_code = EXIT_PARTIAL
    http_status = 502
    error_class = ErrorClass.INFRA


class RegistryUnknown(StrataError):
    """A package registry's hosts could not be learnt: who needs it is refused, and not tried again by itself."""

    exit_code = EXIT_PARTIAL
    http_status = 502
    error_class = ErrorClass.CODE


class RepositoryMissing(CloneFailed):
    """The repository does not exist, is private, or was taken down: trying again changes nothing."""

    http_status = 404
    error_class = ErrorClass.CODE


class RateLimitExceeded(CloneFailed):
    """The other side asks for patience."""

    http_status = 429
    error_class = ErrorClass.RATE_LIMITED

    def __init__(self, message: str, *, where: str = "", hint: str = "", retry_after: float = 60.0) -> None:
        super().__init__(message, where=where, hint=hint)
        self.retry_after = retry_after


class RunnerFailed(StrataError):
    """What runs foreign code broke, or was broken from outside: says nothing about the code."""

    exit_code = EXIT_PARTIAL
    http_status = 502
    error_class = ErrorClass.INFRA


class LimitExceeded(StrataError):
    """A repository is over a limit (time, size, ratio, entries, depth) and goes to quarantine."""

    exit_code = EXIT_PARTIAL
    http_status = 413
    error_class = ErrorClass.POLICY


class AnalysisTimeout(StrataError):
    """Work on one partition took longer than its limit, in seconds."""

    exit_code = EXIT_PARTIAL
    http_status = 504
    error_class = ErrorClass.TIMEOUT


class SecurityViolation(StrataError):
    """A repository tried something it must not; it goes to quarantine with the reason."""

    exit_code = EXIT_PARTIAL
    http_status = 403
    error_class = ErrorClass.POLICY


class DamagedRepository(StrataError):
    """Objects are missing or broken."""

    exit_code = EXIT_PARTIAL
    http_status = 422
    error_class = ErrorClass.CODE
