"""What a command of the local runner has, and what it has not."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab

from codestrata.errors import InvalidInput, StrataError
from codestrata.sandbox.base import Isolation, Mount, Service, State


def test_every_layer_is_tried_and_holds_here(local: Lab) -> None:
    """As root with control groups, nothing is weak; each layer says what was seen."""
    caps = local.runner.probe()
    assert caps.version
    assert {layer.name for layer in caps.layers} >= {"namespaces", "system calls", "network", "memory", "disk"}
    assert all(layer.detail for layer in caps.layers)
    if not os.geteuid() and Isolation.STRICT in caps.provides:
        assert {layer.state for layer in caps.layers} == {State.OK}


def test_a_command_inherits_no_descriptor(local: Lab) -> None:
    """Nothing but standard input, which is empty, and output: not even what bubblewrap was given."""
    with local.room() as room:
        assert room.run("ls /proc/self/fd | tr '\\n' ' '").text.split()[:3] == ["0", "1", "2"]
        listed = room.run("for i in /proc/self/fd/*; do readlink $i || :; done").text.splitlines()
        assert [line for line in listed if not line.startswith(("/dev/null", "pipe:", "/run/step"))] == []
        assert room.run("cat").output == b""


def test_limits_of_our_own_process_do_not_pass_on(local: Lab) -> None:
    """A worker holds itself to little memory; its commands have their own limits."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    held = next(
        int(row.split()[1]) << 10
        for row in Path("/proc/self/status").read_text().splitlines()
        if row.startswith("VmData:")
    )
    resource.setrlimit(resource.RLIMIT_DATA, (held + (1 << 30), before[1]))
    mask = os.umask(0o077)
    try:
        with local.room() as room:
            lines = room.run("ulimit -d; ulimit -c; umask; touch new; stat -c %a new").text.splitlines()
    finally:
        os.umask(mask)
        resource.setrlimit(resource.RLIMIT_DATA, before)
    assert lines == ["unlimited" if before[1] < 0 else str(before[1] >> 10), "0", "0022", "644"]


def test_the_system_is_read_only_and_mostly_absent(local: Lab) -> None:
    """No /sys, no home folders, no passwords; own files in /etc."""
    with local.room() as room:
        listed = set(room.run("ls /").text.split())
        assert listed <= {
            "bin", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root", "run", "sbin",
            "tmp", "usr", "work",
        }  # fmt: skip
        assert room.run("ls /home").text == "ci"
        assert room.run("test ! -e /etc/shadow; test ! -e /etc/ssl/private; test ! -s /etc/resolv.conf").exit.code == 0
        for path in ("/usr/x", "/etc/x", "/x", "/proc/sys/kernel/core_pattern"):
            assert room.run(f"(echo x > {path}) 2>&1").exit.code != 0, path


def test_credentials_beside_toolchains_are_not_there(local: Lab) -> None:
    """Of a home folder that holds toolchains, only those are seen."""
    with local.room() as room:
        found = room.run(f"find {Path.home()} -maxdepth 1 2>/dev/null || :").text.splitlines()
        assert not [line for line in found if Path(line).name in {".cargo", ".ssh", ".config", ".netrc", ".gnupg"}]


def test_a_tree_that_others_own_is_the_commands_own(local: Lab) -> None:
    """Whoever owns the host's files, and whoever may not look into the folders above: the copy can be changed."""
    if os.geteuid():
        pytest.skip("only root can give files away")
    tree = local.tree({"closed/a": "1\n", "b": "2\n"})
    for path in (tree / "closed/a", tree / "closed", tree / "b", tree):
        os.chown(path, 4242, 4243)
    (tree / "closed").chmod(0o700)
    (tree / "closed/a").chmod(0o600)
    local.place.chmod(0o700)
    with local.room(tree=tree) as room:
        done = room.run("stat -c '%u %g' . b closed/a; echo more >> closed/a; chmod 600 b; mv closed c; cat c/a")
        assert done.text.splitlines() == ["1000 1000"] * 3 + ["1", "more"]
    assert (tree / "closed/a").read_text() == "1\n"


