"""The suite distrusts itself: against a runner that holds nothing, its judges say so."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sandbox.attacks.weak import WeakRunner

from codestrata.model.result import ResultClass
from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks
from codestrata.sandbox.attacks.aftermath import hostile
from codestrata.sandbox.attacks.base import MB, Attack, Seen
from codestrata.sandbox.attacks.judge import judge
from codestrata.sandbox.base import Exit

#: Attacks that a plain child process does not hold, wherever tests run, with what the judge goes by.
ESCAPES = {
    "home": "secret",
    "environment": "secret",
    "environments": "secret",
    "process": "secret",
    "descriptors": "secret",
    "repository-link": "secret",
    "canary": "a file of the host's was changed",
    "link-out": "a file of the host's was changed",
    "artifact-links": "was taken for an artifact",
    "archive": "a file of the host's was changed",
    "layer-link": "the next room read a secret",
    "namespaces": "shared with the host",
    "tcp": "reached by TCP",
    "udp": "reached by UDP",
    "abstract": "without a file was reached",
    "daemon": "lived on",
    "group": "lived on",
    "kill-host": "was ended",
    "long-script": "the runner broke",
    "fork-bomb": "lived on",
    "memory-bomb": "MB of memory taken",
    "memory-shares": "lived on",
    "disk-file": "written into",
    "no-newline": "bytes of output were kept",
    "thread-bomb": "threads at once",
}

#: How much bombs use here, where nothing stops them.
HARMLESS = {"BOMB_BYTES": str(96 * MB), "BOMB_COUNT": "80"}


def chosen(names: Iterable[str]) -> list[Attack]:
    """Give attacks by name, harmless."""
    return [replace(one, env={**one.env, **HARMLESS}) for one in ATTACKS if one.id in set(names)]


def test_what_is_not_held_is_told(tmp_path: Path) -> None:
    """Attacks on a plain child process get through, and the judge says by what that is known."""
    outcomes = {one.attack: one for one in run_attacks(WeakRunner(copies=True), tmp_path, chosen(ESCAPES))}
    silent = [outcomes[name] for name in ESCAPES if outcomes[name].verdict is not Verdict.ESCAPED]
    assert silent == []
    assert [outcomes[name] for name, told in ESCAPES.items() if told not in outcomes[name].detail] == []


def test_the_host_tree_is_watched(tmp_path: Path) -> None:
    """A runner that works in the host's own tree is found out."""
    runner = WeakRunner()
    told = {one.attack: one for one in run_attacks(runner, tmp_path, chosen(["tree"]))}
    assert told["tree"].verdict is Verdict.ESCAPED
    assert "source tree of the host was changed" in told["tree"].detail


def test_nothing_of_the_traps_stays(tmp_path: Path) -> None:
    """Secrets, canaries, the sentinel and what attacks left are gone when the suite has ended."""
    before = {path.name for path in Path.home().iterdir()}
    list(run_attacks(WeakRunner(copies=True), tmp_path, chosen(["home", "outside"])))
    assert {path.name for path in Path.home().iterdir()} == before
    assert list(tmp_path.iterdir()) == []
    assert not list(Path("/").glob(".strata-*"))


def seen(result: ResultClass, output: bytes = b"", code: int = 0, seconds: float = 0.1) -> Seen:
    """Make up what was seen."""
    return Seen(Exit(code, result, "because"), output, seconds)


PLAIN = Attack("x", "x", "x")
MANY = replace(PLAIN, expect=frozenset({ResultClass.POLICY}))
LIMITED = replace(PLAIN, expect=frozenset({ResultClass.OOM}))


@pytest.mark.parametrize(
    ("attack", "what", "verdict"),
    [
        (PLAIN, seen(ResultClass.PASSED, b"@held no\n"), Verdict.CONTAINED),
        (PLAIN, seen(ResultClass.PASSED, b"x@held no\n"), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.PASSED, b"\n@escaped got it\n@held no\n"), Verdict.ESCAPED),
        (PLAIN, seen(ResultClass.PASSED, b"a s3cret in it\n@held no\n"), Verdict.ESCAPED),
        (PLAIN, seen(ResultClass.PASSED, b"@held no\n", seconds=60), Verdict.ESCAPED),
        (PLAIN, seen(ResultClass.PASSED, b"@absent nothing there\n"), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.PASSED), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.FAILED, b"Traceback", code=1), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.FAILED, code=127), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.INFRA), Verdict.UNTRIED),
        (PLAIN, seen(ResultClass.POLICY, code=159), Verdict.CONTAINED),
        (LIMITED, seen(ResultClass.OOM, code=137), Verdict.CONTAINED),
        (MANY, seen(ResultClass.FAILED, b"sh: 1: Cannot fork\n", code=2), Verdict.CONTAINED),
        (MANY, seen(ResultClass.FAILED, b"sh: 1: Syntax error\n", code=2), Verdict.UNTRIED),
        (LIMITED, seen(ResultClass.PASSED), Verdict.ESCAPED),
        (LIMITED, seen(ResultClass.FAILED, code=1), Verdict.UNTRIED),
    ],
)
def test_judgement(attack: Attack, what: Seen, verdict: Verdict) -> None:
    """What was not seen to be held is never called contained; what the host saw comes before what the attack says."""
    assert judge(attack, what, (b"s3cret",))[0] is verdict


def test_attacks_are_told_apart() -> None:
    """Every attack has a name of its own, an aim, and one way to be made."""
    assert len({one.id for one in ATTACKS}) == len(ATTACKS)
    for one in ATTACKS:
        assert one.aim
        assert bool(one.program) != bool(one.script), one.id


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.program], ids=lambda one: one.id)
def test_programs_exist(attack: Attack) -> None:
    """What a row names is a function of the programs, with a sentence that says what it tries."""
    places = ("exhaust", "fetch", "kernel", "last", "network", "read", "rights", "write")
    modules = [importlib.import_module(f"codestrata.sandbox.attacks.inside.{place}") for place in places]
    found = [getattr(one, attack.program) for one in modules if hasattr(one, attack.program)]
    assert len(found) == 1
    assert found[0].__doc__


def test_programs_need_nothing_but_python() -> None:
    """The programs run where codestrata is not installed."""
    folder = Path(__file__).parents[3] / "src/codestrata/sandbox/attacks"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); import inside.__main__"]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_archive_is_hostile(tmp_path: Path) -> None:
    """The archive that runners are given has every kind of member that ever got out of a folder."""
    path = tmp_path / "hostile.tar"
    path.write_bytes(hostile(tmp_path))
    with tarfile.open(path) as tar:
        members = tar.getmembers()
    assert any(one.name.startswith("/") or one.isdev() for one in members)
    assert any(".." in one.name for one in members)
    assert any(one.issym() for one in members)
    assert any(one.islnk() for one in members)
