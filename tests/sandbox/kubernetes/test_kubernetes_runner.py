"""The Kubernetes runner, by the official client, on a small cluster of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab
from tests.sandbox.kubernetes.api import Api

from codestrata.errors import ErrorClass, InvalidInput, SecurityViolation, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Isolation, Limits, Mount, Network, Ready, Service, State
from codestrata.sandbox.kubernetes import KubernetesRunner
from codestrata.sandbox.kubernetes.calls import Cluster, ClusterFailed
from codestrata.settings.sandbox import SandboxSettings


@pytest.fixture
def lab(runner: KubernetesRunner, tmp_path: Path) -> Lab:
    """Give a laboratory around the runner."""
    return Lab(runner, tmp_path)


def test_the_probe_tries_the_cluster(runner: KubernetesRunner, api: Api) -> None:
    """The server checks a job and a policy and makes neither; what its API cannot show is weak, not well."""
    caps = runner.probe()
    states = {layer.name: layer.state for layer in caps.layers}
    assert (caps.usable, caps.provides, caps.version) == (True, {Isolation.CONTAINER}, "v1.34.0-small")
    assert states["pods"] is states["user namespace"] is State.OK
    assert states["network"] is states["disk"] is State.WEAK
    assert api.objects.list("jobs") == api.objects.list("networkpolicies") == []


def test_gvisor_is_given_where_the_cluster_has_it(runner: KubernetesRunner, api: Api) -> None:
    """The runtime class is asked for by name, and its pods name it."""
    api.objects.add(
        "runtimeclasses",
        {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"},
    )
    assert runner.probe().provides == {Isolation.CONTAINER, Isolation.GVISOR}


@pytest.mark.parametrize("volume_setting", ["", "rooms", "rooms:relative", ":/x"])
def test_without_a_volume_nothing_runs(volume_setting: str, tmp_path: Path) -> None:
    """The reason says which setting is missing, before any cluster is asked."""
    caps = KubernetesRunner(SandboxSettings(kubernetes_volume=volume_setting), tmp_path).probe()
    assert not caps.usable
    assert "sandbox.kubernetes_volume" in caps.reason


def test_a_command_runs_in_a_pod_of_its_own(lab: Lab, api: Api, volume: Path) -> None:
    """Its job and pod are gone when it has ended, its files stay in the room, the room goes with its policy."""
    with lab.room({"a.txt": "text\n"}, image="busybox") as room:
        first = room.run("cat a.txt; echo more > b.txt; echo done")
        assert first.exit.image.startswith("busybox@sha256:")
        assert (first.exit.result, first.text) == (ResultClass.PASSED, "text\ndone")
        assert room.run("cat b.txt").text == "more"
        assert api.objects.list("pods") == api.objects.list("jobs") == []
        assert len(api.objects.list("networkpolicies")) == 1
    assert api.objects.list("networkpolicies") == []
    assert list((volume / "rooms").iterdir()) == []


@pytest.mark.parametrize(
    ("fate", "result", "word"),
    [
        ("oom", ResultClass.OOM, "memory"),
        ("evicted-disk", ResultClass.DISK, "wrote more"),
        ("evicted-node", ResultClass.INFRA, "node was low"),
        ("deadline", ResultClass.TIMEOUT, "longer than 20 s"),
        ("node-lost", ResultClass.INFRA, "unresponsive"),
        ("pull", ResultClass.INFRA, "ImagePullBackOff"),
        ("config", ResultClass.INFRA, "CreateContainerConfigError"),
        ("unschedulable", ResultClass.INFRA, "Insufficient memory"),
        ("no-program", ResultClass.FAILED, "127"),
    ],
)
def test_what_the_cluster_does_is_told_from_what_the_code_does(
    lab: Lab, fate: str, result: ResultClass, word: str
) -> None:
    """Each way for a pod to end has its class, with the cluster's own words."""
    with lab.room(image=f"fate/{fate}") as room:
        ended = room.run("sleep 5").exit
    assert ended.result is result, ended
    assert word in ended.reason


def test_a_pod_that_somebody_deletes_was_killed(lab: Lab, api: Api) -> None:
    """Neither the code nor we ended it."""
    with lab.room(image="busybox") as room:
        handle = room.start("echo begun; sleep 20")
        assert next(iter(lab.runner.stream(handle)))
        api.kubelet.stop(api.objects.list("pods")[0]["metadata"]["name"])
        assert lab.runner.wait(handle).result is ResultClass.KILLED


def test_too_much_on_the_volume_is_seen(lab: Lab) -> None:
    """No kubelet limits a shared volume: the runner measures the room, and ends what writes too much."""
    with lab.room(image="busybox", limits=Limits(wall=20, disk=4 << 20)) as room:
        ended = room.run("head -c 9000000 /dev/zero > big; sleep 15").exit
    assert ended.result is ResultClass.DISK


def test_processor_seconds(lab: Lab) -> None:
    """A process that uses them up is out of time."""
    with lab.room(image="busybox") as room:
        ended = room.run("while :; do :; done", limits=Limits(wall=20, cpu_seconds=1)).exit
    assert (ended.result, "processor" in ended.reason) == (ResultClass.TIMEOUT, True)


def test_a_server_that_restarts_is_waited_for(lab: Lab, api: Api) -> None:
    """The command goes on, its log is read on where it was, and its end is told."""
    with lab.room(image="busybox") as room:
        handle = room.start("for i in 1 2 3 4 5 6; do echo line $i; sleep 0.3; done")
        assert next(iter(lab.runner.stream(handle))).startswith(b"line 1")
        api.stop()
        time.sleep(0.8)
        api.start()
        done = room.end(handle)
    assert done.exit.result is ResultClass.PASSED, done.exit
    assert done.text == "\n".join(f"line {number}" for number in range(1, 7))


