"""The objects of a small cluster: kept in memory, with the checks that an API server makes."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import kubernetes_validate

#: The version whose schemas objects are held against.
VERSION = "1.34"

#: Path of a kind in the API → its group and version, and its name.
KINDS = {
    "pods": ("v1", "Pod"),
    "events": ("v1", "Event"),
    "jobs": ("batch/v1", "Job"),
    "networkpolicies": ("networking.k8s.io/v1", "NetworkPolicy"),
    "runtimeclasses": ("node.k8s.io/v1", "RuntimeClass"),
}

Key = tuple[str, str]


class Refused(Exception):
    """What an API server does not take: its status and reason."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


def now() -> str:
    """Give the time as the API writes it: whole seconds."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Objects:
    """What is there, by kind and name."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._all: dict[Key, dict[str, Any]] = {}
        self.admitted: list[dict[str, Any]] = []

    def check(self, kind: str, body: dict[str, Any]) -> None:
        """Refuse what the schemas do not know, and pods below the restricted standard."""
        try:
            kubernetes_validate.validate(body, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            raise Refused(422, "Invalid", error.message) from error
        if kind == "jobs":
            _restricted(body["spec"]["template"]["spec"])

    def add(self, kind: str, body: dict[str, Any], *, dry: bool = False) -> dict[str, Any]:
        """Take a new object."""
        self.check(kind, body)
        made = dict(body) | {"metadata": dict(body["metadata"])}
        made["metadata"] |= {"uid": str(uuid.uuid4()), "creationTimestamp": now(), "namespace": "default"}
        made.setdefault("status", {})
        if dry:
            return made
        with self.lock:
            key = (kind, made["metadata"]["name"])
            if key in self._all:
                raise Refused(409, "AlreadyExists", f"{key[1]} already exists")
            self._all[key] = made
            self.admitted.append(body)
        return made

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """Give one."""
        with self.lock:
            if (kind, name) not in self._all:
                raise Refused(404, "NotFound", f'{kind} "{name}" not found')
            return self._all[kind, name]

    def has(self, kind: str, name: str) -> bool:
        """Say whether one is there."""
        with self.lock:
            return (kind, name) in self._all

    def list(self, kind: str, labels: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """Give all of a kind that have the labels."""
        with self.lock:
            found = [one for (its, _), one in sorted(self._all.items()) if its == kind]
        wanted = (labels or {}).items()
        return [
            one for one in found if all(one["metadata"].get("labels", {}).get(key) == value for key, value in wanted)
        ]

    def drop(self, kind: str, name: str) -> None:
        """Remove one."""
        with self.lock:
            self._all.pop((kind, name), None)


def _restricted(pod: dict[str, Any]) -> None:
    """Hold a pod against the restricted Pod Security Standard."""
    whole = pod.get("securityContext", {})
    faults = []
    if not whole.get("runAsNonRoot"):
        faults.append("runAsNonRoot != true")
    if whole.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"}:
        faults.append("seccompProfile")
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        faults += [name] if pod.get(name) else []
    for volume in pod.get("volumes", ()):
        faults += [] if {"persistentVolumeClaim", "emptyDir"} & set(volume) else [f"volume {volume['name']}"]
    for one in (*pod["containers"], *pod.get("initContainers", ())):
        its = one.get("securityContext", {})
        if its.get("allowPrivilegeEscalation") is not False:
            faults.append("allowPrivilegeEscalation != false")
        if its.get("capabilities", {}).get("drop") != ["ALL"]:
            faults.append("unrestricted capabilities")
    if faults:
        raise Refused(403, "Forbidden", f"violates PodSecurity restricted: {', '.join(faults)}")
