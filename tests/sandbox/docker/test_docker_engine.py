"""The docker runner when its engine is missing, dies, or is meddled with: infra, and a text that says what to do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab, after, gone
from tests.sandbox.contract.runners import absent
from tests.sandbox.docker.images import busybox
from tests.sandbox.dockerd import Dockerd

from codestrata.ci.plan import JobPlan, Plan, ServicePlan
from codestrata.ci.world import world
from codestrata.errors import ErrorClass, InvalidInput, MissingExtra, StrataError
from codestrata.sandbox.base import HOST_USER, Isolation, Job, State
from codestrata.sandbox.docker import DockerRunner, options
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.settings.sandbox import SandboxSettings


def runner(address: str, tmp_path: Path) -> DockerRunner:
    """Make a runner for an engine."""
    return DockerRunner(SandboxSettings(docker_host=address), tmp_path / "scratch")


@pytest.fixture
def lab(engine: Callable[[], str], tmp_path: Path) -> Lab:
    """Give a laboratory on the engine that tests share."""
    return Lab(runner(engine(), tmp_path), tmp_path)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Dockerd]:
    """Start an engine that a test may kill."""
    if why := Dockerd.why_not():
        absent("docker", why)
    daemon = Dockerd().start()
    yield daemon
    daemon.stop()


def test_a_missing_socket_makes_it_unusable_with_advice(tmp_path: Path) -> None:
    """Nothing is run, and the setting is named."""
    found = runner(f"unix://{tmp_path}/none.sock", tmp_path)
    caps = found.probe()
    assert not caps.usable
    assert "sandbox.docker_host" in caps.reason
    with pytest.raises(StrataError) as failed:
        found.prepare(Lab(found, tmp_path).job())
    assert failed.value.error_class is ErrorClass.INFRA


def test_a_socket_that_nobody_serves_is_told(tmp_path: Path) -> None:
    """A file that is there is not enough."""
    (tmp_path / "dead.sock").touch()
    caps = runner(f"unix://{tmp_path}/dead.sock", tmp_path).probe()
    assert not caps.usable
    assert "does not answer" in caps.reason


def test_without_its_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The core installs no docker."""
    monkeypatch.setitem(sys.modules, "docker", None)
    (tmp_path / "x.sock").touch()
    found = runner(f"unix://{tmp_path}/x.sock", tmp_path)
    with pytest.raises(MissingExtra, match=r"codestrata\[docker\]"):
        found.sweep()
    assert "codestrata[docker]" in found.probe().reason


def test_the_probe_names_what_it_saw(lab: Lab) -> None:
    """Every layer is ok on an engine of root's, but for gVisor where there is none, and who rooms are for the host."""
    caps = lab.runner.probe()
    assert Isolation.CONTAINER in caps.provides
    states = {layer.name: layer.state for layer in caps.layers}
    gvisor = states.pop("gvisor")
    assert states.pop(HOST_USER) is State.WEAK
    assert set(states.values()) == {State.OK}, caps.layers
    assert (gvisor is State.OK) == (Isolation.GVISOR in caps.provides)


def test_a_missing_image_is_infra_with_advice(lab: Lab) -> None:
    """Images are not fetched behind the user's back."""
    with pytest.raises(StrataError) as failed:
        lab.runner.prepare(lab.job(image="no-such-image:1"))
    assert failed.value.error_class is ErrorClass.INFRA
    assert "docker pull" in str(failed.value)
    assert "no-such-image" in str(failed.value)


def test_an_image_of_its_own_is_used(lab: Lab, tmp_path: Path) -> None:
    """Programs come from the image, nothing of the host's is bound."""
    with lab.room({"a": "1\n"}, image=busybox(lab)) as room:
        done = room.run("cat a; id -u; ls /usr 2>&1; echo x > b", limits=LIMITS)
        assert done.text.splitlines()[:2] == ["1", "1000"]
        assert "No such file" in done.text
        assert room.run("cat a; : > /bin/new").exit.code != 0


def test_the_world_tells_what_an_image_really_is(lab: Lab, tmp_path: Path) -> None:
    """Another image under the same name makes results due, a service's, too: its digest is in the world."""
    asked = [
        Plan(name="x", jobs=(JobPlan(id="a", job="a", steps=(), image="tests/busybox:1"),)),
        Plan(
            name="x",
            jobs=(JobPlan(id="a", job="a", steps=(), services=(ServicePlan(name="s", image="tests/busybox:1"),)),),
        ),
    ]
    seen = []
    for more in ((), (), ("new",)):
        busybox(lab, *more)
        seen.append([world(one, lambda *_: lab.runner, tmp_path / "s") for one in asked])
    digests = [[met["//tests/busybox:1"]["image"] for met in both] for both in seen]
    assert all(digest.startswith("sha256:") for both in digests for digest in both)
    assert digests[0][0] == digests[0][1]
    assert digests[2][0] == digests[2][1] != digests[0][0]


