"""What the runner asks a cluster for: valid against the schemas of several versions, and never weaker than said."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from tests.sandbox.kubernetes.objects import Objects, Refused

from codestrata.sandbox.base import Command, Isolation, Job, Limits, Ready, Service
from codestrata.sandbox.kubernetes import manifests, names

SERVICES = (
    Service("db", image="postgres:16", env={"A": "$(HOME)"}, ready=Ready(tcp=5432)),
    Service("web", command="serve", ready=Ready(command="curl -f localhost", timeout=2.5)),
)
JOBS = {
    "plain": Job("plain", Path("/"), image="busybox"),
    "services": Job("with_Services-1", Path("/"), image="busybox", services=SERVICES),
    "gvisor": Job("x" * 48, Path("/"), image="busybox", isolation=Isolation.GVISOR),
}
COMMANDS = {
    "script": Command("echo $HOME", env={"B": "$(A) $$ ${C}"}),
    "argv": Command(argv=("a", "$(b)"), folder="sub/folder", limits=Limits(wall=1.5, memory=(64 << 20) + 1, cpus=0.25)),
}


def every(job: str, command: str) -> list[dict[str, Any]]:
    """Give all objects of a job with one command."""
    return [manifests.policy(JOBS[job]), manifests.step(JOBS[job], COMMANDS[command], 3, "claim", "rooms/r")]


@pytest.mark.parametrize("version", ["1.32", "1.34", "1.36"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("job", JOBS)
def test_manifests_are_valid(job: str, command: str, version: str) -> None:
    """The published schemas know every field, and take every value."""
    for body in every(job, command):
        kubernetes_validate.validate(body, version, strict=True)


@pytest.mark.parametrize(
    "place", [("spec",), ("spec", "template", "spec"), ("spec", "template", "spec", "securityContext")]
)
def test_a_wrong_field_is_caught(place: tuple[str, ...]) -> None:
    """The check is one that fails: a misspelt field anywhere is refused."""
    body = copy.deepcopy(every("plain", "script")[1])
    inner = body
    for name in place:
        inner = inner[name]
    inner["backoffLimitX"] = 0
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(body, "1.34", strict=True)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("job", JOBS)
def test_pods_are_shut_in(job: str, command: str) -> None:
    """Restricted, and beyond: no root that can be written, no token, a user namespace, limits, a time after which it ends."""
    policy, made = every(job, command)
    Objects().check("jobs", made)
    pod = made["spec"]["template"]["spec"]
    assert made["spec"]["backoffLimit"] == 0
    assert made["spec"]["ttlSecondsAfterFinished"] > 0
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"], pod["hostUsers"]) == (False, False, False)
    assert pod["activeDeadlineSeconds"] >= manifests.START
    assert pod["restartPolicy"] == "Never"
    assert pod.get("runtimeClassName") == ("gvisor" if job == "gvisor" else None)
    for one in (*pod["containers"], *pod.get("initContainers", ())):
        assert one["securityContext"]["readOnlyRootFilesystem"]
        assert set(one["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
        assert {mount["subPath"].split("/")[1] for mount in one["volumeMounts"] if "subPath" in mount} == {"r"}
    assert [volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"] if "emptyDir" in volume]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(policy["spec"])
    chosen = policy["spec"]["podSelector"]["matchLabels"]
    assert chosen
    assert chosen.items() <= made["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize(
    ("place", "value"),
    [("runAsNonRoot", False), ("seccompProfile", {"type": "Unconfined"})],
)
def test_the_small_cluster_refuses_weaker_pods(place: str, value: object) -> None:
    """The check of the standard is one that fails."""
    body = copy.deepcopy(every("plain", "script")[1])
    body["spec"]["template"]["spec"]["securityContext"][place] = value
    with pytest.raises(Refused, match="violates PodSecurity"):
        Objects().check("jobs", body)


def test_values_are_not_expanded() -> None:
    """What Kubernetes would take for the value of another variable is kept as it is written."""
    made = every("services", "script")[1]["spec"]["template"]["spec"]
    values = {one["name"]: one["value"] for one in made["containers"][0]["env"]}
    assert values["B"] == "$$(A) $$ ${C}"
    assert {one["name"]: one["value"] for one in made["initContainers"][0]["env"]}["A"] == "$$(HOME)"


def test_names_fit_and_differ() -> None:
    """Every job id has a name that the cluster takes, and no two have the same; labels give the id back."""
    ids = ["a", "A", "a_b", "a-b", "-", "_", "x" * 48, "x" * 47 + "y"]
    jobs = [Job(one, Path("/")) for one in ids]
    made = [names.name(job, 12345) for job in jobs]
    assert len(set(made)) == len(ids)
    assert all(len(name) <= 61 for name in made)
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in made)
    assert [names.job_of(names.labels(job)) for job in jobs] == ids
    assert all(names.alive(names.labels(job)) for job in jobs)
    assert not names.alive(names.labels(jobs[0]) | {names.OWNER: "1-1"})
    assert names.alive(names.labels(jobs[0]) | {names.OWNER: "1-1", names.HOST: "another"})
