"""Classes of endings: what there is evidence for is told, and nothing is guessed."""

from __future__ import annotations

import pytest

from codestrata.sandbox.base import Command, Connection, Limits
from codestrata.sandbox.classify import Ending, classify, ended

LIMITS = Limits(wall=3.0, cpu_seconds=2.0, memory=1000, processes=7, disk=500)
DENIED = Connection("evil.example", 443, allowed=False)
ALLOWED = Connection("good.example", 443, allowed=True)


@pytest.mark.parametrize(
    ("ending", "result", "words"),
    [
        (Ending(), "passed", ""),
        (Ending(code=3), "failed", "with 3"),
        (Ending(code=139), "failed", "signal 11"),
        (Ending(code=137), "failed", "signal 9"),
        (Ending(code=1, broken="no room"), "infra", "no room"),
        (Ending(code=137, ended_by="wall"), "timeout", "3 s"),
        (Ending(code=137, ended_by="cpu"), "timeout", "2 s"),
        (Ending(code=137, ended_by="memory"), "oom", "1000 bytes"),
        (Ending(code=137, ended_by="processes"), "policy", "7 processes"),
        (Ending(code=137, ended_by="disk"), "disk", "500 bytes"),
        (Ending(code=137, ended_by="cancel"), "cancelled", "cancelled"),
        (Ending(code=137, outside=9), "killed", "signal 9"),
        (Ending(code=137, oom_kills=1), "oom", "kernel"),
        (Ending(code=137, outside=9, oom_kills=1), "oom", "kernel"),
        (Ending(code=1, refused=4), "policy", "4 times"),
        (Ending(code=1, disk_full=True), "disk", "disk"),
        (Ending(code=1, disk_low=True, disk_said=True), "disk", "disk"),
        (Ending(code=153), "disk", "disk"),
        (Ending(code=159), "policy", "SIGSYS"),
        (Ending(code=1, connections=(ALLOWED, DENIED)), "policy", "evil.example:443"),
    ],
)
def test_evidence_gives_the_class(ending: Ending, result: str, words: str) -> None:
    """Each class has its evidence, and the reason names it."""
    found, reason = classify(ending, LIMITS)
    assert found == result
    assert words in reason
    assert bool(reason) == (result != "passed")


@pytest.mark.parametrize(
    "ending",
    [
        Ending(code=1, disk_said=True),
        Ending(code=1, disk_low=True),
        Ending(code=1, connections=(ALLOWED,)),
        Ending(code=1, oom_kills=0, refused=0),
        Ending(code=1, oom_kills=-1, refused=-1),
    ],
)
def test_half_an_evidence_is_none(ending: Ending) -> None:
    """A word about a full disk, or a disk that once was low, is not enough: the code failed."""
    assert classify(ending, LIMITS)[0] == "failed"


@pytest.mark.parametrize(
    "ending", [Ending(oom_kills=1), Ending(refused=3), Ending(disk_full=True), Ending(connections=(DENIED,))]
)
def test_what_passed_has_passed(ending: Ending) -> None:
    """A command that copes with a limit has not failed on it; the evidence is kept beside."""
    assert classify(ending, LIMITS) == ("passed", "")
    assert len(ended(ending, Command(limits=LIMITS), 1.0).evidence) == 2


def test_who_ended_it_counts_before_what_was_seen() -> None:
    """What the runner did itself explains the end, whatever happened beside."""
    everything = Ending(code=137, ended_by="cancel", oom_kills=2, refused=1, disk_full=True, broken="x")
    assert classify(everything, LIMITS)[0] == "cancelled"


def test_evidence_is_what_was_seen() -> None:
    """Only what was seen is in it; usage and connections pass through."""
    ending = Ending(137, oom_kills=2, connections=(DENIED,), cpu_seconds=0.5, memory=10, output=5000)
    found = ended(ending, Command(limits=Limits(output=1000)), 1.23456)
    assert found.evidence == {
        "seconds": 1.235,
        "signal": 9,
        "oom_kills": 2,
        "output_dropped": 4000,
        "connections_denied": 1,
    }
    assert (found.usage.wall, found.usage.memory, found.connections) == (1.23456, 10, (DENIED,))
