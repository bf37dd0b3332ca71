"""The file-in, file-out commands: filter, clone, collect, full (promises A1 to A6)."""

from __future__ import annotations

import base64
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.calling import Strata, command, finish, start
from tests.conftest import RepoBuilder, git
from tests.ingest.git_server import GitServer, Reply, wait_until
from tests.ingest.test_tokens import command_lines, contents

SAMPLE = """id,name,has_toml,has_lock
1,rust-lang/rust,true,True
2,tokio-rs/tokio,1,yes
3,serde-rs/serde,true,false
4,clap-rs/clap,TRUE,1
5,hyperium/hyper,t,y
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """Serve every repository under ``tmp_path`` on the loopback address."""
    with GitServer(tmp_path) as running:
        yield running


@pytest.fixture
def ten(make_repo: Callable[..., RepoBuilder]) -> list[RepoBuilder]:
    """Have ten repositories of two commits: ``o/r0.git`` to ``o/r9.git``."""
    repos = [make_repo(f"o/r{i}", {"a.py": f"{i}\n", "LICENSE": "text"}) for i in range(10)]
    for repo in repos:
        repo.commit({"b.py": "2\n"})
    return repos


def names(server: GitServer, folder: Path) -> Path:
    """Write the list of the ten."""
    path = folder / "names.txt"
    path.write_text("".join(f"{server.url(f'o/r{i}')}\n" for i in range(10)))
    return path


def allowing(server: GitServer) -> dict[str, object]:
    """Give the settings that let a test reach its own server."""
    return {"git.allow_private_hosts": server.place, "engine.backoff_seconds": 0}


def cloned(out: Path) -> list[str]:
    """List the clones."""
    return sorted(path.name for path in out.glob("dataset_*"))


@pytest.mark.claim("A1")
def test_filter_of_a_sample(strata: Strata, tmp_path: Path) -> None:
    """Five rows, of which exactly four have both; one name a line, in the order of the file."""
    (tmp_path / "in.csv").write_text(SAMPLE)
    ended = strata("filter", "in.csv", "out.txt")
    assert (ended.code, ended.lines) == (0, [])
    assert ended.out == "4 of 5 repositories kept: out.txt\n"
    assert (tmp_path / "out.txt").read_text().splitlines() == [
        "rust-lang/rust",
        "tokio-rs/tokio",
        "clap-rs/clap",
        "hyperium/hyper",
    ]


@pytest.mark.claim("A1")
def test_filter_tells_a_malformed_row(strata: Strata, tmp_path: Path) -> None:
    """It is reported with its line, the others are kept, the exit code is 3."""
    (tmp_path / "in.csv").write_text(SAMPLE + "6,only/three,true\n7,odd/bool,perhaps,true\n8,last/one,1,1\n")
    ended = strata("filter", "in.csv", "out.txt")
    assert ended.code == 3
    assert ended.line("in.csv:7", "column has_lock", "expected 4 fields")
    assert ended.line("in.csv:8", "column has_toml", "'perhaps'", "expected true or false")
    assert (tmp_path / "out.txt").read_text().splitlines()[-1] == "last/one"


@pytest.mark.claim("A1")
def test_filter_by_the_repositorys_own_tree(make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """``--require`` looks into the trees; what cannot be looked into is told, never silently dropped."""
    make_repo("has", {"Cargo.toml": "", "Cargo.lock": ""})
    make_repo("lacks", {"Cargo.toml": ""})
    broken = make_repo("broken", {"Cargo.toml": "", "Cargo.lock": ""})
    (broken.path / "HEAD").write_text("ref: nonsense\n")
    (tmp_path / "list.csv").write_text("url\nhas.git\nlacks.git\nbroken.git\n")
    ended = strata("filter", "list.csv", "out.txt", "--require", "Cargo.toml", "--require", "*.lock")
    assert ended.code == 3
    assert ended.line("failed: broken", "HEAD")
    assert (tmp_path / "out.txt").read_text() == "has\n"


@pytest.mark.claim("A2")
def test_clone_ten_with_one_dead(ten, strata: Strata, server: GitServer, tmp_path: Path) -> None:
    """Nine clones of depth 1, a line for the dead one, exit code 3; run again, only that one is asked for."""
    server.always["/o/r3"] = Reply(404)
    out = tmp_path / "out"
    ended = strata("clone", names(server, tmp_path), out, settings=allowing(server))
    assert ended.code == 3
    assert ended.out == f"9 repositories cloned, 0 already there, 1 failed: {out}\n"
    assert ended.lines == [ended.line("failed: o/r3", "does not exist, is private", "give a token")]
    assert cloned(out) == [f"dataset_o_r{i}" for i in range(10) if i != 3]
    for name in cloned(out):
        assert git(out / name, "rev-list", "--count", "HEAD") == b"1\n"
        assert not list((out / name).glob("*.py"))
    server.requests.clear()
    del server.always["/o/r3"]
    again = strata("clone", names(server, tmp_path), out, "--json", settings=allowing(server))
    assert again.code == 0
    assert again.json == {
        "cloned": ["o/r3"],
        "already_there": [f"o/r{i}" for i in range(10) if i != 3],
        "failed": {},
    }
    assert {one.path.split("/")[2] for one in server.requests} == {"r3"}


@pytest.mark.claim("A2")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_clone_stopped_in_the_middle(ten, strata: Strata, server: GitServer, tmp_path, how: int, code: int) -> None:
    """What is there is whole; an interrupt says how to go on; the next run clones only the rest."""
    held = threading.Event()
    server.watch = lambda: held.wait(30) if server.asked("/o/r5") else None
    out = tmp_path / "out"
    arguments = command("clone", names(server, tmp_path), out, "-j", 2, settings=allowing(server))
    process = start(arguments, tmp_path)
    wait_until(lambda: bool(server.asked("/o/r5")), 60)
    os.kill(process.pid, how)
    ended = finish(process)
    held.set()
    assert ended.code == code
    assert how == signal.SIGKILL or "run the same command again to go on" in ended.line("error: interrupted")
    whole = cloned(out)
    assert 0 < len(whole) < 10
    for name in whole:
        git(out / name, "fsck")
    server.requests.clear()
    again = strata("clone", names(server, tmp_path), out, "--json", settings=allowing(server))
    assert again.code == 0
    assert sorted(f"dataset_{name.replace('/', '_')}" for name in again.json["already_there"]) == whole
    asked = {one.path.split("/")[2] for one in server.requests}
    assert not asked & {name.removeprefix("dataset_o_") for name in whole}
    assert cloned(out) == [f"dataset_o_r{i}" for i in range(10)]


@pytest.mark.claim("A2")
def test_the_token_is_nowhere(ten, server: GitServer, tmp_path: Path) -> None:
    """From the environment it reaches its server; no argument, file, URL or line of output has it."""
    token = "ghx_SECRET_of_a_test"
    encoded = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    server.auth["/o/"] = f"Basic {encoded}"
    server.always["/o/r3"] = Reply(403)
    seen: list[str] = []
    server.watch = lambda: seen.append(command_lines())
    (tmp_path / "strata.toml").write_text(f'[git.token_secrets]\n"{server.place}" = "MY_TOKEN"\n')
    out = tmp_path / "out"
    arguments = command("clone", names(server, tmp_path), out, settings=allowing(server))
    arguments[arguments.index("none")] = "json"
    ended = finish(start(arguments, tmp_path, MY_TOKEN=token))
    assert ended.code == 3
    assert len(cloned(out)) == 9
    assert seen
    everything = contents(out).decode("latin-1") + ended.out + ended.err + "".join(seen)
    assert token not in everything
    assert encoded not in everything


@pytest.mark.claim("A2")
def test_clone_of_nothing_good(strata: Strata, server: GitServer, tmp_path: Path) -> None:
    """No clone at all is exit code 4; a bad line has its number."""
    (tmp_path / "names.txt").write_text(f"{server.url('o/none')}\n?\n")
    ended = strata("clone", "names.txt", "out", settings=allowing(server))
    assert ended.code == 4
    assert ended.line("failed: o/none", "does not exist")
    assert ended.line("failed: names.txt:2: '?': expected owner/repo")


@pytest.fixture
def full_folder(ten, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with an input.csv of four rows; one is filtered out, one is dead.

    Names live on a forge; here that is the test's server.
    """
    monkeypatch.setattr("codestrata.discover.origins.NAMES_LIVE_ON", f"http://{server.place}")
    server.always["/o/r1"] = Reply(404)
    ten[0].commit({"x.md": "# one\ntwo", "bin.png": b"\x89PNG\0", "target/debug/x.rs": "no", "Makefile": "all:\n"})
    folder = tmp_path / "job"
    folder.mkdir()
    rows = ["1,o/r0,true,true", "2,o/r1,1,1", "3,o/r2,yes,yes", "4,o/r3,true,false"]
    (folder / "input.csv").write_text("id,name,has_toml,has_lock\n" + "\n".join(rows) + "\n")
    return folder