def test_a_server_that_is_not_well_is_asked_again(lab: Lab, api: Api) -> None:
    """What passes away (5xx, 429) is tried again; a refusal is an error at once, with the server's words."""
    lab.runner.probe()
    api.faults[:] = [500, 503, 429]
    with lab.room(image="busybox") as room:
        api.faults[:] = [502, 504]
        assert room.run("echo well").text == "well"


def test_a_server_that_stays_away_is_infra(api: Api) -> None:
    """After the last attempt the error says that the cluster does not answer, and may be tried again."""
    cluster = Cluster("", "default", waits=(0.01,))
    api.stop()
    with pytest.raises(ClusterFailed) as failed:
        cluster.call(cluster.versions.get_code)
    assert failed.value.error_class is ErrorClass.INFRA


def test_services_run_beside_every_command(lab: Lab) -> None:
    """A service answers at 127.0.0.1 from a command's first line on."""
    serve = "exec python3 -m http.server 18231 --bind 127.0.0.1 --directory /work"
    service = Service("web", command=serve, image="python", ready=Ready(tcp=18231))
    with lab.room({"page": "served\n"}, image="python", services=(service,)) as room:
        fetch = "python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:18231/page').read())\""
        assert "served" in room.run(fetch).text


def test_what_pods_cannot_give_is_refused(lab: Lab) -> None:
    """Weaker isolation, lists of hosts, folders and programs of the host: said at once, nothing is made."""
    for options, error in (
        ({"isolation": Isolation.STRICT}, SecurityViolation),
        ({"isolation": Isolation.GVISOR}, SecurityViolation),
        ({"image": "host"}, InvalidInput),
        ({"mounts": (Mount(Path("/usr")),)}, InvalidInput),
    ):
        with pytest.raises(error), lab.room(**{"image": "busybox"} | options):
            pass
    with lab.room(image="busybox") as room:
        with pytest.raises(SecurityViolation, match="list of hosts"):
            room.run("true", network=Network(hosts=("example.org",)))
        with pytest.raises(InvalidInput):
            room.run("true", folder="../..")


def test_a_command_can_be_taken_back_before_it_starts(lab: Lab) -> None:
    """A pod that waits for a node is cancelled like one that runs."""
    with lab.room(image="fate/unschedulable") as room:
        handle = room.start("true")
        threading.Timer(0.2, lab.runner.cancel, [handle]).start()
        assert lab.runner.wait(handle).result is ResultClass.CANCELLED


_OWNER = """
import sys, time
from pathlib import Path
from codestrata.sandbox.base import Command, Job
from codestrata.sandbox.kubernetes import KubernetesRunner
from codestrata.settings.sandbox import SandboxSettings
runner = KubernetesRunner(SandboxSettings(kubernetes_volume=sys.argv[1]), Path(sys.argv[2]))
room = runner.prepare(Job(sys.argv[3], Path(sys.argv[4]), image="busybox"))
runner.start(room, Command("sleep 60"))
print("ready", flush=True)
time.sleep(60)
"""


def test_what_a_killed_owner_left_is_swept(lab: Lab, api: Api, volume: Path, tmp_path: Path) -> None:
    """Jobs, policies and folders of the dead go; those of the living stay."""
    words = [f"rooms:{volume}", str(tmp_path), f"lost-{os.getpid()}", str(lab.tree({"a": "1"}))]
    with lab.room(image="busybox") as room:
        owner = subprocess.Popen([sys.executable, "-c", _OWNER, *words], stdout=subprocess.PIPE)
        assert owner.stdout
        with owner.stdout as stream:
            assert stream.readline() == b"ready\n"
        owner.kill()
        owner.wait()
        assert lab.runner.sweep() == [f"lost-{os.getpid()}"]
        assert lab.runner.sweep() == []
        assert (len(api.objects.list("jobs")), len(api.objects.list("networkpolicies"))) == (0, 1)
        assert room.run("echo on").text == "on"


def test_live(tmp_path: Path) -> None:
    """On a real cluster: CODESTRATA_TEST_KUBECONFIG, and CODESTRATA_TEST_KUBERNETES_VOLUME as the setting has it."""
    config = os.environ.get("CODESTRATA_TEST_KUBECONFIG")
    volume = os.environ.get("CODESTRATA_TEST_KUBERNETES_VOLUME")
    if not config or not volume:
        pytest.skip("CODESTRATA_TEST_KUBECONFIG and CODESTRATA_TEST_KUBERNETES_VOLUME name no cluster")
    os.environ["KUBECONFIG"] = config
    runner = KubernetesRunner(SandboxSettings(kubernetes_volume=volume), tmp_path)
    assert runner.probe().usable, runner.probe().reason
    lab = Lab(runner, tmp_path)
    with lab.room({"a": "1\n"}, image="busybox") as room:
        assert room.run("cat a; echo b > b").text == "1"
        assert room.run("cat b").text == "b"
        assert room.run("sleep 60", limits=Limits(wall=2)).exit.result is ResultClass.TIMEOUT
        bomb = "x=$(head -c 500000000 /dev/zero | tr '\\0' x)"
        assert room.run(bomb, limits=LIMITS).exit.result is ResultClass.OOM
    assert not any(isinstance(one, StrataError) for one in runner.sweep())
