"""What a cluster gives, tried for real as far as its API lets: a job and a policy are asked for, and not made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codestrata.errors import StrataError
from codestrata.sandbox.base import Caps, Command, Isolation, Job, Layer, State
from codestrata.sandbox.kubernetes import manifests
from codestrata.sandbox.kubernetes.calls import Cluster
from codestrata.sandbox.kubernetes.volume import Volume

#: The class of nodes' runtimes that is gVisor; source: gvisor.dev/docs/user_guide/quick_start/kubernetes.
_RUNTIME = "gvisor"

#: What an API server cannot be asked to show.
_WEAK = (
    ("processes", "limited for the pod's user, by the shell that starts a command", "set podPidsLimit on the nodes"),
    (
        "disk",
        "the kubelet limits the folder for temporary files; the work tree is measured every second",
        "use a quota on the volume",
    ),
    (
        "network",
        "a policy closes it; whether the cluster's network plug-in enforces policies cannot be seen from here",
        "strata doctor sandbox --attacks --runner kubernetes --image NAME shows it",
    ),
)


def probe(volume: Volume, cluster: Cluster) -> Caps:
    """Ask the cluster. Raises StrataError when it does not answer."""
    version = cluster.call(cluster.versions.get_code).git_version
    layers = [Layer("cluster", State.OK, f"{version}, namespace {cluster.namespace}"), _volume(volume)]
    try:
        layers += _pods(cluster, volume)
    except StrataError as error:
        layers.append(Layer("pods", State.MISSING, error.message, "let the driver make and delete jobs and pods"))
    missing = [layer for layer in layers if layer.state is State.MISSING and layer.name in {"pods", "volume", "policy"}]
    provides = set() if missing else {Isolation.CONTAINER, *_gvisor(cluster)}
    reason = "; ".join(f"{layer.name}: {layer.detail}" for layer in missing)
    return Caps("kubernetes", version, frozenset(provides), tuple(layers), reason)


def _volume(volume: Volume) -> Layer:
    why = volume.try_out()
    told = f"claim {volume.claim}, here at {volume.folder}"
    hint = "mount the claim's volume on this host, where the setting says"
    return Layer("volume", State.MISSING, why, hint) if why else Layer("volume", State.OK, told)


def _pods(cluster: Cluster, volume: Volume) -> Iterator[Layer]:
    """Have the server check a job and a policy without making them, and look at what it would make."""
    job = Job("probe", Path("/"), image="busybox", isolation=Isolation.CONTAINER)
    body = manifests.step(job, Command("true"), 1, volume.claim, "rooms/probe")
    made = cluster.create(cluster.batch.create_namespaced_job, body, dry_run="All")
    cluster.create(cluster.policies.create_namespaced_network_policy, manifests.policy(job), dry_run="All")
    pod = made.spec.template.spec if made is not None else None
    yield Layer("pods", State.OK, "the server takes them: no rights, a root that cannot be written, no token")
    yield _users(pod)
    yield Layer("system calls", State.OK, "the runtime's default filter")
    yield Layer("memory, processors", State.OK, "the kernel's limits")
    for name, detail, hint in _WEAK:
        yield Layer(name, State.WEAK, detail, hint)


def _users(pod: Any) -> Layer:
    """Say whether pods get user namespaces of their own: a server that does not know them drops the field."""
    if pod is not None and getattr(pod, "host_users", None) is False:
        return Layer("user namespace", State.OK, "each pod has its own")
    hint = "Kubernetes 1.33 and later, with a runtime that has user namespaces"
    told = "the server does not know them: user 1000 of a pod is user 1000 of its node"
    return Layer("user namespace", State.WEAK, told, hint)


def _gvisor(cluster: Cluster) -> set[Isolation]:
    """Say whether the cluster has gVisor's runtime class, and may be asked for it."""
    try:
        found = cluster.call(cluster.nodes.list_runtime_class).items
    except StrataError:
        return set()
    return {Isolation.GVISOR} if any(one.metadata.name == _RUNTIME for one in found) else set()
