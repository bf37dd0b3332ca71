"""What became of something that was run: one class for every step, never guessed."""

from __future__ import annotations

from enum import StrEnum


class ResultClass(StrEnum):
    """How a step, job or tool ended. What cannot be told apart is ``failed``, with its evidence."""

    PASSED = "passed"
    """It ended with exit status 0 (or with one that counts as success)."""
    FAILED = "failed"
    """The code's own doing: another exit status, or a signal of its own."""
    INFRA = "infra"
    """Something around it broke: the runner, the engine, the machine. Says nothing about the code."""
    TIMEOUT = "timeout"
    """It was out of time (wall or processor) and was ended."""
    OOM = "oom"
    """It was out of memory: the kernel or the watcher ended it."""
    DISK = "disk"
    """It was out of disk: writing was refused at the limit."""
    POLICY = "policy"
    """It failed on something it may not do: the network, a system call, the number of processes."""
    KILLED = "killed"
    """A signal from outside ended it, and it was none of ours."""
    CANCELLED = "cancelled"
    """Somebody took it back."""
    SKIPPED = "skipped"
    """It was not run; the reason says why."""
    REFUSED = "refused"
    """It was not run: the host lacks what it needs (the isolation, the tool, the registry). Nothing was judged."""

    @property
    def ran(self) -> bool:
        """Say whether anything was run."""
        return self not in {ResultClass.SKIPPED, ResultClass.REFUSED}