@pytest.mark.claim("A5")
def test_full(full_folder: Path, strata: Strata, server: GitServer) -> None:
    """Every file appears; one failing repository is told and never ends the run; the exit code says partial."""
    ended = strata("full", full_folder, settings=allowing(server))
    assert ended.code == 3
    told = [line for line in ended.lines if not line.startswith("no tool was run: ")]  # where there is no sandbox
    assert told == [ended.line("failed: o/r1", "does not exist")]
    assert (full_folder / "filtered_repos.txt").read_text() == "o/r0\no/r1\no/r2\n"
    assert cloned(full_folder / "datasets") == ["dataset_o_r0", "dataset_o_r2"]
    rows = [json.loads(line) for line in (full_folder / "code.jsonl").read_text().splitlines()]
    assert {tuple(row) for row in rows} == {("name", "path", "content")}
    outputs = [json.loads(line) for line in (full_folder / "outputs.jsonl").read_text().splitlines()]
    assert [row["name"] for row in outputs] == ["dataset_o_r0", "dataset_o_r2"]
    assert ended.json == json.loads((full_folder / "summary.json").read_text())
    before = (full_folder / "code.jsonl").read_bytes()
    del server.always["/o/r1"]
    assert strata("full", full_folder, settings=allowing(server)).code == 0
    assert len((full_folder / "code.jsonl").read_bytes()) > len(before)