def test_mounts_are_read_only_and_never_inside_of_the_hosts(local: Lab) -> None:
    """At the place that is asked for, readable whoever owns them; a link of the tree leads no mount astray."""
    data = local.place / "data"
    data.mkdir(mode=0o700)
    (data / "x").write_text("x\n")
    (data / "x").chmod(0o600)
    places = ("/data/deep", str(data), "/work/inner", "/home/ci/inner")
    with local.room(mounts=tuple(Mount(data, target) for target in places)) as room:
        for place in places:
            assert room.run(f"cat {place}/x").text == "x"
            assert room.run(f"(echo y > {place}/x) 2>&1").exit.code != 0
            assert room.run(f"(: > {place}/y) 2>&1").exit.code != 0
    for target in ("/usr/share/strata-test", "/etc/ssl/certs/strata-test"):
        with pytest.raises(StrataError, match="mount"), local.room(mounts=(Mount(data, target),)):
            pass
    tree = local.tree({"a": "1"})
    (tree / "way").symlink_to(local.place)
    with pytest.raises(StrataError, match="link"), local.room(tree=tree, mounts=(Mount(data, "/work/way/out"),)):
        pass
    assert not (local.place / "out").exists()


def test_more_toolchains_are_seen_at_their_place(local: Lab) -> None:
    """Settings name them; their bin folders come first."""
    from codestrata.sandbox.local import LocalRunner
    from codestrata.settings.sandbox import SandboxSettings

    tool = local.place / "tool"
    (tool / "bin").mkdir(parents=True)
    (tool / "bin/strata-test-tool").write_text("#!/bin/sh\necho tool\n")
    (tool / "bin/strata-test-tool").chmod(0o755)
    runner = LocalRunner(SandboxSettings(toolchains=(str(tool),)), local.place / "scratch")
    with Lab(runner, local.place).room() as room:
        assert room.run("strata-test-tool").text == "tool"


def test_what_cannot_be_is_refused_before_it_is_tried(local: Lab) -> None:
    """Images, ids that are no names, services without a command, environments no program can have."""
    for options in ({"image": "debian:12"}, {"services": (Service("db", image="postgres:15"),)}):
        with pytest.raises(InvalidInput), local.room(**options):
            pass
    from dataclasses import replace

    with pytest.raises(InvalidInput):
        local.runner.prepare(replace(local.job(), id="../up"))
    with local.room() as room:
        with pytest.raises(InvalidInput, match="too large"):
            room.run("true", env={"LARGE": "x" * (1 << 20)})
        assert room.run("true", limits=LIMITS).exit.code == 0
    assert local.runner.sweep() == []


def test_nothing_is_mounted_outside_of_the_room(local: Lab) -> None:
    """The host's list of mounts knows nothing of an open room."""
    with local.room() as room:
        room.run("echo x > a")
        mounts = Path("/proc/self/mountinfo").read_text()
        assert room.room.job.id not in mounts
        assert str(local.place) not in mounts


def test_a_tree_whose_owners_cannot_be_mapped_is_copied(local: Lab) -> None:
    """As on file systems that know no mapped mounts; the room says so."""
    if os.geteuid():
        pytest.skip("only root maps owners")
    with local.room(tree=Path("/proc/sys/fs/mqueue")) as room:
        assert any("copied" in note for note in room.room.notes)
        done = room.run("stat -c %u queues_max; rm queues_max; echo 1 > new; ls | wc -l")
        assert (done.exit.result, done.text.split()[0]) == ("passed", "1000")


def test_a_room_sees_no_process_of_another_command(local: Lab) -> None:
    """Commands of a room share files and the network, not processes."""
    with local.room() as room:
        handle = room.start("sleep 5")
        assert "sleep" not in room.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").text
        local.runner.cancel(handle)
        assert local.runner.wait(handle).result == "cancelled"


def test_the_terminal_of_the_host_is_out_of_reach(local: Lab) -> None:
    """Each command is in a session of its own, without one."""
    with local.room() as room:
        assert room.run("(: < /dev/tty) 2>&1").exit.code != 0
    assert subprocess.run(["true"], check=False).returncode == 0


def test_a_folder_that_is_not_there_is_the_commands_failure(local: Lab) -> None:
    """The room is in order; what the command asks for is not."""
    with local.room({"in/a": "1"}) as room:
        assert room.run("pwd; ls", folder="in").text == "/work/in\na"
        done = room.run("echo on", folder="out")
        assert (done.exit.result, done.exit.code != 0, done.text.find("on\n")) == ("failed", True, -1)
        assert "out" in done.text


def test_what_rooms_write_is_nobody_elses_to_read(local: Lab) -> None:
    """Neither while they are open nor as a layer."""
    with local.room() as room:
        assert room.room.folder.stat().st_mode & 0o077 == 0
        layer = local.kept(room)
        disk = layer / "disk"
        assert disk.is_dir() or disk.stat().st_mode & 0o077 == 0
