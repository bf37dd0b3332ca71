"""KubernetesRunner: rooms on a shared volume, a job with one pod for every command."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from codestrata.errors import InvalidInput, SecurityViolation, StrataError
from codestrata.sandbox.base import Caps, Command, Exit, Isolation, Job
from codestrata.sandbox.files import destroy, pack, unpack
from codestrata.sandbox.kubernetes import manifests, names
from codestrata.sandbox.kubernetes.calls import Cluster
from codestrata.sandbox.kubernetes.probing import probe
from codestrata.sandbox.kubernetes.running import PATIENCE, PodHandle, Watch
from codestrata.sandbox.kubernetes.volume import KubernetesRoom, Volume, owners
from codestrata.sandbox.output import Output
from codestrata.settings.sandbox import SandboxSettings


class KubernetesRunner:
    """Runs foreign code in pods. ``patience``: seconds within which the cluster must find a node."""

    name = "kubernetes"

    def __init__(self, settings: SandboxSettings, scratch: Path, patience: float = PATIENCE) -> None:
        self.settings = settings
        self._scratch = scratch
        self._patience = patience
        self._lock = threading.Lock()
        self._cluster: Cluster | None = None
        self._caps: Caps | None = None

    def probe(self) -> Caps:
        """Try for real what the cluster gives; cheap after the first call."""
        if self._caps is None:
            try:
                self._caps = probe(self._volume(), self._connect())
            except StrataError as error:
                return Caps(self.name, reason=str(error))
        return self._caps

    def prepare(self, job: Job) -> KubernetesRoom:
        """Fill a folder of the volume, and close the network of the job's pods."""
        self._refuse(job)
        cluster = self._connect()
        room = self._volume().open(job)
        try:
            cluster.create(cluster.policies.create_namespaced_network_policy, manifests.policy(job))
        except BaseException:
            self.destroy(room)
            raise
        return room

    def start(self, room: KubernetesRoom, command: Command) -> PodHandle:
        """Start a command: a job of one pod, with the room's services beside it."""
        _refuse_command(room, command)
        cluster = self._connect()
        with self._lock:
            number = len(room.handles) + 1
            handle = PodHandle(command, names.name(room.job, number), Output(command.limits.output))
            room.handles.append(handle)
        room.write(command, number)
        body = manifests.step(room.job, command, number, self._volume().claim, room.folder)
        cluster.create(cluster.batch.create_namespaced_job, body)
        watch = Watch(cluster, room, handle, self._patience)
        handle.thread = threading.Thread(target=watch.run, name=handle.name, daemon=True)
        handle.thread.start()
        return handle

    def stream(self, handle: PodHandle) -> Iterator[bytes]:
        """Give the output as it comes."""
        return handle.output.read()

    def wait(self, handle: PodHandle) -> Exit:
        """Wait until its pod is gone."""
        if handle.thread is not None:
            handle.thread.join()
        assert handle.exit is not None  # noqa: S101 -- the thread's last act
        return handle.exit

    def cancel(self, handle: PodHandle) -> None:
        """End a command."""
        handle.end("cancel")

    def pack(self, room: KubernetesRoom, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Pack files of the room."""
        return pack(room.files.work, room.files.home, patterns, out, limit)

    def unpack(self, room: KubernetesRoom, archive: Path) -> None:
        """Put packed files back."""
        unpack(archive, room.files.work, room.files.home, owners()[0])

    def layer(self, room: KubernetesRoom, into: Path) -> None:
        """Keep what commands changed."""
        room.sealed = True
        room.files.keep(into)

    def destroy(self, room: KubernetesRoom) -> None:
        """End the room's commands, and remove its policy and its folder."""
        for handle in room.handles:
            self.cancel(handle)
        for handle in room.handles:
            if handle.thread is not None:
                handle.thread.join()
        with suppress(StrataError):
            cluster = self._connect()
            cluster.remove(cluster.policies.delete_namespaced_network_policy, names.name(room.job))
        destroy(room.root)

    def sweep(self) -> list[str]:
        """Remove jobs, policies and folders of owners on this host that are no more."""
        cluster, mine = self._connect(), {"label_selector": f"{names.HOST}={names.host()}"}
        kinds = (
            (cluster.batch.list_namespaced_job, cluster.batch.delete_namespaced_job),
            (cluster.policies.list_namespaced_network_policy, cluster.policies.delete_namespaced_network_policy),
        )
        swept = set()
        for listed, delete in kinds:
            for one in cluster.call(listed, cluster.namespace, **mine).items:
                if not names.alive(one.metadata.labels):
                    cluster.remove(delete, one.metadata.name, propagation_policy="Background")
                    swept.add(names.job_of(one.metadata.labels))
        return sorted(swept | self._volume().sweep())

    def _connect(self) -> Cluster:
        with self._lock:
            if self._cluster is None:
                self._cluster = Cluster(self.settings.kubernetes_context, self.settings.kubernetes_namespace)
            return self._cluster

    def _volume(self) -> Volume:
        return Volume.of_setting(self.settings.kubernetes_volume)

    def _refuse(self, job: Job) -> None:
        """Refuse what pods cannot give, before anything is made."""
        caps = self.probe()
        wanted = job.isolation or Isolation.CONTAINER
        if wanted not in caps.provides:
            reason = caps.reason or f"it gives {', '.join(sorted(caps.provides))}"
            raise SecurityViolation(f"the kubernetes runner does not give {wanted}: {reason}", where=job.id)
        if job.image == "host":
            hint = "name an image: in the job"
            raise InvalidInput("a pod has no programs of this host's", where=job.id, hint=hint)
        if job.mounts:
            hint = "put what it needs into the image"
            raise InvalidInput("a pod sees no folder of this host's", where=job.id, hint=hint)


def _refuse_command(room: KubernetesRoom, command: Command) -> None:
    """Refuse what cannot be held: a list of names that nothing in a cluster enforces, a folder outside of the tree."""
    if room.sealed:
        raise InvalidInput("the room was kept as a layer: nothing runs in it any more", where=room.job.id)
    if command.network.hosts:
        told = "pods have no network: no policy of Kubernetes holds a list of hosts"
        hint = "run jobs that fetch with the local or the docker runner, or put what they fetch into the image"
        raise SecurityViolation(told, where=room.job.id, hint=hint)
    folder = PurePosixPath(command.folder)
    if folder.is_absolute() or ".." in folder.parts:
        raise InvalidInput("a folder outside of the work tree", where=command.folder)
