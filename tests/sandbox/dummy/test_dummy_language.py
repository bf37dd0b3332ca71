"""The dummy's language, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.sandbox.base import Limits, Network
from codestrata.sandbox.dummy import DummyRunner
from codestrata.settings.sandbox import SandboxSettings


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Give a laboratory around a dummy."""
    return Lab(DummyRunner(SandboxSettings(), tmp_path / "scratch"), tmp_path, executes=False)


@pytest.mark.parametrize(
    ("script", "result", "code", "text"),
    [
        ("", "passed", 0, ""),
        ("# nothing\n\n  echo a  b 'c  d'", "passed", 0, "a b c  d"),
        ("echo ${NAME}-$NAME-$NONE-", "passed", 0, "value-value--"),
        ("env NAME", "passed", 0, "value"),
        ("printf a\nprintf 'b\\n'", "passed", 0, "ab"),
        ("write deep/x some text\ncat deep/x", "passed", 0, "some text"),
        ("echo 1 > f\necho 2 >> f\ncat f ~/../ci/../../work/f", "passed", 0, "1\n2\n1\n2"),
        ("mkdir -p a/b\ncd a\necho x > b/y\ncat /work/a/b/y", "passed", 0, "x"),
        ("test a = a\ntest a != b\ntest -e nothing", "failed", 1, ""),
        ("cat nothing", "failed", 1, None),
        ("cat /etc/passwd", "failed", 1, ""),
        ("cat ../etc/passwd", "failed", 1, ""),
        ("ln -s /etc/passwd l\ncat l", "failed", 1, ""),
        ("exit", "passed", 0, ""),
        ("exit 300", "failed", 44, ""),
        ("signal 11", "failed", 139, ""),
        ("result infra the disk fell out", "infra", 137, ""),
        ("result passed\necho on", "passed", 0, ""),
        ("allocate 10\nallocate 1000000", "oom", 137, ""),
        ("fill 900\nfill 101", "disk", 1, ""),
        ("spawn 4\nspawn 5", "policy", 1, ""),
        ("connect a.example.org\nconnect b.example.org", "policy", 1, ""),
        ("python3 -c 1", "failed", 127, "python3: not found"),
        ("echo 'open", "failed", 2, ""),
        ("sleep many", "failed", 1, None),
    ],
)
def test_a_script_ends_as_it_says(lab: Lab, script: str, result: str, code: int, text: str | None) -> None:
    """Every word, and every class that can be asked for."""
    limits = Limits(wall=5, memory=1000, processes=4, disk=1000)
    with lab.room(limits=limits) as room:
        done = room.run(script, limits=limits, env={"NAME": "value"}, network=Network(("a.example.org",)))
        assert (done.exit.result, done.exit.code) == (result, code), done.exit
        assert text is None or done.text == text
        assert bool(done.exit.reason) == (result != "passed")


def test_fail_until_counts_what_this_runner_saw(lab: Lab) -> None:
    """Each line by itself, over rooms: what a retry needs."""
    results = []
    for _ in range(4):
        with lab.room() as room:
            results.append(room.run("fail-until 2 infra\nfail-until 2 9\necho done").exit)
    assert [(ended.result, ended.code) for ended in results] == [
        ("infra", 137),
        ("failed", 9),
        ("passed", 0),
        ("passed", 0),
    ]


def test_connections_are_told(lab: Lab) -> None:
    """As the proxy would tell them."""
    with lab.room() as room:
        ended = room.run("connect x.example.org", network=Network((".example.org",))).exit
        assert [(seen.host, seen.allowed) for seen in ended.connections] == [("x.example.org", True)]