# the engine's client leaves a socket open when it asks in the very moment of the engine's death
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_an_engine_that_dies_in_the_middle_is_infra_and_leaves_nothing(mortal: Dockerd, tmp_path: Path) -> None:
    """Kill -9 of the engine: the command is ended without it, and says that the engine was the reason."""
    mark = f"sleep 95{time.monotonic_ns() % 10**7}.5"
    lab = Lab(runner(mortal.address, tmp_path), tmp_path)
    room = lab.runner.prepare(lab.job())
    from codestrata.sandbox.base import Command

    handle = lab.runner.start(room, Command(f"echo begun; {mark}", limits=LIMITS))
    assert next(iter(lab.runner.stream(handle))) == b"begun\n"
    mortal.kill()
    begun = time.monotonic()
    ended = lab.runner.wait(handle)
    assert ended.result == "infra", ended
    assert "engine" in ended.reason
    assert time.monotonic() - begun < 15
    assert gone(mark)
    with pytest.raises(StrataError) as failed:
        lab.runner.start(room, Command("echo on"))
    assert failed.value.error_class is ErrorClass.INFRA
    lab.runner.destroy(room)
    assert not list((tmp_path / "scratch").glob("docker-*"))


def test_a_container_that_somebody_kills_is_killed_from_outside(lab: Lab) -> None:
    """Neither the code's failure nor ours."""
    with lab.room() as room:
        handle = room.start("sleep 20")
        api = lab.runner._engine.api
        after(0.5, lambda: api.kill(handle._started.container))
        done = room.end(handle)
        assert (done.exit.result, done.exit.evidence["outside"]) == ("killed", 9), done


def test_a_container_that_somebody_removes_is_infra(lab: Lab) -> None:
    """The engine does not know it any more."""
    with lab.room() as room:
        handle = room.start("sleep 20")
        api = lab.runner._engine.api
        after(0.5, lambda: api.remove_container(handle._started.container, force=True))
        assert room.end(handle).exit.result in {"infra", "killed"}


def test_nothing_of_a_room_is_left_in_the_engine(lab: Lab) -> None:
    """No container, no control group, no mount."""
    with lab.room() as room:
        room.run("echo x")
        job = room.room.job.id
    assert lab.runner._engine.labelled(f"codestrata.job={job}") == []
    assert not list(Path("/sys/fs/cgroup").glob(f"*/codestrata-{job}"))
    assert job not in Path("/proc/mounts").read_text()


CALLS = """
import ctypes, errno, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    return errno.errorcode.get(ctypes.get_errno() if libc.syscall(number, *arguments) < 0 else 0, "done")
print("io_uring_setup", call(425, 4, 0))
print("unshare", call(272, 0x10000000))
print("clone3", call(435, 0, 0))
print("personality", call(135, 0x0040000))
for family in (1, 2, 16, 38, 40):
    try:
        socket.socket(family, socket.SOCK_STREAM if family != 16 else socket.SOCK_RAW).close()
        print("socket", family, "done")
    except OSError as error:
        print("socket", family, errno.errorcode[error.errno])
"""


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of calls are x86_64's")
def test_the_filter_is_ours_and_programs_still_run(lab: Lab) -> None:
    """What the engine's own profile lets through is refused; threads, pipes and sockets work."""
    with lab.room({"calls.py": CALLS}) as room:
        assert room.run("python3 calls.py").text.splitlines() == [
            "io_uring_setup EPERM",
            "unshare EPERM",
            "clone3 ENOSYS",
            "personality EPERM",
            "socket 1 done",
            "socket 2 done",
            "socket 16 done",
            "socket 38 EAFNOSUPPORT",
            "socket 40 EAFNOSUPPORT",
        ]
        threads = "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()"
        assert room.run(f'python3 -c "{threads}" | cat').text == "thread"


@pytest.mark.parametrize("more", [{"A": "x\0y"}, {"": "x"}, {"A=B": "x"}])
def test_variables_that_are_none_are_the_jobs_mistake(more: dict[str, str], tmp_path: Path) -> None:
    """The engine would refuse them, too, but in words that sound as if it were broken."""
    with pytest.raises(InvalidInput):
        options.variables(Job("j", tmp_path), Toolchains(), more)
