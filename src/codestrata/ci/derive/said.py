"""One thing that a CI file says, and the parts of a script that can be run by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codestrata.ci.foreign import scripts
from codestrata.ci.foreign.values import Value

#: Lines of a script that is no program of its own.
_SHORT = 15
_GOOD = re.compile(
    r"(?:^|[^a-z])(?:ci|cicd|tests?|build|main|check|linux|unit|python-package|run-tests|rust|go|node|maven|"
    r"gradle|cmake|java|workflow|pipeline|travis|gitlab)(?:[^a-z]|$)"
)
_BAD = re.compile(
    r"release|publish|deploy|docs?\b|bench|fuzz|nightly|codeql|windows|macos|website|docker|android|wasm|"
    r"stale|label|legacy|old|coverity|scorecard|schedul|daily|weekly|cron|container|browser|ecosystem"
)


#: What asks for tools or machines that are rarely there.
_ODD = re.compile(
    r"nextest|miri|tarpaulin|llvm-cov|cargo hack|\+nightly|-Z|valgrind|sanit|wasm|--target|\bcross\b|fuzz|"
    r"bench|coverage|playwright|cypress|puppeteer|\be2e\b|selenium|docker|emscripten|qemu|i686|install|richgo|go/bin"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A script of a CI file: what it is for, where it stands, what it needs; ``axes``: the matrix it asks for."""

    script: str
    kind: str
    file: str
    line: int
    job: str = ""
    folder: str = "."
    shell: str = "sh"
    env: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Give where it stands, for a comment."""
        return f"{self.file} line {self.line}"

    @property
    def score(self) -> int:
        """Say how likely it is what developers run: by the names of its file and its job."""
        name = self.file.rpartition("/")[2].lower() if "/" in self.file else self.file.lower()
        found = 3 * bool(_GOOD.search(name)) - 4 * bool(_BAD.search(name)) - 2 * bool(_BAD.search(self.job.lower()))
        return found + bool(_GOOD.search(self.job.lower())) + (not self.axes) - self._odd

    @property
    def _odd(self) -> int:
        return 2 * bool(_ODD.search(self.script)) + 2 * (self.script.count("\n") > _SHORT)


#: Kinds of commands that a script may hold and still be run as a whole, without a network.
_WHOLE = {"test", "lint", "build", ""}


def blocks(value: Value) -> Iterator[tuple[str, int]]:
    """Give the parts of a script that can be run by themselves: all of it, or the lines that test, lint or build."""
    placed = [one for item in value.items for one in _placed(item)]
    script = "\n".join(text for text, _ in placed)
    if not script.strip() or "secrets." in script:
        return
    found = scripts.commands(script)
    if all(one.kind in _WHOLE for one in found):
        yield script.strip(), next(line for text, line in placed if text.strip())
        return
    lines = [text for text, _ in placed]
    for one in found:
        if one.kind in _WHOLE and one.kind:
            last = one.line
            while lines[last - 1].rstrip().endswith("\\") and last < len(lines):
                last += 1
            text = "\n".join(lines[one.line - 1 : last]).strip()
            whole = all(part.kind in _WHOLE for part in scripts.commands(text))
            yield text if whole else one.text, placed[one.line - 1][1]


def _placed(value: Value) -> list[tuple[str, int]]:
    """Give the lines of a text with their numbers in the file: those of a block stand below its key."""
    lines = value.text.strip("\n").split("\n")
    first = value.line + (len(lines) > 1)
    return [(text, first + at) for at, text in enumerate(lines)]
