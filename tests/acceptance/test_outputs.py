"""Tools on many repositories (promise A3), and within the whole way (A5): real tools in a real sandbox."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ci.faulty import PROJECTS
from tests.cli.calling import Strata, command, finish, start
from tests.ingest.git_server import GitServer, wait_until
from tests.sandbox.contract.runners import absent

from codestrata.ci.outputs.file import journal_of
from codestrata.sandbox.base import Isolation
from codestrata.sandbox.local import LocalRunner
from codestrata.settings.sandbox import SandboxSettings

TEN = ("clippy", "fmt", "audit", "auditable", "deny", "semgrep", "geiger", "codeql", "tree", "ast")
SLEEPY = {
    "Cargo.toml": PROJECTS["rust"]["Cargo.toml"],
    "src/lib.rs": "pub fn nothing() {}\n",
    "build.rs": "fn main() { std::thread::sleep(std::time::Duration::from_secs(1000)); }\n",
}
#: Seconds that a tool has here; nothing is fetched.
SETTINGS = {"sandbox.runner": "local", "sandbox.isolation": "userns", "sandbox.timeout": 8, "sandbox.network": "false"}


@pytest.fixture
def sandboxed(tmp_path: Path) -> None:
    """Need a host that gives rooms."""
    caps = LocalRunner(SandboxSettings(), tmp_path / "probe").probe()
    if Isolation.USERNS not in caps.provides:
        absent("sandbox", caps.reason)


@pytest.fixture
def cargo() -> None:
    """Need Rust."""
    if not shutil.which("cargo-clippy"):
        absent("cargo", "Rust with Clippy is not installed")


@pytest.fixture
def root(make_repo: Callable[..., Any], tmp_path: Path) -> Path:
    """Have a folder as ``strata clone`` leaves it: a faulty crate, one whose build sleeps, Python, a wreck."""
    for name, files in (("rust", PROJECTS["rust"]), ("sleepy", SLEEPY), ("python", PROJECTS["python"])):
        make_repo(f"datasets/dataset_o_{name}", files)
    make_repo("datasets/dataset_o_wreck", {"a.py": ""})
    (tmp_path / "datasets/dataset_o_wreck.git/HEAD").write_text("ref: nonsense\n")
    return tmp_path / "datasets"


def rows(out: Path) -> dict[str, dict[str, Any]]:
    """Read the objects by name; they are sorted by it."""
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["name"] for row in found] == sorted(row["name"] for row in found)
    return {row["name"]: row for row in found}


@pytest.mark.claim("A3")
def test_outputs(sandboxed, cargo, root: Path, strata: Strata, tmp_path: Path) -> None:
    """Findings, a time-out, a missing tool, a wreck that does not end the run; the ten keys are always there."""
    out = tmp_path / "outputs.jsonl"
    wanted = [word for tool in ("clippy", "fmt", "tree", "ast", "codeql") for word in ("--tool", tool)]
    ended = strata("outputs", root, out, *wanted, settings=SETTINGS)
    assert ended.code == 3
    assert ended.line("failed: dataset_o_wreck", "HEAD")
    found = rows(out)
    assert list(found) == ["dataset_o_python", "dataset_o_rust", "dataset_o_sleepy", "dataset_o_wreck"]
    for row in found.values():
        assert all(isinstance(row[key], str) for key in TEN)
        assert set(row["time_ms"]) <= set(row["tools"])
    rust, sleepy = found["dataset_o_rust"], found["dataset_o_sleepy"]
    told = rust["tools"]
    assert {tool: one["status"] for tool, one in told.items()} == {
        "clippy": "findings",
        "fmt": "findings",
        "tree": "ok",
        "ast": "ok",
        "codeql": "missing",
    }
    assert told["clippy"]["version"].startswith("clippy ")
    assert (told["clippy"]["kind"], told["fmt"]["kind"], told["clippy"]["isolation"]) == (
        "executing",
        "static",
        "userns",
    )
    assert (told["clippy"]["exit_code"], told["fmt"]["exit_code"], told["codeql"]["exit_code"]) == (0, 1, -1)
    places = {(one["rule"], one["path"], one["line"]) for one in told["clippy"]["findings"]}
    assert ("clippy::needless_return", "src/lib.rs", 6) in places
    assert '"reason":"build-finished","success":true' in rust["clippy"]
    assert "faulty v0.1.0" in rust["tree"]
    assert "fn sum(_1: &Vec<u32>) -> u32 {" in rust["ast"]
    assert rust["codeql"] == rust["audit"] == ""
    assert rust["time_ms"].keys() == {"clippy", "fmt", "tree", "ast"}
    assert sleepy["tools"]["clippy"]["status"] == sleepy["tools"]["ast"]["status"] == "timeout"
    assert 8000 <= sleepy["time_ms"]["clippy"] < 20_000
    assert sleepy["tools"]["tree"]["status"] == "ok"
    assert all(found["dataset_o_python"][key] == "" for key in TEN)
    _again(strata, root, out, wanted)


def _again(strata: Strata, root: Path, out: Path, wanted: list[str]) -> None:
    """What is known is not run again, not even when only a torn journal knows it; the bytes are the same."""
    before = out.read_bytes()
    lines = before.splitlines(keepends=True)
    journal_of(out).write_bytes(b"".join(lines[:-1]) + lines[-1][: len(lines[-1]) // 2])
    out.unlink()
    ended = strata("outputs", root, out, *wanted, "--json", settings=SETTINGS)
    assert ended.json["kept"] == ["dataset_o_python", "dataset_o_rust", "dataset_o_sleepy"]
    assert ended.json["done"] == []
    assert list(ended.json["failed"]) == ["dataset_o_wreck"]
    assert out.read_bytes() == before
    assert not journal_of(out).exists()


@pytest.mark.claim("A3")
def test_a_new_commit_is_looked_at_again(sandboxed, make_repo, strata: Strata, tmp_path: Path) -> None:
    """A row is kept for the same commit only. Tools for other languages have keys of their own."""
    repo = make_repo("datasets/dataset_o_go", {"a.go": "package a\nfunc  A() {}\n"})
    if not shutil.which("gofmt"):
        absent("go", "Go is not installed")
    out = tmp_path / "outputs.jsonl"
    words = ("outputs", tmp_path / "datasets", out, "--tool", "gofmt")
    assert strata(*words, settings=SETTINGS).code == 0
    first = rows(out)["dataset_o_go"]
    assert first["gofmt"] == "a.go\n"
    assert first["tools"]["gofmt"]["status"] == "findings"
    repo.commit({"a.go": "package a\n\nfunc A() {}\n"})
    assert strata(*words, "--json", settings=SETTINGS).json["done"] == ["dataset_o_go"]
    second = rows(out)["dataset_o_go"]
    assert (second["gofmt"], second["tools"]["gofmt"]["status"]) == ("", "ok")
    assert second["commit"] != first["commit"]


@pytest.mark.claim("A3")
def test_without_a_sandbox_nothing_runs(root: Path, strata: Strata, tmp_path: Path) -> None:
    """Every tool is refused, with the reason; rows are there, and the next run tries again."""
    settings = {"sandbox.runner": "docker", "sandbox.isolation": "gvisor", "sandbox.docker_host": "unix:///nowhere"}
    out = tmp_path / "outputs.jsonl"
    ended = strata("outputs", root, out, settings=settings)
    assert ended.code == 3
    assert ended.line("nothing was run", "gvisor")
    rust = rows(out)["dataset_o_rust"]
    assert set(TEN) <= set(rust["tools"])
    assert {one["status"] for one in rust["tools"].values()} == {"refused"}
    assert all(rust[key] == "" for key in TEN)
    assert rust["time_ms"] == {}
    assert rust["key"] == ""


@pytest.mark.claim("A3")
def test_what_cannot_be_asked_for(strata: Strata, make_repo, tmp_path: Path) -> None:
    """An unknown tool is bad input, with those that exist; so is a folder without repositories."""
    make_repo("datasets/dataset_o_a", {"a": "b"})
    ended = strata("outputs", tmp_path / "datasets", "o.jsonl", "--tool", "clipy")
    assert (ended.code, ended.lines) == (2, [ended.line("no tool 'clipy'", "clippy")])
    (tmp_path / "none").mkdir()
    assert strata("outputs", tmp_path / "none", "o.jsonl").code == 2


@pytest.mark.claim("A3")
def test_dependencies_are_fetched(sandboxed, cargo, make_repo, strata: Strata, tmp_path: Path) -> None:
    """By a step of its own, from the package registry alone; the tools then need no network."""
    text = "pub fn show(n: u32) -> String {\n    itoa::Buffer::new().format(n).to_owned()\n}\n"
    manifest = PROJECTS["rust"]["Cargo.toml"] + 'cfg-if = "1"\nitoa = "1"\n'
    make_repo(
        "datasets/dataset_o_a",
        {"Cargo.toml": manifest, "src/lib.rs": f"cfg_if::cfg_if! {{ if #[cfg(unix)] {{}} }}\n{text}"},
    )
    out = tmp_path / "outputs.jsonl"
    only = [word for tool in ("clippy", "tree", "ast") for word in ("--tool", tool)]
    settings = {**SETTINGS, "sandbox.timeout": 120, "sandbox.network": "true", "sandbox.private_addresses": "true"}
    assert strata("outputs", tmp_path / "datasets", out, *only, settings=settings).code == 0
    row = rows(out)["dataset_o_a"]
    if "cargo fetch failed" in row["tools"]["tree"]["reason"]:
        assert row["key"] == ""  # the next run tries again
        absent("registries", row["tools"]["tree"]["reason"])
    assert {tool: one["status"] for tool, one in row["tools"].items()} == dict.fromkeys(("clippy", "tree", "ast"), "ok")
    assert "fn show" in row["ast"]  # its text takes the bodies of the dependency, which has to be built for it
    assert "-- cfg-if v1." in row["tree"]


@pytest.mark.claim("A3")
def test_an_interrupt_ends_what_runs(sandboxed, cargo, root: Path, tmp_path: Path) -> None:
    """It leaves at once, although a build sleeps; the next run keeps what was finished."""
    out = tmp_path / "outputs.jsonl"
    wanted = ("outputs", root, out, "-j", 1, "--tool", "clippy", "--tool", "fmt")
    settings = {**SETTINGS, "sandbox.timeout": 300}
    process = start(command(*wanted, settings=settings), tmp_path)
    wait_until(lambda: journal_of(out).exists() and b"dataset_o_rust" in journal_of(out).read_bytes(), 60)
    time.sleep(1)
    os.kill(process.pid, signal.SIGINT)
    ended = finish(process, 20)
    assert ended.code == 130
    assert ended.line("error: interrupted")
    assert not out.exists()
    assert list(tmp_path.glob(f".{out.name}.{process.pid}")) == []
    shutil.rmtree(root / "dataset_o_sleepy.git")
    again = finish(start(command(*wanted, "--json", settings=settings), tmp_path))
    assert again.json["kept"] == ["dataset_o_python", "dataset_o_rust"]


@pytest.mark.claim("A5")
def test_full_runs_tools(sandboxed, cargo, make_repo, strata: Strata, tmp_path: Path, monkeypatch) -> None:
    """Between cloning and collecting; the summary counts their time."""
    make_repo("o/rust", PROJECTS["rust"])
    with GitServer(tmp_path) as server:
        monkeypatch.setattr("codestrata.discover.origins.NAMES_LIVE_ON", f"http://{server.place}")
        folder = tmp_path / "job"
        folder.mkdir()
        (folder / "input.csv").write_text("id,name,has_toml,has_lock\n1,o/rust,true,true\n")
        allowed = {"git.allow_private_hosts": server.place, "engine.backoff_seconds": 0}
        ended = strata("full", folder, settings={**SETTINGS, "sandbox.timeout": 60, **allowed})
    assert ended.code == 0
    for name in ("filtered_repos.txt", "outputs.jsonl", "code.jsonl", "summary.json"):
        assert (folder / name).is_file()
    row = rows(folder / "outputs.jsonl")["dataset_o_rust"]
    assert row["tools"]["clippy"]["status"] == "findings"
    assert ended.json["total_analysis_entries"] == 1
    assert ended.json["analysis_tools_summary"]["clippy"]["total_time_ms"] == row["time_ms"]["clippy"]
