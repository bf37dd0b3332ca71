"""How much the artifacts of one run over one repository may take: those of each job together, and those of all jobs."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codestrata.settings.sandbox import SandboxSettings

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit of bytes for several artifacts, what of it is left, and whose it is."""

    limit: int
    left: int
    whose: str
    setting: str

    def reason(self, name: str) -> str:
        """Say in a sentence that an artifact was too much."""
        return f"artifact {name} is not kept: those of {self.whose} take more than {self.limit} bytes ({self.setting})"

    def evidence(self, name: str) -> Mapping[str, Any]:
        """Give what that was told by."""
        return {"artifact": name, "bytes_allowed": self.limit, "bytes_kept": self.limit - self.left}


class Allowance:
    """The bytes of artifacts of one run; safe to use from several threads. What is kept once counts once."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._job, self._run = settings.artifacts_mb * _MB, settings.artifacts_repository_mb * _MB
        self._jobs: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._lock = threading.Lock()

    def bound(self, job: str) -> Bound:
        """Give the nearer of the two limits for a job's next artifact."""
        with self._lock:
            own = Bound(self._job, self._job - sum(self._jobs[job].values()), "a job", "sandbox.artifacts_mb")
            kept = sum({digest: size for one in self._jobs.values() for digest, size in one.items()}.values())
            all_jobs = Bound(self._run, self._run - kept, "all jobs", "sandbox.artifacts_repository_mb")
        return min(own, all_jobs, key=lambda one: one.left)

    def took(self, job: str, digest: str, size: int) -> None:
        """Count what was kept under its hash."""
        with self._lock:
            self._jobs[job][digest] = size
