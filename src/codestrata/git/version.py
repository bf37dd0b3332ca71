"""Which git this is, and whether it carries the fixes that matter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codestrata.errors import MissingExtra
from codestrata.git.command import run_git

#: ``ls-tree --format`` (2.36), ``http.curloptResolve`` (2.37), ``safe.bareRepository`` (2.38).
MINIMUM = (2, 38, 0)
#: First release of each series with the fixes of May 2024 and July 2025 (release notes of git); later series have all.
PATCHED = {39: 4, 43: 7, 44: 4, 45: 4, 46: 4, 47: 3, 48: 2, 49: 1, 50: 1}


@dataclass(frozen=True, slots=True)
class GitVersion:
    """The git in use: its own words and the three numbers in them."""

    text: str
    number: tuple[int, int, int]

    @property
    def patched(self) -> bool:
        """Tell whether upstream calls this release fixed. Distributions patch without raising the number."""
        major, series, patch = self.number
        if (major, series) > (2, max(PATCHED)):
            return True
        return series in PATCHED and patch >= PATCHED[series]

    @property
    def advice(self) -> str:
        """Say what to do about it, or nothing."""
        if self.patched:
            return ""
        return f"git {self.text} is below 2.39.4, 2.43.7, 2.45.4 or 2.50.1: update it, or see that its fixes are in"


def git_version() -> GitVersion:
    """Ask git for its version. Raises MissingExtra when there is none, or one too old to be used safely."""
    return parse(run_git(["version"], timeout=30).decode())


def parse(answer: str) -> GitVersion:
    """Read ``git version 2.39.5 (…)``."""
    found = re.match(r"git version ((\d+)\.(\d+)(?:\.(\d+))?\S*)", answer)
    if not found:
        raise MissingExtra(f"cannot tell the version of git from {answer.strip()!r}")
    version = GitVersion(found[1], (int(found[2]), int(found[3]), int(found[4] or 0)))
    if version.number < MINIMUM:
        raise MissingExtra(f"git {version.text} is too old", hint="install git 2.39.4 or newer")
    return version
