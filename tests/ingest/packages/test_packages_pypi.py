"""PyPI packages: sdist first, hash checked, none of their code run."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata.errors import (
    AnalysisTimeout,
    CloneFailed,
    DamagedRepository,
    LimitExceeded,
    RateLimitExceeded,
    RepositoryMissing,
)
from codestrata.settings import load

Fetch = Callable[..., Any]


def sdist(tgz: Callable[..., bytes], version: str = "1.0", **files: str) -> bytes:
    """Make the sdist of a package called tool."""
    named = {"PKG-INFO": f"Metadata-Version: 2.1\nName: tool\nVersion: {version}\n", "tool.py": "x = 1\n", **files}
    return tgz(f"tool-{version}", named)


def wheel() -> bytes:
    """Make a small zip that stands for a wheel."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tool.py", "x = 'wheel'\n")
        archive.writestr("tool-1.0.dist-info/METADATA", "Name: tool\n")
    return out.getvalue()


def test_an_sdist(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """The sdist wins over the wheel; ref and message say what it is."""
    registry.pypi("tool", {"tool-1.0-py3-none-any.whl": wheel(), "tool-1.0.tar.gz": sdist(tgz)})
    got = fetch_package("pkg:pypi/tool@1.0")
    assert got.ref == "refs/heads/1.0"
    assert got.paths == ["PKG-INFO", "tool.py"]
    assert got.message.startswith("pkg:pypi/tool@1.0\n\nArchive: tool-1.0.tar.gz\nSHA-256: ")


def test_a_pure_wheel_when_there_is_no_sdist(registry: Any, fetch_package: Fetch) -> None:
    """A wheel without compiled code is source too; one with it is not."""
    registry.pypi("tool", {"tool-1.0-py3-none-any.whl": wheel()})
    assert fetch_package("pkg:pypi/tool@1.0").paths == ["tool-1.0.dist-info/METADATA", "tool.py"]
    tag = f"cp3{sys.version_info.minor}-cp3{sys.version_info.minor}-manylinux1_x86_64"
    registry.pypi("tool", {f"tool-1.0-{tag}.whl": wheel()})
    with pytest.raises(RepositoryMissing):
        fetch_package("pkg:pypi/tool@1.0")


def test_the_latest_version(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """Without a version: the newest final one with source; the ref and the message record it."""
    files = {f"tool-{v}.tar.gz": sdist(tgz, v) for v in ("1.9", "1.10", "2.0rc1")}
    registry.pypi("tool", files | {"tool-3.0-cp39-abi3-win32.whl": wheel()})
    got = fetch_package("pkg:pypi/tool")
    assert got.ref == "refs/heads/1.10"
    assert got.message.startswith("pkg:pypi/tool@1.10\n")


def test_equal_versions_spelt_otherwise(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """1.0 and 1.0.0 are one version, and the purl's spelling stays."""
    registry.pypi("tool", {"tool-1.0.tar.gz": sdist(tgz)})
    assert fetch_package("pkg:pypi/tool@1.0.0").ref == "refs/heads/1.0.0"


def test_what_does_not_exist(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """An unknown package or version is missing, for good; the newest version is named."""
    registry.pypi("tool", {"tool-1.0.tar.gz": sdist(tgz)})
    with pytest.raises(RepositoryMissing, match="no such package"):
        fetch_package("pkg:pypi/nothing@1.0")
    with pytest.raises(RepositoryMissing, match=r"no such version 9\.9; the newest is 1\.0"):
        fetch_package("pkg:pypi/tool@9.9")
    with pytest.raises(RepositoryMissing, match="not a Python version"):
        fetch_package("pkg:pypi/tool@latest")


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RepositoryMissing), (403, RepositoryMissing), (429, RateLimitExceeded), (500, CloneFailed)],
)
def test_an_index_that_refuses(registry: Any, fetch_package: Fetch, status: int, error: type[Exception]) -> None:
    """Each answer is told apart: whether to try again depends on it."""
    registry.status["/simple/tool/"] = status
    with pytest.raises(error) as caught:
        fetch_package("pkg:pypi/tool@1.0")
    assert type(caught.value) is error


def test_an_index_out_of_reach(monkeypatch: pytest.MonkeyPatch, registry: Any, fetch_package: Fetch) -> None:
    """No connection is a failure to try again, never a missing package; credentials are not repeated."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:hunter2@127.0.0.1:9/simple/")
    with pytest.raises(CloneFailed, match="cannot reach its index") as caught:
        fetch_package("pkg:pypi/tool@1.0")
    assert type(caught.value) is CloneFailed
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_the_one_promised(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """A hash that differs is damage."""
    registry.pypi("tool", {"tool-1.0.tar.gz": sdist(tgz)}, {"tool-1.0.tar.gz": "0" * 64})
    with pytest.raises(DamagedRepository, match="sha256 differs"):
        fetch_package("pkg:pypi/tool@1.0")


def test_a_file_over_the_limit(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """The download stops at the limit on archives."""
    registry.pypi("tool", {"tool-1.0.tar.gz": sdist(tgz) + os.urandom(100_000)})
    with pytest.raises(LimitExceeded):
        fetch_package("pkg:pypi/tool@1.0", settings=load(flags={"ingest.limits.max_pack_bytes": 50_000}))


def test_the_deadline(registry: Any, fetch_package: Fetch) -> None:
    """A client past its time is ended with everything it started."""
    with pytest.raises(AnalysisTimeout, match="pip took longer than"):
        fetch_package("pkg:pypi/tool@1.0", seconds=0.05)


@pytest.mark.claim("C6")
def test_no_code_of_the_package_runs(
    registry: Any, tgz: Any, fetch_package: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """setup.py and the build backend of a hostile sdist leave a mark when run: pip download does, fetching does not."""
    mark = tmp_path / "mark"
    evil = f"open({str(mark)!r}, 'w').close()\n"
    backend = evil + "def get_requires_for_build_wheel(*a): return []\ndef build_wheel(*a): raise SystemExit(1)\n"
    project = '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n'
    files = {
        "setup.py": evil,
        "evil.py": backend,
        "pyproject.toml": project,
        "conftest.py": evil,
        "tool/__init__.py": evil,
    }
    registry.pypi("tool", {"tool-1.0.tar.gz": sdist(tgz, **files)})
    assert "setup.py" in fetch_package("pkg:pypi/tool@1.0").paths
    assert not mark.exists()
    pip = _some_pip()
    if pip is None:
        pytest.skip("no pip to show what plain pip download does")
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    subprocess.run([*pip, "download", "tool==1.0", "-d", str(tmp_path / "d")], capture_output=True, check=False)
    assert mark.exists()


def _some_pip() -> list[str] | None:
    import shutil

    found = shutil.which("pip3") or shutil.which("pip")
    return [found] if found else None
