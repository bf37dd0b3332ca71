"""The contract on limits and network as far as it is the manifests': every value of a port's type is in what is asked.

What a kubelet, a kernel and a network plug-in make of it is the live test's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sandbox.contract.lab import Lab
from tests.sandbox.kubernetes.api import Api
from tests.sandbox.kubernetes.objects import Objects

from codestrata.errors import SecurityViolation
from codestrata.sandbox.base import Command, Isolation, Job, Limits, Network, Ready, Service
from codestrata.sandbox.kubernetes import KubernetesRunner, manifests

_MB = 1 << 20
_UNITS = {"": 1, "m": Decimal("0.001"), "Ki": 1 << 10, "Mi": _MB, "Gi": 1 << 30}
limits = st.builds(
    Limits,
    wall=st.floats(0.1, 1e6),
    cpu_seconds=st.one_of(st.just(0.0), st.floats(0.1, 1e6)),
    cpus=st.floats(0.01, 512),
    memory=st.integers(_MB, 1 << 44),
    processes=st.integers(4, 1 << 20),
    disk=st.integers(_MB, 1 << 44),
)
services = st.lists(
    st.sampled_from(
        [
            Service("db", image="postgres:16", ready=Ready(tcp=5432)),
            Service("web", command="serve $(x)", ready=Ready(command="true", timeout=0.5)),
        ]
    ),
    unique_by=lambda one: one.name,
).map(tuple)
jobs = st.builds(
    Job,
    id=st.from_regex(r"[A-Za-z0-9_-]{1,48}", fullmatch=True),
    tree=st.just(Path("/")),
    image=st.just("busybox:1"),
    isolation=st.sampled_from([None, Isolation.CONTAINER, Isolation.GVISOR]),
    limits=limits,
    services=services,
)
commands = st.builds(
    Command,
    script=st.just("true"),
    folder=st.sampled_from([".", "a/b"]),
    env=st.dictionaries(st.from_regex(r"[A-Z_]{1,9}", fullmatch=True), st.text(max_size=9)),
    limits=limits,
    network=st.builds(Network, before=st.integers(0, 1 << 31)),
)


def number(quantity: str) -> Decimal:
    """Read a quantity as the API means it. Source: kubernetes.io/docs/reference/kubernetes-api/common-definitions."""
    found = re.fullmatch(r"([0-9.]+)(m|Ki|Mi|Gi)?", quantity)
    assert found, quantity
    return Decimal(found[1]) * _UNITS[found[2] or ""]


def containers(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give all containers of a pod."""
    return [*pod["containers"], *pod.get("initContainers", ())]


@settings(max_examples=40, deadline=None)
@given(job=jobs, command=commands)
def test_every_limit_is_in_the_pod(job: Job, command: Command) -> None:
    """Memory, processors and disk exactly, less for services; time from outside; the rest by a shell."""
    body = manifests.step(job, command, 1, "claim", "rooms/r")
    Objects().check("jobs", body)
    pod = body["spec"]["template"]["spec"]
    asked = pod["containers"][0]["resources"]
    assert asked["limits"] == asked["requests"]
    assert number(asked["limits"]["memory"]) == command.limits.memory
    assert number(asked["limits"]["ephemeral-storage"]) == job.limits.disk
    assert abs(number(asked["limits"]["cpu"]) - Decimal(command.limits.cpus)) <= Decimal("0.001")
    assert number(asked["limits"]["cpu"]) > 0
    (temporary,) = [volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume]
    assert 0 < number(temporary["sizeLimit"]) <= job.limits.disk
    assert command.limits.wall <= pod["activeDeadlineSeconds"] <= command.limits.wall + manifests.START + 1
    entered = manifests.enter(command, job.limits.disk).splitlines()
    assert f"ulimit -f {job.limits.disk // 512}" in entered
    assert any(line.startswith(f"ulimit -u {command.limits.processes} ") for line in entered)
    timed = [line for line in entered if "ulimit -S -t" in line]
    assert bool(timed) == bool(command.limits.cpu_seconds)
    assert all(line.endswith(f"-t {math.ceil(command.limits.cpu_seconds)}") for line in timed)
    for one in pod.get("initContainers", ()):
        held = one["resources"]["limits"]
        assert 0 < number(held["memory"]) <= job.limits.memory
        assert 0 < number(held["ephemeral-storage"]) <= job.limits.disk
        if "command" in one:
            assert f"ulimit -u {job.limits.processes} " in one["command"][-1]


