"""A small cluster for each test, and a runner that speaks to it with the official client."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sandbox.contract.runners import absent
from tests.sandbox.kubernetes.api import Api
from tests.sandbox.kubernetes.kubelet import USER

from codestrata.sandbox.kubernetes import KubernetesRunner
from codestrata.settings.sandbox import SandboxSettings


@pytest.fixture
def volume() -> Iterator[Path]:
    """Give a folder that pods' user can reach: it stands for the shared volume."""
    if shutil.which("bwrap") is None:
        absent("sandbox", "bubblewrap runs the small cluster's pods")
    if os.geteuid() not in {0, USER}:
        absent("sandbox", f"the small cluster's pods run as user {USER}: be it, or root")
    folder = Path(tempfile.mkdtemp(prefix="strata-volume-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder, USER, USER)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def api(volume: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Give a running small cluster, which the client finds by KUBECONFIG."""
    files = Path(tempfile.mkdtemp(prefix="strata-images-"))
    files.chmod(0o755)
    cluster = Api(volume, files)
    cluster.start()
    (files / "kubeconfig").write_text(cluster.kubeconfig())
    monkeypatch.setenv("KUBECONFIG", str(files / "kubeconfig"))
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(files / "kubeconfig"))
    yield cluster
    for name in list(cluster.kubelet.pods):
        cluster.kubelet.stop(name)
    cluster.stop()
    shutil.rmtree(files)


@pytest.fixture
def runner(api: Api, volume: Path, tmp_path: Path) -> KubernetesRunner:
    """Give a runner on the small cluster."""
    return settle(volume, tmp_path)


def settle(volume: Path, scratch: Path) -> KubernetesRunner:
    """Make a runner with a volume."""
    settings = SandboxSettings(kubernetes_volume=f"rooms:{volume}")
    return KubernetesRunner(settings, scratch, patience=1.0)


Make = Callable[[], KubernetesRunner]
