"""npm packages: by name and exact version, integrity checked, no script run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata.errors import (
    CloneFailed,
    DamagedRepository,
    InvalidInput,
    LimitExceeded,
    MissingExtra,
    RateLimitExceeded,
    RepositoryMissing,
)
from codestrata.settings import load

CLIENT = "npm"
Fetch = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("need")


def tarball(tgz: Callable[..., bytes], name: str, version: str, **extra: Any) -> bytes:
    """Make the tarball of a package."""
    manifest = {"name": name, "version": version, "license": "MIT", **extra}
    return tgz("package", {"package.json": json.dumps(manifest), "index.js": "module.exports = 1\n"})


@pytest.mark.parametrize("name", ["tool", "@scope/tool"])
def test_a_package(registry: Any, tgz: Any, fetch_package: Fetch, name: str) -> None:
    """Plain and scoped names; ref and message say what it is."""
    registry.npm(name, {"1.0.0": tarball(tgz, name, "1.0.0"), "1.1.0": tarball(tgz, name, "1.1.0")})
    got = fetch_package(f"pkg:npm/{name}@1.0.0")
    assert got.ref == "refs/heads/1.0.0"
    assert got.paths == ["index.js", "package.json"]
    assert got.message.startswith(f"pkg:npm/{name.replace('@', '%40')}@1.0.0\n")
    assert fetch_package(f"pkg:npm/{name}").ref == "refs/heads/1.1.0"


def test_the_same_commit_again(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """Fetching twice gives one commit id."""
    registry.npm("tool", {"1.0.0": tarball(tgz, "tool", "1.0.0")})
    ids = {fetch_package("pkg:npm/tool@1.0.0").git("rev-parse", "HEAD") for _ in range(2)}
    assert len(ids) == 1


def test_what_does_not_exist(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """Unknown names and versions, ranges and tags in the place of a version: missing, with what to do."""
    registry.npm("tool", {"1.0.0": tarball(tgz, "tool", "1.0.0")})
    for purl in ("pkg:npm/nothing@1.0.0", "pkg:npm/tool@9.0.0"):
        with pytest.raises(RepositoryMissing, match="npm knows no such"):
            fetch_package(purl)
    for purl in ("pkg:npm/tool@1", "pkg:npm/tool@latest"):
        with pytest.raises(RepositoryMissing, match=r"the registry's client chose 1\.0\.0"):
            fetch_package(purl)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RepositoryMissing), (403, RepositoryMissing), (429, RateLimitExceeded), (500, CloneFailed)],
)
def test_a_registry_that_refuses(registry: Any, fetch_package: Fetch, status: int, error: type[Exception]) -> None:
    """Each answer is told apart."""
    registry.status["/tool"] = status
    with pytest.raises(error) as caught:
        fetch_package("pkg:npm/tool@1.0.0")
    assert type(caught.value) is error


def test_a_registry_out_of_reach(monkeypatch: pytest.MonkeyPatch, registry: Any, fetch_package: Fetch) -> None:
    """No connection is a failure to try again."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    with pytest.raises(CloneFailed, match="npm could not fetch it") as caught:
        fetch_package("pkg:npm/tool@1.0.0")
    assert type(caught.value) is CloneFailed


def test_a_tarball_that_is_not_the_one_promised(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """An integrity that differs is damage."""
    registry.npm("tool", {"1.0.0": tarball(tgz, "tool", "1.0.0")}, integrity="sha512-" + "A" * 86 + "==")
    with pytest.raises(DamagedRepository, match="not the one the registry promised"):
        fetch_package("pkg:npm/tool@1.0.0")


def test_a_tarball_over_the_limit(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """Npm cannot write a file larger than the limit on archives."""
    big = tgz("package", {"package.json": "{}", "x": "".join(chr(33 + i * i % 90) for i in range(200_000))})
    registry.npm("tool", {"1.0.0": big + bytes(3 << 20)})
    with pytest.raises(LimitExceeded):
        fetch_package("pkg:npm/tool@1.0.0", settings=load(flags={"ingest.limits.max_pack_bytes": 1 << 20}))


@pytest.mark.parametrize("purl", ["pkg:npm/tool@file:..", "pkg:npm/tool@git+x", "pkg:npm/--help", "pkg:npm/tool@npm:x"])
def test_a_spec_that_npm_would_take_for_something_else(fetch_package: Fetch, purl: str) -> None:
    """Files, git addresses, aliases and options never reach npm."""
    with pytest.raises((InvalidInput, RepositoryMissing, CloneFailed)):
        fetch_package(purl)


@pytest.mark.claim("C6")
def test_no_script_of_the_package_runs(
    registry: Any, tgz: Any, fetch_package: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every lifecycle script of a hostile package leaves a mark: packing its folder plainly does, fetching does not."""
    mark = tmp_path / "mark"
    names = ("preinstall", "install", "postinstall", "prepare", "prepublish", "prepack", "postpack", "pretest")
    scripts = dict.fromkeys(names, f"touch '{mark}'")
    data = tarball(tgz, "tool", "1.0.0", scripts=scripts)
    registry.npm("tool", {"1.0.0": data})
    monkeypatch.setenv("npm_config_ignore_scripts", "false")
    assert fetch_package("pkg:npm/tool@1.0.0").paths == ["index.js", "package.json"]
    assert not mark.exists()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "tool", "version": "1.0.0", "scripts": scripts}))
    subprocess.run([CLIENT, "pack"], cwd=folder, capture_output=True, check=False)
    assert mark.exists()


def test_a_project_above_is_not_asked(registry: Any, tgz: Any, fetch_package: Fetch, tmp_path: Path) -> None:
    """An .npmrc in a folder above the workspace does not lead npm elsewhere."""
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / ".npmrc").write_text("registry=http://127.0.0.1:9/\n@scope:registry=http://127.0.0.1:9/\n")
    registry.npm("@scope/tool", {"1.0.0": tarball(tgz, "@scope/tool", "1.0.0")})
    assert fetch_package("pkg:npm/@scope/tool@1.0.0").ref == "refs/heads/1.0.0"


def test_npm_not_installed(monkeypatch: pytest.MonkeyPatch, fetch_package: Fetch, tmp_path: Path) -> None:
    """Without npm the row fails in one line that says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtra, match=r"npm is not installed \(install Node\.js"):
        fetch_package("pkg:npm/tool@1.0.0")
