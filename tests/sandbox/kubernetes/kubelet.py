"""A small kubelet: pods run as local processes in bubblewrap, on a folder that stands for the shared volume.

It is for trusted commands of tests. What it does not do: limits of memory, processors, processes and ephemeral storage
(these are told by an image's name: ``fates``), and it starts init containers as sidecars only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sandbox.kubernetes.objects import Objects, now

#: What becomes of pods with these images, once their command has begun (or instead of that).
FATES = {
    "fate/oom": {"reason": "OOMKilled", "exitCode": 137},
    "fate/evicted-disk": {"reason": "Evicted", "message": "Pod ephemeral local storage usage exceeds the total limit"},
    "fate/evicted-node": {"reason": "Evicted", "message": "The node was low on resource: ephemeral-storage."},
    "fate/deadline": {"reason": "DeadlineExceeded", "message": "Pod was active on the node longer than specified"},
    "fate/node-lost": {"reason": "NodeLost", "message": "Node n1 which was running the pod is unresponsive"},
    "fate/no-program": {"reason": "StartError", "message": "exec: no such file or directory", "exitCode": 128},
}
UNSTARTED = {
    "fate/pull": ("ImagePullBackOff", "Back-off pulling image"),
    "fate/config": ("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"),
}
USER = 1000


@dataclass
class Pod:
    """A running pod: its processes, and what its command printed."""

    body: dict[str, Any]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    log: bytearray = field(default_factory=bytearray)
    over: bool = False
    deleted: bool = False


class Kubelet:
    """Runs pods. ``volume`` is the folder of the claim; ``files`` is one for what images hold."""

    def __init__(self, objects: Objects, volume: Path, files: Path) -> None:
        self.objects = objects
        self.pods: dict[str, Pod] = {}
        self._volume = volume
        self._passwd = files / "passwd"
        self._passwd.write_text(f"ci:x:{USER}:{USER}::/home/ci:/bin/sh\n")

    def run(self, body: dict[str, Any]) -> None:
        """Start a pod in a thread."""
        pod = self.pods[body["metadata"]["name"]] = Pod(body)
        threading.Thread(target=self._run, args=(pod,), daemon=True).start()

    def stop(self, name: str) -> None:
        """End a pod, and forget it."""
        if pod := self.pods.get(name):
            pod.deleted = True
            _end(pod)
        self.objects.drop("pods", name)

    def _run(self, pod: Pod) -> None:
        spec = pod.body["spec"]
        image = spec["containers"][0]["image"]
        if image == "fate/unschedulable":
            told = {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": "Insufficient memory",
            }
            self._status(pod, "Pending", conditions=[told])
        elif image in UNSTARTED:
            reason, message = UNSTARTED[image]
            self._status(pod, "Pending", state={"waiting": {"reason": reason, "message": message}})
        else:
            self._containers(pod, FATES.get(image))

    def _containers(self, pod: Pod, fate: dict[str, Any] | None) -> None:
        """Start sidecars, wait until they are ready, run the command."""
        spec = pod.body["spec"]
        for sidecar in spec.get("initContainers", ()):
            pod.processes.append(self._start(pod, sidecar, subprocess.DEVNULL))
            _ready(sidecar.get("startupProbe", {}))
        begun = now()
        try:
            process = self._start(pod, spec["containers"][0], subprocess.PIPE)
        except OSError as error:
            self._tell(pod, begun, 128, {"reason": "StartError", "message": f"exec: {error.strerror}", "exitCode": 128})
            return
        pod.processes.append(process)
        self._status(pod, "Running", state={"running": {"startedAt": begun}})
        reader = threading.Thread(target=self._read, args=(pod, process), daemon=True)
        reader.start()
        try:
            process.wait(0.3 if fate else spec["activeDeadlineSeconds"])
        except subprocess.TimeoutExpired:
            fate = fate or FATES["fate/deadline"]
        _end(pod)
        code = process.wait()
        reader.join()
        self._tell(pod, begun, 128 - code if code < 0 else code, fate or {})

    def _tell(self, pod: Pod, begun: str, code: int, fate: dict[str, Any]) -> None:
        """Write a pod's last status."""
        reason = fate.get("reason", "Completed" if code == 0 else "Error")
        ended = {"exitCode": fate.get("exitCode", code), "reason": reason, "startedAt": begun, "finishedAt": now()}
        if reason == "NodeLost":
            self._status(pod, "Unknown", **fate)
        elif "exitCode" in fate or not fate:
            ended |= {"message": fate["message"]} if "message" in fate else {}
            self._status(pod, "Succeeded" if ended["exitCode"] == 0 else "Failed", state={"terminated": ended})
        else:
            self._status(pod, "Failed", state={"terminated": ended | {"reason": "Error", "exitCode": 137}}, **fate)
        pod.over = True

    def _status(self, pod: Pod, phase: str, state: dict[str, Any] | None = None, **more: Any) -> None:
        step = pod.body["spec"]["containers"][0]
        told = {"phase": phase, **more}
        if state:
            digest = f"{step['image']}@sha256:{hashlib.sha256(step['image'].encode()).hexdigest()}"
            common = {"name": step["name"], "image": step["image"], "imageID": digest, "state": state}
            told["containerStatuses"] = [common | {"ready": False, "restartCount": 0}]
        with self.objects.lock:
            pod.body["status"] = told

    def _start(self, pod: Pod, container: dict[str, Any], out: int) -> subprocess.Popen[bytes]:
        command = [*self._world(pod.body, container), "--", *container.get("command", ()), *container.get("args", ())]
        user = USER if os.geteuid() == 0 else None
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, user=user, group=user,
            extra_groups=[] if user else None, env={"PATH": os.defpath}, start_new_session=True,
        )  # fmt: skip

    def _world(self, body: dict[str, Any], container: dict[str, Any]) -> list[str]:
        """Give what a container sees."""
        spec, labels = body["spec"], body["metadata"]["labels"]
        words = ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
        words += ["--uid", str(USER), "--gid", str(USER), "--hostname", spec["hostname"], "--clearenv"]
        words += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
        words += [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
        words += ["--ro-bind", str(self._passwd), "/etc/passwd"]
        policies = self.objects.list("networkpolicies")
        if any(one["spec"]["podSelector"]["matchLabels"].items() <= labels.items() for one in policies):
            words += [] if spec.get("initContainers") else ["--unshare-net"]
        for mount in container["volumeMounts"]:
            kind = "--ro-bind" if mount.get("readOnly") else "--bind"
            claimed = [kind, str(self._volume / mount.get("subPath", "")), mount["mountPath"]]
            words += claimed if mount["name"] == "room" else ["--tmpfs", mount["mountPath"]]
        for one in container.get("env", ()):
            words += ["--setenv", one["name"], one["value"].replace("$$(", "$(")]
        return [*words, "--chdir", container.get("workingDir", "/")]

    @staticmethod
    def _read(pod: Pod, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            while data := os.read(stream.fileno(), 65536):
                pod.log += data


def _ready(probe: dict[str, Any]) -> None:
    """Wait until a sidecar's port answers."""
    port = probe.get("tcpSocket", {}).get("port")
    end = time.monotonic() + probe.get("failureThreshold", 1)
    while port and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)


def _end(pod: Pod) -> None:
    for process in pod.processes:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, 9)
    for process in pod.processes:
        process.wait()