@pytest.mark.claim("A5")
@pytest.mark.parametrize(("row", "code"), [("1,o/gone,true,true", 4), ("1,o/r0,false,true", 0)])
def test_full_leaves_every_file(full_folder: Path, strata: Strata, server: GitServer, row: str, code: int) -> None:
    """Where nothing is cloned all files are there, empty; 4: nothing could be had, 0: nothing was asked for."""
    (full_folder / "input.csv").write_text(f"id,name,has_toml,has_lock\n{row}\n")
    server.always["/o/gone"] = Reply(404)
    ended = strata("full", full_folder, settings=allowing(server))
    assert ended.code == code
    assert len(ended.lines) == bool(code)
    assert (full_folder / "filtered_repos.txt").read_text() == ("o/gone\n" if code else "")
    assert list((full_folder / "datasets").iterdir()) == []
    assert [(full_folder / f"{name}.jsonl").read_bytes() for name in ("outputs", "code")] == [b"", b""]
    assert ended.json == json.loads((full_folder / "summary.json").read_text())
    assert (ended.json["total_analysis_entries"], ended.json["total_code_files"]) == (0, 0)


@pytest.mark.claim("A5")
def test_full_without_an_input(strata: Strata, tmp_path: Path) -> None:
    """A folder without input.csv is bad input, and the line says what it should hold."""
    ended = strata("full", tmp_path)
    assert ended.code == 2
    assert ended.lines == [ended.line("error:", "no input.csv here", "id,name,has_toml,has_lock")]


@pytest.mark.claim("A6")
def test_statistics_equal_a_recount(full_folder: Path, ten, strata: Strata, server: GitServer) -> None:
    """The summary is what Git itself says of the two clones, and what outputs.jsonl says of the tools."""
    ended = strata("full", full_folder, settings=allowing(server))
    outputs = [json.loads(line) for line in (full_folder / "outputs.jsonl").read_text().splitlines()]
    spent: dict[str, list[float]] = {}
    for row in outputs:
        for tool, time in row["time_ms"].items():
            spent.setdefault(tool, []).append(time)
    lines, extensions = 0, Counter[str]()
    for repo in (ten[0], ten[2]):
        for path in repo.git("ls-tree", "-r", "--name-only", "HEAD").decode().splitlines():
            raw = repo.git("cat-file", "blob", f"HEAD:{path}")
            if path.startswith("target/") or b"\0" in raw:
                continue
            lines += len(raw.splitlines())
            extensions[Path(path).suffix.removeprefix(".")] += 1
    assert ended.json == {
        "total_repos_filtered": 3,
        "total_analysis_entries": 2,
        "total_code_files": sum(extensions.values()),
        "total_lines_of_code": lines,
        "analysis_tools_summary": {
            tool: {"total_time_ms": sum(times), "count": len(times), "avg_time_ms": sum(times) / len(times)}
            for tool, times in spent.items()
        },
        "file_extensions": dict(extensions),
    }


@pytest.mark.claim("A4")
def test_collect(ten, strata: Strata, tmp_path: Path) -> None:
    """One object per text file; the line says how many, and of how many repositories."""
    ended = strata("collect", tmp_path / "o", "code.jsonl")
    assert ended.code == 0
    assert ended.out == "30 text files of 10 repositories, 0 binary files skipped: code.jsonl\n"
    assert len((tmp_path / "code.jsonl").read_text().splitlines()) == 30


@pytest.mark.claim("A4")
def test_collect_goes_on_past_a_damaged_repository(ten, strata: Strata, tmp_path: Path) -> None:
    """A repository that has lost a file's bytes is told with its name; the rows of the others are all there."""
    blob = ten[4].git("rev-parse", "HEAD:a.py").decode().strip()
    for pack in (ten[4].path / "objects" / "pack").glob("pack-*.pack"):
        ten[4].git("unpack-objects", "-q", stdin=pack.rename(tmp_path / "lost.pack").read_bytes())
        for rest in pack.parent.glob(f"{pack.stem}.*"):
            rest.unlink()
    (ten[4].path / "objects" / blob[:2] / blob[2:]).unlink()
    ended = strata("collect", tmp_path / "o", "code.jsonl")
    assert ended.code == 3
    assert ended.line("failed: r4", blob[:8])
    rows = [json.loads(line)["name"] for line in (tmp_path / "code.jsonl").read_text().splitlines()]
    assert Counter(rows) == {f"r{i}": 3 for i in range(10) if i != 4}
