"""What the runner asks a cluster for, as the API's own objects: a job for every command, a policy for every room.

Pods keep to the restricted Pod Security Standard and go beyond it: a root that cannot be written, a user namespace of
their own, no token, no names of services in the environment.
Source: kubernetes.io/docs/concepts/security/pod-security-standards.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from typing import Any

from codestrata.sandbox.base import HOME, HOSTNAME, UID, WORK, Command, Isolation, Job, Limits, Service, environment
from codestrata.sandbox.kubernetes.names import JOB, labels, name

#: Where pods see the scripts of their commands.
CONTROL = "/strata"
#: The container that a command runs in.
STEP = "step"
#: Seconds from a pod's making to its command's start, at most: for a node to be found, and images to be fetched.
START = 300
#: Seconds that a finished job stays, should nobody remove it.
_KEPT = 600
#: What a service beside a command may use: half of what the command may.
_SHARE = 2
_MB = 1 << 20
_TMP = 1 << 30
#: Bytes of a block as shells count them; source: POSIX, ulimit.
_BLOCK = 512


def policy(job: Job) -> dict[str, Any]:
    """Let no pod of a job be reached, nor reach anybody."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name(job), "labels": labels(job)},
        "spec": {
            "podSelector": {"matchLabels": {JOB: labels(job)[JOB]}},
            "policyTypes": ["Ingress", "Egress"],
        },
    }


def step(job: Job, command: Command, number: int, claim: str, folder: str) -> dict[str, Any]:
    """Run one command: a job of one pod that is never tried again. ``folder`` is the room's in the claim."""
    pod = _pod(job, command, number, claim, folder)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name(job, number), "labels": labels(job)},
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "ttlSecondsAfterFinished": _KEPT,
            "template": {"metadata": {"labels": labels(job)}, "spec": pod},
        },
    }


def _pod(job: Job, command: Command, number: int, claim: str, folder: str) -> dict[str, Any]:
    pod = {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": math.ceil(command.limits.wall) + START,
        "terminationGracePeriodSeconds": 1,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "hostUsers": False,
        "hostname": HOSTNAME,
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["127.0.0.1"]},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": UID,
            "runAsGroup": UID,
            "fsGroup": UID,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [
            {"name": "room", "persistentVolumeClaim": {"claimName": claim}},
            {"name": "tmp", "emptyDir": {"sizeLimit": _quantity(min(job.limits.disk, _TMP))}},
        ],
        "containers": [_step(job, command, number, folder)],
    }
    if job.services:
        pod["initContainers"] = [_service(job, one, folder) for one in job.services]
    if job.isolation is Isolation.GVISOR:
        pod["runtimeClassName"] = "gvisor"
    return pod


def _step(job: Job, command: Command, number: int, folder: str) -> dict[str, Any]:
    variables = environment(job) | dict(command.env)
    return _container(STEP, job.image, folder) | {
        "command": ["/bin/sh", f"{CONTROL}/{number}/enter"],
        "args": list(command.argv),
        "workingDir": f"{WORK}/{command.folder}",
        "env": _variables(variables),
        "resources": _resources(command.limits.cpus, command.limits.memory, job.limits.disk),
    }


def _service(job: Job, service: Service, folder: str) -> dict[str, Any]:
    """Run something beside a command: a container that starts before it and ends with it (a native sidecar)."""
    made = _container(service.name, service.image or job.image, folder) | {
        "restartPolicy": "Always",
        "env": _variables(environment(job) | dict(service.env)),
        "resources": _resources(job.limits.cpus / _SHARE, job.limits.memory // _SHARE, job.limits.disk // _SHARE),
    }
    if service.command:
        lines = [*_bounds(job.limits, job.limits.disk), service.command]
        made |= {"command": ["/bin/sh", "-ec", "\n".join(lines)], "workingDir": WORK}
    ready = service.ready
    if ready.tcp or ready.command:
        asked: dict[str, Any] = {"tcpSocket": {"port": ready.tcp}}
        if ready.command:
            asked = {"exec": {"command": ["/bin/sh", "-ec", ready.command]}}
        made["startupProbe"] = asked | {"periodSeconds": 1, "failureThreshold": max(1, math.ceil(ready.timeout))}
    return made


def _container(called: str, image: str, folder: str) -> dict[str, Any]:
    """Give what every container has: no rights, a root that cannot be written, the room's folders."""
    return {
        "name": called,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "terminationMessagePolicy": "File",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "room", "mountPath": WORK, "subPath": f"{folder}/work"},
            {"name": "room", "mountPath": HOME, "subPath": f"{folder}/home"},
            {"name": "room", "mountPath": CONTROL, "subPath": f"{folder}/control", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 -- the room's own
        ],
    }


def _variables(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Give variables as they are: a dollar sign stands for itself."""
    return [{"name": key, "value": value.replace("$(", "$$(")} for key, value in sorted(values.items())]


def _resources(cpus: float, memory: int, disk: int) -> dict[str, Any]:
    """Ask for what is allowed, so that a node has it."""
    whole = {"cpu": f"{max(1, round(cpus * 1000))}m", "memory": _quantity(memory)}
    whole["ephemeral-storage"] = _quantity(disk)
    return {"limits": whole, "requests": whole}


def _quantity(count: int) -> str:
    """Give bytes as the API writes them."""
    return f"{count // _MB}Mi" if count >= _MB and count % _MB == 0 else str(count)


def enter(command: Command, disk: int) -> str:
    """Give the script that a command's container starts with: limits that a shell can set, then the command itself.

    ``disk``: bytes that the job may write; no single file becomes larger.
    Processes are counted for the user of the pod's own user namespace, so the limit is the pod's; source: setrlimit(2).
    """
    limits = command.limits
    lines = _bounds(limits, disk)
    if limits.cpu_seconds:
        seconds = math.ceil(limits.cpu_seconds)
        lines.append(f"ulimit -H -t {seconds + 1}; ulimit -S -t {seconds}")  # a signal that tells, then one that ends
    inner = '"$@"' if command.argv else f'{shlex.quote(command.shell)} -e "${{0%/*}}/script"'
    return "\n".join([*lines, f"exec {inner}\n"])


def _bounds(limits: Limits, disk: int) -> list[str]:
    """Give the lines that set the limits of a container which a shell can set: core files, one file, processes."""
    most = f"{limits.processes} 2>/dev/null"
    return ["ulimit -c 0", f"ulimit -f {disk // _BLOCK}", f"ulimit -u {most} || ulimit -p {most} || :"]
