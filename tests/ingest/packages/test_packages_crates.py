"""Crates: one crate without its dependencies, checksum checked, no build script run; the user's sources respected."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata.errors import CloneFailed, MissingExtra, RateLimitExceeded, RepositoryMissing

CLIENT = "cargo"
Fetch = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("need")


def manifest(version: str) -> str:
    """Write the Cargo.toml of a crate called tool."""
    return f'[package]\nname = "tool"\nversion = "{version}"\nedition = "2015"\nlicense = "MIT"\n'


def crate(tgz: Callable[..., bytes], version: str = "1.0.0", **files: str) -> bytes:
    """Make a .crate of it."""
    return tgz(f"tool-{version}", {"Cargo.toml": manifest(version), "src/lib.rs": "pub fn f() {}\n", **files})


def test_a_crate(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """The registry that the user's configuration names gives the crate; ref and message say what it is."""
    registry.crate("tool", {v: crate(tgz, v) for v in ("1.0.0", "1.1.0")})
    got = fetch_package("pkg:cargo/tool@1.0.0")
    assert got.ref == "refs/heads/1.0.0"
    assert got.paths == ["Cargo.toml", "src/lib.rs"]
    assert got.message.startswith("pkg:cargo/tool@1.0.0\n\nArchive: tool-1.0.0.crate\nSHA-256: ")
    assert fetch_package("pkg:cargo/tool").ref == "refs/heads/1.1.0"


def test_what_does_not_exist(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """Unknown names and versions, and half a version, are missing."""
    registry.crate("tool", {"1.0.0": crate(tgz)})
    for purl in ("pkg:cargo/nothing@1.0.0", "pkg:cargo/tool@9.0.0", "pkg:cargo/tool@1.0"):
        with pytest.raises(RepositoryMissing):
            fetch_package(purl)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RepositoryMissing), (403, RepositoryMissing), (429, RateLimitExceeded), (500, CloneFailed)],
)
def test_a_registry_that_refuses(registry: Any, tgz: Any, fetch_package: Fetch, status: int, error: type) -> None:
    """Each answer is told apart."""
    registry.crate("tool", {"1.0.0": crate(tgz)})
    registry.status["/index/to/ol/tool"] = status
    with pytest.raises(error) as caught:
        fetch_package("pkg:cargo/tool@1.0.0")
    assert type(caught.value) is error


def test_a_crate_that_is_not_the_one_promised(registry: Any, tgz: Any, fetch_package: Fetch) -> None:
    """A checksum that differs is refused by cargo itself."""
    registry.crate("tool", {"1.0.0": crate(tgz)})
    registry.pages["/crates/tool/1.0.0/download"] += b"x"
    with pytest.raises(CloneFailed):
        fetch_package("pkg:cargo/tool@1.0.0")


def vendored(folder: Path, **files: str) -> None:
    """Lay a crate unpacked into a folder, as cargo vendor does."""
    sums = {}
    for name, text in {"Cargo.toml": manifest("1.0.0"), "src/lib.rs": "pub fn f() {}\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        sums[name] = hashlib.sha256(text.encode()).hexdigest()
    (folder / ".cargo-checksum.json").write_text(json.dumps({"files": sums, "package": None}))


def test_a_folder_instead_of_a_registry(monkeypatch: pytest.MonkeyPatch, fetch_package: Fetch, tmp_path: Path) -> None:
    """Where the configuration replaces the registry by a folder, the crate comes from there."""
    vendored(tmp_path / "vendor" / "tool-1.0.0")
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "{tmp_path}/vendor"\n'
    )
    monkeypatch.setenv("CARGO_HOME", str(home))
    got = fetch_package("pkg:cargo/tool@1.0.0")
    assert got.paths == ["Cargo.toml", "src/lib.rs"]
    assert got.message == "pkg:cargo/tool@1.0.0\n\n"
    assert fetch_package("pkg:cargo/tool").ref == "refs/heads/1.0.0"
    with pytest.raises(RepositoryMissing):
        fetch_package("pkg:cargo/tool@2.0.0")
    assert sorted(p.name for p in home.iterdir()) == ["config.toml"]


@pytest.mark.claim("C6")
def test_no_build_script_runs(registry: Any, tgz: Any, fetch_package: Fetch, tmp_path: Path) -> None:
    """The build.rs of a hostile crate leaves a mark: building it does, fetching does not."""
    mark = tmp_path / "mark"
    script = f'fn main() {{ std::fs::write("{mark}", "").unwrap(); }}\n'
    registry.crate(
        "tool", {"1.0.0": crate(tgz, **{"build.rs": script, ".cargo/config.toml": "[build]\nrustc = 'evil'\n"})}
    )
    assert "build.rs" in fetch_package("pkg:cargo/tool@1.0.0").paths
    assert not mark.exists()
    folder = tmp_path / "plain"
    vendored(folder, **{"build.rs": script})
    subprocess.run([CLIENT, "check", "--offline"], cwd=folder, capture_output=True, check=False)
    assert mark.exists()


def test_cargo_not_installed(monkeypatch: pytest.MonkeyPatch, fetch_package: Fetch, tmp_path: Path) -> None:
    """Without cargo the row fails in one line that says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtra, match="cargo is not installed"):
        fetch_package("pkg:cargo/tool@1.0.0")
