"""Classes of endings: what there is evidence for is told, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codestrata.sandbox.base import Command, Connection, Limits
from codestrata.sandbox.classify import Ending, classify, ended

LIMITS = Limits(wall=3.0, cpu_seconds=2.0, memory=1000, processes=7, disk=500)
DENIED = Connection(
    "evil.example", 443, allowed=False, reason="evil.example:443 is not on the list", fault="denied", at=9.0
)
BROKEN = Connection("good.example", 443, allowed=False, reason="cannot look up good.example", fault="broken", at=9)
LATE = Connection("good.example", 443, allowed=False, reason="the command had ended")
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
        (Ending(code=1, host_full=True), "infra", "host whose disk was full"),
        (Ending(code=1, host_full=True, disk_full=True), "disk", "disk"),
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
        Ending(code=1, connections=(ALLOWED, LATE)),
        Ending(code=1, oom_kills=0, refused=0),
        Ending(code=1, oom_kills=-1, refused=-1),
    ],
)
def test_half_an_evidence_is_none(ending: Ending) -> None:
    """A word about a full disk, or a disk that once was low, is not enough: the code failed."""
    assert classify(ending, LIMITS)[0] == "failed"


@pytest.mark.parametrize(
    "ending",
    [
        Ending(oom_kills=1),
        Ending(refused=3),
        Ending(disk_full=True),
        Ending(host_full=True),
        Ending(connections=(DENIED,)),
    ],
)
def test_what_passed_has_passed(ending: Ending) -> None:
    """A command that copes with a limit has not failed on it; the evidence is kept beside."""
    assert classify(ending, LIMITS) == ("passed", "")
    assert len(ended(ending, Command(limits=LIMITS), 1.0).evidence) >= 2


PIP = (
    b"WARNING: Retrying after 'ProxyError('no', OSError('Tunnel connection failed: 403 Forbidden'))': /simple/x/\n"
    b"ERROR: Could not find a version that satisfies the requirement x (from versions: none)\n"
    b"ERROR: No matching distribution found for x\n"
)
#: What clients really print when the proxy refuses a tunnel, the last lines of it, and the status that they end with.
REFUSED = {
    "curl": (b"curl: (56) CONNECT tunnel failed, response 403\n", 56),
    "curl, older": (b"curl: (56) Received HTTP code 403 from proxy after CONNECT\n", 56),
    "git": (b"fatal: unable to access 'https://evil.example/x/': CONNECT tunnel failed, response 403\n", 128),
    "python": (b"Traceback:\nOSError: Tunnel connection failed: 403 Forbidden\n", 1),
    "pip": (PIP, 1),
    "wget": (b"Proxy tunneling failed: ForbiddenUnable to establish SSL connection.\n", 4),
    "npm": (b"npm error code E403\nnpm error 403 403 Forbidden - GET https://evil.example/left-pad\n", 1),
    "cargo": (b"error: failed to get `x`\n\nCaused by:\n  [56] CONNECT tunnel failed, response 403\n", 101),
    "go": (b'go: x@v1: Get "https://evil.example/x/@v/list": Forbidden\n', 1),
    "java": (b'java.io.IOException: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 403 Forbidden"\n', 1),
    "maven": (b"[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://evil.example/maven2)\n", 1),
    "our own words": (b"codestrata: evil.example is not on the list of hosts that this step may reach\n", 22),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_that_the_command_names_at_its_end_is_policy(name: str) -> None:
    """The same words are infra where an allowed host could not be had: the proxy answers with 502 then."""
    tail, code = REFUSED[name]
    ending = Ending(code=code, connections=(ALLOWED, DENIED), tail=b"fetching\n" + tail, seconds=10.0)
    assert classify(ending, LIMITS) == ("policy", f"what it asked the network for was denied: {DENIED.reason}")
    other = tail.replace(b"403", b"502").replace(b"Forbidden", b"Bad Gateway").replace(b"evil", b"good")
    other = other.replace(b"good.example is not on", b"cannot look up good.example")
    broken = replace(ending, connections=(ALLOWED, BROKEN), tail=other)
    assert classify(broken, LIMITS)[0] == "infra", other


CURL = REFUSED["curl"][0]


@pytest.mark.parametrize(
    "ending",
    [
        Ending(code=1, connections=(DENIED,), tail=b"FAILED tests/test_x.py::test_y - assert 1 == 2\n", seconds=10.0),
        Ending(code=56, connections=(DENIED,), tail=b"", seconds=10.0),
        Ending(code=56, connections=(DENIED,), tail=CURL, seconds=60.0),
        Ending(code=56, connections=(replace(DENIED, at=-1.0),), tail=CURL, seconds=10.0),
        Ending(code=1, connections=(DENIED,), tail=CURL, seconds=10.0),
        Ending(code=56, connections=(DENIED,), tail=CURL + b"line\n" * 12, seconds=10.0),
        Ending(code=1, connections=(DENIED,), tail=b"expected https://evil.example/ but got 1\n", seconds=10.0),
        Ending(code=1, connections=(DENIED,), tail=b"cannot reach not-evil.example\n", seconds=10.0),
        Ending(code=1, connections=(DENIED,), tail=b"403 Forbidden - GET https://good.example/x\n", seconds=10.0),
        Ending(code=3, connections=(DENIED,), tail=PIP, seconds=10.0),
        Ending(code=1, connections=(BROKEN,), tail=b"1 test failed\n", seconds=10.0),
        Ending(code=1, connections=(BROKEN, DENIED), tail=b"1 test failed\n", seconds=10.0),
    ],
)
def test_what_is_not_said_to_be_why_is_no_reason(ending: Ending) -> None:
    """Another error, silence, a refusal long ago, another exit status than that curl's: failed, with a hint beside."""
    found, reason = classify(ending, LIMITS)
    assert found == "failed"
    assert reason.startswith(f"it ended with {ending.code}; meanwhile it ")
    assert all(one.host in reason for one in ending.connections)
    evidence = ended(ending, Command(limits=LIMITS), 10.0).evidence
    assert [evidence.get(f"connections_{one.fault}") for one in ending.connections] == [1] * len(ending.connections)


def test_a_rule_goes_before_a_broken_network() -> None:
    """Where a command says both, the rule's word counts: trying again would not help."""
    tail = b"cannot reach good.example: 502 Bad Gateway\n" + CURL
    ending = Ending(code=56, connections=(BROKEN, DENIED), tail=tail, seconds=10.0)
    assert classify(ending, LIMITS)[0] == "policy"


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
        "denied": ["evil.example:443"],
    }
    assert (found.usage.wall, found.usage.memory, found.connections) == (1.23456, 10, (DENIED,))
