"""The version of git."""

from __future__ import annotations

import pytest

from codestrata.errors import MissingExtra
from codestrata.git.version import git_version, parse


@pytest.mark.parametrize(
    ("answer", "number", "patched"),
    [
        ("git version 2.39.5\n", (2, 39, 5), True),
        ("git version 2.39.3", (2, 39, 3), False),
        ("git version 2.40.1", (2, 40, 1), False),
        ("git version 2.43.0", (2, 43, 0), False),
        ("git version 2.43.7", (2, 43, 7), True),
        ("git version 2.50.1 (Apple Git-155)", (2, 50, 1), True),
        ("git version 2.51.0.windows.1", (2, 51, 0), True),
        ("git version 3.0", (3, 0, 0), True),
    ],
)
def test_versions_and_their_fixes(answer: str, number: tuple[int, int, int], patched: bool) -> None:
    """The patch level of each series decides; an unpatched one comes with advice."""
    version = parse(answer)
    assert version.number == number
    assert version.patched is patched
    assert bool(version.advice) is not patched


@pytest.mark.parametrize("answer", ["git version 2.30.2", "git version 1.8.3.1", "something else"])
def test_too_old_or_unknown(answer: str) -> None:
    """Without the hardening options there is no ingest."""
    with pytest.raises(MissingExtra):
        parse(answer)


def test_this_machine() -> None:
    """The git of this machine answers."""
    assert git_version().number >= (2, 38, 0)