@settings(max_examples=40, deadline=None)
@given(job=jobs, command=commands)
def test_nothing_loosens_a_pod(job: Job, command: Command) -> None:
    """Whatever is asked, each container is as shut in as any, and no field opens the node."""
    body = manifests.step(job, command, 1, "claim", "rooms/r")
    spec, pod = body["spec"], body["spec"]["template"]["spec"]
    assert (spec["backoffLimit"], spec["completions"], spec["parallelism"]) == (0, 1, 1)
    assert spec["ttlSecondsAfterFinished"] > 0
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"], pod["hostUsers"]) == (False, False, False)
    opening = {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "serviceAccountName", "hostAliases"}
    assert not opening & pod.keys()
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000
    assert (pod.get("runtimeClassName") == "gvisor") == (job.isolation is Isolation.GVISOR)
    for one in containers(pod):
        context = one["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert (context["allowPrivilegeEscalation"], context["privileged"]) == (False, False)
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert not {"seccompProfile", "runAsUser", "runAsNonRoot", "procMount"} & context.keys()
        assert set(one["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
        assert not {"ports", "envFrom", "volumeDevices", "lifecycle"} & one.keys()
        assert all("valueFrom" not in variable for variable in one["env"])
    assert {kind for volume in pod["volumes"] for kind in volume.keys() - {"name"}} == {
        "persistentVolumeClaim", "emptyDir",
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(job=jobs, command=commands)
def test_no_pod_is_without_its_policy(job: Job, command: Command) -> None:
    """The policy chooses every pod of the job and lets nobody in or out; the pod asks no server for names."""
    policy, body = manifests.policy(job), manifests.step(job, command, 1, "claim", "rooms/r")
    Objects().check("networkpolicies", policy)
    assert set(policy["spec"]) == {"podSelector", "policyTypes"}
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    chosen = policy["spec"]["podSelector"]["matchLabels"]
    template = body["spec"]["template"]
    assert chosen.items() <= template["metadata"]["labels"].items()
    assert (template["spec"]["dnsPolicy"], template["spec"]["dnsConfig"]) == ("None", {"nameservers": ["127.0.0.1"]})


@pytest.mark.parametrize("hosts", [("example.org",), (".example.org", "a.example"), ("localhost",)])
def test_a_list_of_hosts_is_refused_before_anything_is_made(
    runner: KubernetesRunner, api: Api, tmp_path: Path, hosts: tuple[str, ...]
) -> None:
    """No policy holds it, so no pod is made that would run without it."""
    lab = Lab(runner, tmp_path)
    with lab.room(image="busybox") as room:
        with pytest.raises(SecurityViolation):
            room.run("true", network=Network(hosts=hosts))
        assert [body["kind"] for body in api.objects.admitted] == ["NetworkPolicy"]


def test_what_the_cluster_is_given_is_what_was_built(runner: KubernetesRunner, api: Api, tmp_path: Path) -> None:
    """The policy comes first; the official client passes every limit on as it is."""
    lab = Lab(runner, tmp_path)
    asked = Limits(wall=7.0, cpus=0.5, memory=33 * _MB, processes=17, disk=44 * _MB)
    with lab.room(image="busybox", limits=asked) as room:
        assert room.run("true", limits=replace(asked, memory=55 * _MB)).exit.code == 0
    kinds = [body["kind"] for body in api.objects.admitted]
    assert kinds[:2] == ["NetworkPolicy", "Job"]
    pod = api.objects.admitted[1]["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"]["limits"] == {
        "cpu": "500m", "memory": "55Mi", "ephemeral-storage": "44Mi",
    }  # fmt: skip
    assert pod["activeDeadlineSeconds"] == 7 + manifests.START
    assert (pod["automountServiceAccountToken"], pod["hostUsers"]) == (False, False)
