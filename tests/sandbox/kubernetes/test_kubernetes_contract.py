"""The contract of all runners, held against the Kubernetes runner as far as a cluster without a kubelet can.

What is left out is named with its reason, and is part of the live test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.contract.lab import Lab
from tests.sandbox.contract.test_contract_commands import *  # noqa: F403 -- the contract's tests, with our fixtures
from tests.sandbox.contract.test_contract_files import *  # noqa: F403 -- same

from codestrata.sandbox.base import Job
from codestrata.sandbox.kubernetes import KubernetesRunner

#: Tests of the contract that need more than the small cluster has, or that stand elsewhere.
LEFT_OUT = {
    "test_usage_is_measured": "processor time and memory come from a kubelet's metrics: the runner says -1",
    "test_what_a_killed_owner_left_is_swept": "the owner needs this cluster's address: test_kubernetes_runner has it",
}


class PodLab(Lab):
    """A laboratory whose jobs name an image."""

    def job(self, files: Mapping[str, str] | None = None, **options: Any) -> Job:
        """Make a job over a tree of files."""
        return super().job(files, **{"image": "busybox"} | options)


@pytest.fixture
def lab(runner: KubernetesRunner, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Give a laboratory around the runner."""
    if why := LEFT_OUT.get(request.node.originalname):
        pytest.skip(f"kubernetes: {why}")
    yield PodLab(runner, tmp_path)
    assert runner.sweep() == []


@pytest.fixture
def real(lab: Lab) -> Lab:
    """Give the same: pods execute what they are given."""
    return lab
