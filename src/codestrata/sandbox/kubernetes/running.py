"""One running command: a job in the cluster, its pod watched, its log followed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from codestrata.sandbox.base import Command, Exit
from codestrata.sandbox.classify import ended
from codestrata.sandbox.kubernetes.calls import Cluster, ClusterFailed
from codestrata.sandbox.kubernetes.fate import KILLED, Fate, ending_of, image_of, of_pod
from codestrata.sandbox.kubernetes.logs import follow
from codestrata.sandbox.kubernetes.manifests import START
from codestrata.sandbox.kubernetes.volume import KubernetesRoom
from codestrata.sandbox.output import Output

#: Seconds between two looks at a pod: at first, and later on.
_SOON, _LATE = 0.05, 1.0
#: Seconds within which a node must have been found; who asks for more than any node has would wait for ever.
PATIENCE = 120.0
#: Seconds between two looks at how much a room has written.
_DISK_EVERY = 1.0


@dataclass(slots=True)
class PodHandle:
    """A command in its pod. ``ended_by``: why we ended it ("wall", "disk", "cancel"), "" when we did not."""

    command: Command
    name: str
    output: Output
    over: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    ended_by: str = ""
    seen: float = 0.0
    exit: Exit | None = None
    thread: threading.Thread | None = None

    def end(self, why: str) -> None:
        """Ask for its end; the first reason stays."""
        if not self.over.is_set():
            self.ended_by = self.ended_by or why
            self.stop.set()


class Watch:
    """Follows one command from its job's making to its pod's end."""

    def __init__(self, cluster: Cluster, room: KubernetesRoom, handle: PodHandle, patience: float) -> None:
        self._cluster = cluster
        self._room = room
        self._handle = handle
        self._patience = patience
        self._begun = time.monotonic()
        self._measured = 0.0
        self._pod = ""
        self._image = ""

    def run(self) -> None:
        """Watch until it is over, read the rest of its log, remove it, and say how it ended."""
        handle = self._handle
        log = threading.Thread(target=self._log, name=f"{handle.name}-log", daemon=True)
        log.start()
        try:
            fate = self._watch()
            handle.over.set()
            log.join(10.0 if fate.word in {"ended", "oom"} else 0.3)
            self._remove()
        except ClusterFailed as error:
            fate = Fate("broken", detail=str(error))
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not look like the command's
            fate = Fate("broken", detail=f"the runner broke: {error!r}")
        handle.over.set()
        handle.exit = self._exit(fate)
        handle.output.end()

    def _log(self) -> None:
        follow(self._cluster, lambda: self._pod, self._handle.output, self._handle.over)

    def _watch(self) -> Fate:
        """Look at the pod until it is over or we end it."""
        wait = _SOON
        while True:
            pod = self._find()
            fate = of_pod(pod) if pod is not None else Fate("waiting")
            self._image = self._image or image_of(pod)
            if last := self._last(fate):
                return last
            if pod is None and (gone := self._gone()):
                return gone
            self._handle.stop.wait(wait)
            wait = min(wait * 1.3, _LATE)

    def _find(self) -> Any:
        """Read the job's pod; None while there is none, or when it is gone."""
        cluster = self._cluster
        if self._pod:
            return cluster.find(cluster.core.read_namespaced_pod, self._pod)
        chosen = {"label_selector": f"job-name={self._handle.name}"}
        found = cluster.call(cluster.core.list_namespaced_pod, cluster.namespace, **chosen).items
        if found:
            self._pod = found[0].metadata.name
        return found[0] if found else None

    def _gone(self) -> Fate | None:
        """Tell a pod that is not there yet from one that was taken away."""
        cluster = self._cluster
        job = cluster.find(cluster.batch.read_namespaced_job, self._handle.name)
        if self._pod or job is None:
            return Fate("gone", KILLED, "its pod was deleted")
        if time.monotonic() - self._begun > self._patience:
            return Fate("broken", detail=f"no pod was made for it: {self._events()}")
        return None

    def _events(self) -> str:
        """Give the last thing that the cluster says about the job."""
        cluster = self._cluster
        chosen = {"field_selector": f"involvedObject.name={self._handle.name}"}
        items = cluster.call(cluster.core.list_namespaced_event, cluster.namespace, **chosen).items
        return items[-1].message if items else "the cluster says nothing about it"

    def _last(self, fate: Fate) -> Fate | None:
        """Give the fate when it is the last one: it is over, or we end it now; None while it goes on."""
        handle, now = self._handle, time.monotonic()
        if fate.word == "running":
            handle.seen = handle.seen or now
            if now - handle.seen > handle.command.limits.wall:
                handle.end("wall")
            elif now - self._measured > _DISK_EVERY:
                self._measured = now
                if self._room.size() > self._room.job.limits.disk:
                    handle.end("disk")
        elif now - self._begun > (self._patience if "Unschedulable" in fate.detail else START):
            return replace(fate, word="broken", detail=f"it did not start: {fate.detail}")
        return fate if fate.over or handle.ended_by else None

    def _remove(self) -> None:
        """Delete the job and wait until its pod, and so every process of it, is gone."""
        cluster, handle = self._cluster, self._handle
        cluster.remove(cluster.batch.delete_namespaced_job, handle.name, propagation_policy="Background")
        if self._pod:
            cluster.remove(cluster.core.delete_namespaced_pod, self._pod, grace_period_seconds=1)
            wait = 0.05
            while cluster.find(cluster.core.read_namespaced_pod, self._pod) is not None:
                time.sleep(wait)
                wait = min(wait * 1.5, _LATE)

    def _exit(self, fate: Fate) -> Exit:
        """Say how it ended, with the cluster's own words as evidence."""
        handle = self._handle
        wall = time.monotonic() - handle.seen if handle.seen else max(0.0, fate.finished - fate.started)
        ending = replace(ending_of(fate, handle.ended_by, handle.command.limits), output=handle.output.total)
        told = ended(ending, handle.command, wall)
        return replace(told, evidence={**told.evidence, "pod": fate.word, "said": fate.detail}, image=self._image)
