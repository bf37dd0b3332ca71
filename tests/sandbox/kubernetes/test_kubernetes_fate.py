"""What a pod's status says of it, in the words that kubelets and controllers write."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiClient

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Limits
from codestrata.sandbox.classify import classify
from codestrata.sandbox.kubernetes.fate import ending_of, of_pod

DRAINED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
LIMITS = Limits(wall=5, cpu_seconds=2)


def read(**status: Any) -> Any:
    """Read a pod as the client does."""
    state = status.pop("state", None)
    if state:
        common = {"name": "step", "image": "i", "imageID": "", "ready": False, "restartCount": 0}
        status["containerStatuses"] = [{**common, "state": state}]
    body = {"spec": {"containers": [{"name": "step"}]}, "status": status}
    return ApiClient()._ApiClient__deserialize(body, "V1Pod")


def ended(code: int, reason: str, message: str = "") -> dict[str, Any]:
    """Give the state of a container that ended."""
    return {"terminated": {"exitCode": code, "reason": reason, "message": message}}


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ({"state": ended(0, "Completed")}, ResultClass.PASSED),
        ({"state": ended(3, "Error")}, ResultClass.FAILED),
        ({"state": ended(139, "Error")}, ResultClass.FAILED),
        ({"state": ended(152, "Error")}, ResultClass.TIMEOUT),
        ({"state": ended(137, "OOMKilled")}, ResultClass.OOM),
        ({"state": ended(128, "StartError", "exec: not found")}, ResultClass.FAILED),
        ({"state": ended(128, "StartError", "no such device")}, ResultClass.INFRA),
        ({"state": ended(137, "ContainerStatusUnknown")}, ResultClass.INFRA),
        ({"reason": "Evicted", "message": 'Usage of EmptyDir volume "tmp" exceeds the limit'}, ResultClass.DISK),
        ({"reason": "Evicted", "message": "The node was low on resource: memory."}, ResultClass.INFRA),
        ({"reason": "DeadlineExceeded", "state": {"running": {}}}, ResultClass.TIMEOUT),
        ({"reason": "DeadlineExceeded"}, ResultClass.INFRA),
        ({"state": {"waiting": {"reason": "ErrImagePull", "message": "no such host"}}}, ResultClass.INFRA),
        ({"phase": "Failed", "reason": "NodeShutdown"}, ResultClass.INFRA),
        (
            {
                "state": {"running": {}},
                "conditions": [{"type": "DisruptionTarget", "status": "True", "reason": "Drain"}],
            },
            ResultClass.INFRA,
        ),
    ],
)
def test_an_end_has_its_class(status: dict[str, Any], result: ResultClass) -> None:
    """The code's doing, a limit's, and the cluster's are told apart."""
    fate = of_pod(read(**({"phase": "Failed"} | status if "state" in status else status)))
    assert fate.over
    assert classify(ending_of(fate, "", LIMITS), LIMITS)[0] is result


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ({"phase": "Pending"}, "waiting"),
        ({"phase": "Pending", "state": {"waiting": {"reason": "ContainerCreating"}}}, "waiting"),
        ({"phase": "Running", "state": {"running": {}}}, "running"),
    ],
)
def test_what_goes_on_is_not_over(status: dict[str, Any], word: str) -> None:
    """A pod that waits or runs has no end yet."""
    fate = of_pod(read(**status))
    assert (fate.word, fate.over) == (word, False)


def test_what_we_did_comes_first() -> None:
    """A command that was cancelled is cancelled, however its pod ended."""
    fate = of_pod(read(phase="Failed", state=ended(137, "Error")))
    assert classify(ending_of(fate, "cancel", LIMITS), LIMITS)[0] is ResultClass.CANCELLED
