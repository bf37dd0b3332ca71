"""What became of a pod, read from its status: one of a few words, with the cluster's own in it.

Source: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, and the reasons that kubelet and controllers write.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any

from codestrata.sandbox.base import Limits
from codestrata.sandbox.classify import Ending
from codestrata.sandbox.kubernetes.manifests import STEP

#: Why a container waits that will not start by waiting longer.
_HOPELESS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    }
)
#: What eviction says when it was the pod's own files that were too many.
_TOO_MANY_BYTES = ("ephemeral", "emptyDir", "exceeds the limit")
#: Phases of a pod that will not go on.
_LOST = frozenset({"Failed", "Unknown"})
#: Exit status of a container that the runtime could not start, with the words of a missing program.
_MISSING = ("no such file", "not found")
_NOT_FOUND = 127
#: Exit statuses of what was killed, and of what used up its processor time.
KILLED, _OUT_OF_TIME = 128 + signal.SIGKILL, 128 + signal.SIGXCPU


@dataclass(frozen=True, slots=True)
class Fate:
    """How far a pod is.

    ``word``: "waiting", "running", "ended" (by itself, with ``code``), "oom", "disk", "deadline", "gone"
    (somebody deleted it) or "broken".
    ``detail`` is what the cluster says; ``started`` and ``finished`` are seconds since 1970 (0: not yet).
    """

    word: str
    code: int = 0
    detail: str = ""
    started: float = 0.0
    finished: float = 0.0

    @property
    def over(self) -> bool:
        """Say whether nothing more will happen."""
        return self.word not in {"waiting", "running"}


def of_pod(pod: Any) -> Fate:
    """Read a pod."""
    status = pod.status
    state = next((one.state for one in status.container_statuses or () if one.name == STEP), None)
    ended = state.terminated if state else None
    if status.reason in {"Evicted", "DeadlineExceeded"}:
        return _taken(status, begun=bool(state and (state.running or ended)))
    if ended is not None:
        return _ended(ended)
    if broken := _hopeless(status) or disrupted(status) or _lost(status):
        return Fate("broken", detail=broken)
    if state and state.running:
        return Fate("running", started=_seconds(state.running.started_at))
    return Fate("waiting", detail=_waits(status))


def image_of(pod: Any) -> str:
    """Give the digest of the image that a pod's command runs in; "" while nobody knows."""
    found = pod.status.container_statuses if pod is not None else ()
    return next((one.image_id or "" for one in found or () if one.name == STEP), "")


def _ended(ended: Any) -> Fate:
    """Read how a container ended."""
    times = (_seconds(ended.started_at), _seconds(ended.finished_at))
    if ended.reason == "OOMKilled":
        return Fate("oom", ended.exit_code, ended.message or "", *times)
    if ended.reason in {"StartError", "ContainerCannotRun"}:
        text = ended.message or ended.reason
        missing = any(word in text for word in _MISSING)
        return Fate("ended" if missing else "broken", _NOT_FOUND if missing else 0, text, *times)
    if ended.reason in {"ContainerStatusUnknown", "Unknown"}:
        return Fate("broken", 0, ended.message or "the node lost the container", *times)
    return Fate("ended", ended.exit_code, ended.message or "", *times)


def _taken(status: Any, *, begun: bool) -> Fate:
    """Read why the kubelet ended a pod: for its time, for its own files, or for the node's sake."""
    if status.reason == "DeadlineExceeded":
        return Fate("deadline" if begun else "broken", detail="its pod did not start in time")
    message = status.message or ""
    own = any(word in message for word in _TOO_MANY_BYTES) and "node was low" not in message
    return Fate("disk" if own else "broken", 137, message)


def _hopeless(status: Any) -> str:
    """Say why a container will never start; "" while it may."""
    for one in (*(status.init_container_statuses or ()), *(status.container_statuses or ())):
        waiting = one.state.waiting if one.state else None
        if waiting and waiting.reason in _HOPELESS:
            return f"{waiting.reason}: {waiting.message or one.image}"
    return ""


def disrupted(status: Any) -> str:
    """Say by what a pod is taken away from outside its job: drained, preempted, its node gone; "" for nothing."""
    for one in status.conditions or ():
        if one.type == "DisruptionTarget" and one.status == "True":
            return f"{one.reason}: {one.message or ''}"
    return ""


def _lost(status: Any) -> str:
    """Say why a pod failed whose command did not; "" when it did not fail."""
    return status.message or status.reason or f"the pod is {status.phase}" if status.phase in _LOST else ""


def _waits(status: Any) -> str:
    """Say what a pod waits for."""
    for one in status.conditions or ():
        if one.type == "PodScheduled" and one.status == "False":
            return f"{one.reason or 'Unschedulable'}: {one.message or 'no node takes it'}"
    for one in (*(status.init_container_statuses or ()), *(status.container_statuses or ())):
        waiting = one.state.waiting if one.state else None
        if waiting:
            return f"{one.name}: {waiting.reason}"
    return "it was not started"


def _seconds(moment: Any) -> float:
    return float(moment.timestamp()) if moment else 0.0


def ending_of(fate: Fate, ended_by: str, limits: Limits) -> Ending:
    """Put what the cluster says into the words that classes are told by; ``ended_by``, what we did, comes first."""
    if fate.word == "broken":
        return Ending(-1, broken=f"the cluster did not run it: {fate.detail}", ended_by=ended_by)
    if fate.word == "ended" and not ended_by:
        used_up = bool(fate.code == _OUT_OF_TIME and limits.cpu_seconds)
        return Ending(fate.code, ended_by="cpu" if used_up else "")
    by_cluster = {"deadline": "wall", "disk": "disk"}.get(fate.word, "")
    kills = 1 if fate.word == "oom" else -1
    gone = int(signal.SIGKILL) if fate.word == "gone" else 0
    return Ending(KILLED, ended_by=ended_by or by_cluster, outside=gone, oom_kills=kills)
