"""The contract: what a command sees, what it may say, and how its end is told."""

from __future__ import annotations

import time

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab, after, gone

from codestrata.errors import StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Isolation, Limits, environment

#: What makes the host's toolchains keep what they write in the home folder.
OF_TOOLCHAINS = {"CARGO_HOME", "GOPATH", "GOCACHE", "GOTOOLCHAIN", "GOFLAGS", "NPM_CONFIG_CACHE", "PIP_CACHE_DIR"}


def test_a_command_sees_the_tree_and_succeeds(lab: Lab) -> None:
    """The work tree is where a command starts."""
    with lab.room({"a/b.txt": "text\n"}) as room:
        done = room.run("cat a/b.txt")
        assert (done.exit.result, done.exit.code, done.exit.reason, done.text) == ("passed", 0, "", "text")
        assert room.run("cat b.txt", folder="a").text == "text"


def test_the_environment_is_fixed_and_the_commands_own(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the host's environment comes in; the command's own variables do, and win."""
    monkeypatch.setenv("SECRET_OF_THE_HOST", "visible")
    with lab.room() as room:
        wanted = environment(room.room.job)
        names = [name for name in wanted if name != "PATH"]
        script = "\n".join(f'echo "{name}=${name}"' for name in [*names, "SECRET_OF_THE_HOST", "MINE"])
        lines = room.run(script, env={"MINE": "own", "TZ": "Asia/Tokyo"}).text.splitlines()
        seen = dict(line.split("=", 1) for line in lines)
        assert seen == {name: wanted[name] for name in names} | {
            "SECRET_OF_THE_HOST": "",
            "MINE": "own",
            "TZ": "Asia/Tokyo",
        }


def test_no_other_variable_is_there(real: Lab) -> None:
    """The environment is the port's, the command's, and what a shell sets by itself; PATH may begin with toolchains."""
    with real.room() as room:
        lines = room.run(argv=("/usr/bin/env",)).text.splitlines()
        seen = dict(line.split("=", 1) for line in lines)
        wanted = environment(room.room.job)
        assert set(seen) - set(wanted) - OF_TOOLCHAINS <= {"PWD", "OLDPWD", "SHLVL", "_", "HOSTNAME"}
        assert seen["PATH"].endswith(wanted["PATH"])


def test_the_world_of_a_room(real: Lab) -> None:
    """User, host name, home folder, an empty /tmp, and no process of others."""
    with real.room() as room:
        done = room.run(
            "id -u; id -un; hostname; cd; pwd; ls -A /tmp | wc -l; cd /work && pwd; ls -d /proc/[0-9]* | wc -l"
        )
        lines = done.text.splitlines()
        assert lines[:6] == ["1000", "ci", "ci", "/home/ci", "0", "/work"], done.text
        assert int(lines[6]) < 8


def test_commands_of_a_room_share_files_and_the_host_sees_none(lab: Lab) -> None:
    """What one command writes the next one reads; the host's tree stays byte for byte."""
    tree = lab.tree({"a.txt": "old\n", "b.txt": "b\n"})
    with lab.room(tree=tree) as room:
        assert room.run("echo new > a.txt\nrm b.txt\nmkdir c\necho x > c/d").exit.code == 0
        assert room.run("cat a.txt c/d").text == "new\nx"
        assert room.run("test -e b.txt").exit.code == 1
    assert {p.name: p.read_text() for p in tree.iterdir()} == {"a.txt": "old\n", "b.txt": "b\n"}


@pytest.mark.parametrize("code", [1, 3, 127, 255])
def test_an_exit_status_is_told(lab: Lab, code: int) -> None:
    """Another status than 0 is the code's own doing."""
    with lab.room() as room:
        done = room.run(f"exit {code}\necho never")
        assert (done.exit.result, done.exit.code, done.output) == ("failed", code, b"")
        assert str(code) in done.exit.reason


def test_the_first_failing_line_ends_a_script(lab: Lab) -> None:
    """Scripts run as by ``sh -e``."""
    with lab.room() as room:
        done = room.run("echo one\nfalse\necho two")
        assert (done.exit.result, done.text) == ("failed", "one")


def test_an_unknown_program_is_the_codes_failure(lab: Lab) -> None:
    """127, with what the shell says."""
    with lab.room() as room:
        done = room.run("no-such-program-here")
        assert (done.exit.result, done.exit.code) == ("failed", 127)
        assert "no-such-program-here" in done.text


@pytest.mark.parametrize(("signal", "name"), [(11, "SEGV"), (6, "ABRT"), (15, "TERM")])
def test_a_signal_of_its_own_is_told(real: Lab, signal: int, name: str) -> None:
    """128 + n, failed, with the signal as evidence."""
    with real.room() as room:
        done = room.run(argv=("/bin/sh", "-c", f"exec sh -c 'kill -{name} $$; sleep 5'"))
        assert (done.exit.result, done.exit.code) == ("failed", 128 + signal)
        assert done.exit.evidence.get("signal") == signal


def test_argv_runs_as_it_is(real: Lab) -> None:
    """No shell touches the words."""
    with real.room() as room:
        assert room.run(argv=("/bin/echo", "$HOME", "a  b", "*")).text == "$HOME a  b *"


def test_a_shell_by_name(real: Lab) -> None:
    """Another shell runs the script, and ends at the first failing line, too."""
    with real.room() as room:
        assert room.run("[[ a == a ]] && echo $BASH_VERSION", shell="bash").text
        assert room.run("false; echo on", shell="bash").output == b""


def test_output_comes_while_the_command_runs(lab: Lab) -> None:
    """The first line is there long before the end."""
    with lab.room() as room:
        begun = time.monotonic()
        handle = room.start("echo first\nsleep 1.5\necho second")
        stream = lab.runner.stream(handle)
        assert next(iter(stream)) == b"first\n"
        assert time.monotonic() - begun < 1.4
        assert b"".join(stream) == b"second\n"
        assert lab.runner.wait(handle).usage.output == 13


def test_both_outputs_are_kept(real: Lab) -> None:
    """Stdout and stderr go to one stream."""
    with real.room() as room:
        assert set(room.run("echo out; echo err >&2").text.split()) == {"out", "err"}


def test_output_is_cut_counted_and_need_not_be_read(real: Lab) -> None:
    """A flood neither fills memory nor blocks the command; ``wait`` comes without a reader."""
    with real.room() as room:
        handle = room.start("head -c 3000000 /dev/zero | tr '\\0' x", limits=Limits(wall=20, output=5000))
        ended = real.runner.wait(handle)
        assert (ended.result, ended.usage.output) == ("passed", 3_000_000)
        assert b"".join(real.runner.stream(handle)) == b"x" * 5000


def test_a_command_out_of_time_ends_at_the_limit(lab: Lab) -> None:
    """A sleep of 10 s under a limit of 1 s: timeout, in about a second."""
    with lab.room() as room:
        begun = time.monotonic()
        done = room.run("echo begun\nsleep 10", limits=Limits(wall=1.0))
        took = time.monotonic() - begun
        assert (done.exit.result, done.text) == ("timeout", "begun")
        assert "1 s" in done.exit.reason
        assert 0.9 < took < 4
        assert room.run("echo on").text == "on"


def test_a_timeout_leaves_no_process(real: Lab) -> None:
    """Not even those that left the session and ignore every signal they can."""
    mark = f"sleep 98{time.monotonic_ns() % 10**7}.5"
    with real.room() as room:
        script = f"trap '' TERM HUP INT; (setsid {mark} &) ; setsid {mark} & {mark}"
        assert room.run(script, limits=Limits(wall=1.0)).exit.result == "timeout"
        assert gone(mark)


def test_what_a_command_leaves_running_ends_with_it(real: Lab) -> None:
    """A daemon does not outlive its command, and does not hold the command's end up."""
    mark = f"sleep 97{time.monotonic_ns() % 10**7}.5"
    with real.room() as room:
        begun = time.monotonic()
        done = room.run(f"setsid {mark} & echo done")
        assert (done.exit.result, done.text) == ("passed", "done")
        assert time.monotonic() - begun < 10
        assert gone(mark)


def test_a_command_can_be_taken_back(lab: Lab) -> None:
    """Cancelled, at once, from another thread, and twice is no harm."""
    with lab.room() as room:
        handle = room.start("sleep 15")
        begun = time.monotonic()
        after(0.5, lambda: (lab.runner.cancel(handle), lab.runner.cancel(handle)))
        done = room.end(handle)
        assert done.exit.result == ResultClass.CANCELLED
        assert time.monotonic() - begun < 6
        lab.runner.cancel(handle)
        assert room.run("echo on").text == "on"


def test_two_commands_side_by_side(lab: Lab) -> None:
    """Commands of one room run at the same time."""
    with lab.room() as room:
        handles = [room.start(f"sleep 1\necho {n}") for n in range(3)]
        begun = time.monotonic()
        assert sorted(room.end(handle).text for handle in handles) == ["0", "1", "2"]
        assert time.monotonic() - begun < 6


def test_usage_is_measured(real: Lab) -> None:
    """Wall and processor time, and memory unless it says -1."""
    with real.room() as room:
        script = (
            "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; x=$(head -c 20000000 /dev/zero | tr '\\0' x); sleep 0.3"
        )
        usage = room.run(script, limits=LIMITS).exit.usage
        assert usage.wall > 0.3
        assert usage.cpu_seconds > 0.05
        assert usage.memory > 10 << 20


def test_an_isolation_that_is_not_given_is_refused(lab: Lab) -> None:
    """A room never has less than it was asked for."""
    missing = set(Isolation) - lab.runner.probe().provides
    for isolation in missing:
        with pytest.raises(StrataError) as refused:
            lab.runner.prepare(lab.job(isolation=isolation))
        assert str(isolation) in str(refused.value)
    assert missing or lab.runner.probe().provides == set(Isolation)


def test_what_is_provided_is_prepared(lab: Lab) -> None:
    """Every isolation the probe names can be had."""
    for isolation in sorted(lab.runner.probe().provides):
        with lab.room(isolation=isolation) as room:
            assert room.run("echo in").text == "in"
