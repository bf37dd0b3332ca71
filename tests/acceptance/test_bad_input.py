"""Bad input: one clear line with what to do; the others go on; nothing is lost; the exit code tells."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from tests.acceptance.conftest import MIT, World, code, digests
from tests.cli.calling import Strata, command, finish, start
from tests.ingest.git_server import GitServer, Reply, wait_until

from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.store.tables import Tables


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """Serve every repository under ``tmp_path`` on the loopback address."""
    with GitServer(tmp_path) as running:
        yield running


@pytest.fixture
def good(make_repo: Callable) -> None:
    """Have one repository, ``good.git``, with a licence and one file worth keeping."""
    make_repo("good", {"LICENSE": MIT, "a.py": code(1)})


def listed(folder: Path, *rows: str) -> Path:
    """Write a list that names ``good.git`` and these."""
    path = folder / "repos.csv"
    path.write_text("\n".join(["url,stars", "good.git,1", *rows]) + "\n")
    return path


def kept(folder: Path) -> list[str]:
    """List the rows of the dataset."""
    found = duckdb.sql(f"select repository || ':' || path from '{folder}/ds/data/*.parquet' order by all")
    return [row[0] for row in found.fetchall()]


def dropped(folder: Path) -> dict[str, str]:
    """Give the reason of every file that was left out."""
    found = duckdb.sql(f"select repository || ':' || path, reason from '{folder}/ds/removed/*.parquet'")
    return dict(found.fetchall())


def allowing(server: GitServer) -> dict[str, object]:
    """Give the settings that let a test reach its own server."""
    return {"git.allow_private_hosts": server.place, "engine.backoff_seconds": 0}


def test_a_malformed_row(good: None, make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """Line, column and what was expected are told; the other rows are used."""
    make_repo("other", {"a.py": code(2)})
    ended = strata("run", listed(tmp_path, "other.git,many", "good.git", ",3"), "-o", "ds")
    assert ended.code == 3
    assert "column stars: 'many': expected a whole number" in ended.line("repos.csv:3")
    assert "expected 2 fields (url, stars), got 1" in ended.line("repos.csv:4", "column stars")
    assert "expected owner/repo, a Git URL" in ended.line("repos.csv:5", "column url")
    assert kept(tmp_path) == ["good:a.py"]


def test_no_row_is_any_good(strata: Strata, tmp_path: Path) -> None:
    """Nothing to do is exit code 2; each row is told; no workspace is made."""
    (tmp_path / "repos.csv").write_text("url\n?\n!\n")
    ended = strata("run", "repos.csv", "-o", "ds")
    assert ended.code == 2
    assert "no repository found" in ended.line("error:")
    assert [line.split(": ")[1] for line in ended.lines if line.startswith("not read")] == [
        "repos.csv:2",
        "repos.csv:3",
    ]
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("repos.csv", "colour,taste\nred,sweet\n", "repos.csv:1: no usable column; found: colour, taste"),
        ("repos.csv", "\xff\xfeu", "is UTF-16"),
        ("nothing.csv", None, "no such file"),
        ("nothing", None, "expected owner/repo"),
    ],
)
def test_an_unreadable_list(strata: Strata, tmp_path: Path, name: str, text: str | None, said: str) -> None:
    """A list that cannot be read at all is exit code 2 and one line; nothing is left behind."""
    if text is not None:
        (tmp_path / name).write_text(text, "latin-1")
    ended = strata("run", name, "-o", "ds")
    assert ended.code == 2
    assert ended.lines == [ended.line("error:", said)]
    assert not (tmp_path / "w").exists()


def test_a_dead_url(good: None, strata: Strata, server: GitServer, tmp_path: Path) -> None:
    """What is not there, nobody answers for, or has no host is told, each in a line with advice."""
    server.always["/gone"] = Reply(404)
    with GitServer(tmp_path) as closed:
        silent = closed.place
    rows = [f"{server.url('gone.git')},2", f"http://{silent}/x/silent,2", "https://no.such.host.invalid/x/y,2"]
    settings = {**allowing(server), "git.allow_private_hosts": f"{server.place},{silent}"}
    ended = strata("run", listed(tmp_path, *rows), "-o", "ds", settings=settings)
    assert ended.code == 3
    assert "(if it is private, give a token)" in ended.line("failed: gone", "does not exist, is private")
    assert ended.line("failed: x/silent", silent).endswith(")")
    assert ended.line("failed: x/y", "no.such.host.invalid").endswith(")")
    assert "strata retry" in ended.lines[-1]
    assert kept(tmp_path) == ["good:a.py"]


def test_a_private_repository(good: None, make_repo: Callable, strata: Strata, server: GitServer, tmp_path) -> None:
    """Without a token the line says to give one; with it in the environment, retry and run finish the job."""
    make_repo("private", {"LICENSE": MIT, "p.py": code(2)})
    server.auth["/private"] = "Basic eC1hY2Nlc3MtdG9rZW46dG9rZW4tb2YtYS10ZXN0"
    source = listed(tmp_path, f"{server.url('private.git')},2")
    settings = {**allowing(server)}
    (tmp_path / "strata.toml").write_text(f'[git.token_secrets]\n"{server.place}" = "A_TOKEN"\n')
    ended = strata("run", source, "-o", "ds", settings=settings)
    assert ended.code == 3
    assert "(if it is private, give a token)" in ended.line("failed: private", "does not exist, is private")
    assert strata("status").out.splitlines()[1].split() == ["Failed", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_TOKEN", "token-of-a-test")
        assert strata("retry").out.startswith("1 task queued again")
        assert strata("run", source, "-o", "ds", settings=settings).code == 0
    assert kept(tmp_path) == ["good:a.py", "private:p.py"]


def test_an_empty_repository_and_one_without_text(good: None, make_repo: Callable, strata: Strata, tmp_path) -> None:
    """Neither is a failure: no row of theirs, a stub for every file, everything done; who has no file is named."""
    make_repo("empty")
    make_repo("notext", {"a.bin": b"\0\1\2" * 50, "b.png": b"\x89PNG\0"})
    ended = strata("run", listed(tmp_path, "empty.git,1", "notext.git,1"), "-o", "ds")
    assert (ended.code, ended.lines) == (0, ["skipped: empty: it has no commit"])
    assert kept(tmp_path) == ["good:a.py"]
    assert dropped(tmp_path) == {
        "good:LICENSE": "quality.text_name",
        "notext:a.bin": "binary",
        "notext:b.png": "binary",
    }


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (None, "every repository is empty: the dataset has no row"),
        ({"a.py": code(3)}, "0 of 1 file kept: the dataset has no row"),
    ],
)
def test_nothing_kept_is_said_plainly(make_repo: Callable, strata: Strata, tmp_path: Path, files, said: str) -> None:
    """A dataset without rows is what was asked for, but nobody has to guess it; the empty dataset can be read."""
    make_repo("only", files)
    ended = strata("run", "only.git", "-o", "ds")
    assert ended.code == 0
    assert said in ended.out
    assert kept(tmp_path) == []


def test_over_the_limit(good: None, make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """What is over a limit is refused with the limit's name; raising it lets the repository in."""
    make_repo("big", {"LICENSE": MIT, **{f"{i}.py": code(10 + i, 30) for i in range(9)}})
    source = listed(tmp_path, "big.git,1")
    ended = strata("run", source, "-o", "ds", settings={"ingest.limits.max_entries": 5})
    assert ended.code == 3
    assert "ingest.limits.max_entries" in ended.line("failed: big")
    assert kept(tmp_path) == ["good:a.py"]
    assert strata("run", source, "-o", "ds").code == 0
    assert len(kept(tmp_path)) == 10


def test_a_broken_archive(good: None, strata: Strata, tmp_path: Path) -> None:
    """An archive that ends early, or is none, is told; the others go on."""
    whole = subprocess.run(["tar", "cz", "good.git"], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.zip").write_bytes(b"this is no archive")
    ended = strata("run", listed(tmp_path, "./cut.tar.gz,1", "./none.zip,1"), "-o", "ds")
    assert ended.code == 3
    assert len([line for line in ended.lines if line.startswith("failed: ")]) == 2
    assert ended.line("failed: cut", "cut.tar.gz")
    assert ended.line("failed: none", "none.zip")
    assert kept(tmp_path) == ["good:a.py"]


def test_a_file_in_no_known_encoding(make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """It stays as a stub with that reason; its neighbours are kept."""
    odd = b"".join(bytes([c, 32]) for c in range(0x80, 0xA0)) * 40
    make_repo("good", {"LICENSE": MIT, "a.py": code(1), "odd.py": odd})
    assert strata("run", listed(tmp_path), "-o", "ds").code == 0
    assert kept(tmp_path) == ["good:a.py"]
    assert dropped(tmp_path)["good:odd.py"] == "encoding"


@pytest.fixture
def small_disk(mount: Callable[[str], Path]) -> Path:
    """Give a file system of 12 MB."""
    return mount("12m")


@pytest.mark.parametrize("inline", [True, False])
def test_a_full_disk(world: World, strata: Strata, small_disk: Path, inline: bool) -> None:
    """One line, exit code 6; when there is room again the same command goes on, to the same bytes."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096 - (300 << 10)))
    place = small_disk / "w"
    settings = {"engine.inline": inline, "engine.workers": 1}
    ended = strata("run", world.list, "-o", world.folder / "ds", settings=settings, workspace=str(place))
    assert ended.code == 6
    assert ended.lines == [ended.line("error:", str(small_disk), "full", "run again")]
    ballast.unlink()
    again = strata("run", world.list, "-o", world.folder / "ds", settings=settings, workspace=str(place))
    assert again.code == 0, again.err
    world.run(out="calm")
    assert digests(world.folder / "ds") == digests(world.folder / "calm")


def test_a_full_disk_under_the_dataset(world: World, strata: Strata, small_disk: Path) -> None:
    """The dataset that was there stays whole when a new one does not fit."""
    out = small_disk / "ds"
    assert strata("run", world.list, "-o", out).code == 0
    before = digests(out)
    free = os.statvfs(small_disk).f_bavail * 4096
    (small_disk / "ballast").write_bytes(bytes(free - 8192))
    world.repos["alpha"].commit({"src/added.py": code(99)}, "more")
    ended = strata("run", world.list, "-o", out)
    assert ended.code == 6
    assert ended.lines == [ended.line("error:", str(small_disk), "free")]
    assert digests(out) == before
    (small_disk / "ballast").unlink()
    assert strata("run", world.list, "-o", out).code == 0
    assert digests(out) != before


def children(pid: int) -> list[int]:
    """List every process below one."""
    direct = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return direct + [below for one in direct for below in children(one)]


def test_a_killed_worker(good: None, make_repo: Callable, server: GitServer, tmp_path: Path) -> None:
    """Its task is done by another: nothing is lost, the run succeeds."""
    make_repo("remote", {"LICENSE": MIT, "r.py": code(2)})
    source = listed(tmp_path, f"{server.url('remote.git')},2")
    held = threading.Event()
    server.watch = lambda: held.wait(30) if len(server.requests) == 1 else None
    process = start(command("run", source, "-o", "ds", settings=allowing(server)), tmp_path)
    wait_until(lambda: bool(server.requests), 60)
    (fetcher,) = [pid for pid in children(process.pid) if b"git\0" in Path(f"/proc/{pid}/cmdline").read_bytes()][:1]
    os.kill(int(Path(f"/proc/{fetcher}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
    held.set()
    ended = finish(process)
    assert (ended.code, ended.err) == (0, "")
    assert kept(tmp_path) == ["good:a.py", "remote:r.py"]


def test_a_second_strata(good: None, strata: Strata, tmp_path: Path) -> None:
    """Who comes second is told who is first, at exit code 5; looking is always allowed; nothing is harmed."""
    source = listed(tmp_path)
    assert strata("run", source, "-o", "ds").code == 0
    with hold(Layout(tmp_path / "w")):
        for arguments in (("run", source, "-o", "ds"), ("ingest",), ("retry",)):
            ended = strata(*arguments)
            assert ended.code == 5
            assert ended.lines == [ended.line("error:", f"process {os.getpid()}", "wait for it, or end it with: kill")]
        assert strata("status").code == 0
        assert strata("lineage", "good:a.py").code == 0
    assert strata("run", source, "-o", "ds").code == 0


def test_a_failed_export_publishes_nothing(good: None, strata: Strata, tmp_path: Path) -> None:
    """When a part of the export fails, the reason and exit code 4 are told, and the dataset before it stays."""
    source = listed(tmp_path)
    assert strata("run", source, "-o", "ds").code == 0
    before = digests(tmp_path / "ds")
    tables = Tables(tmp_path / "w" / "tables")
    for path in tables.root.glob("annotations/*"):
        path.write_bytes(b"no Parquet")
    ended = strata("export", "-o", "ds", settings={"export.dedup.level": "none"})
    assert ended.code == 4
    assert ended.lines == [ended.line("error: no dataset was written, export.decide failed", "strata retry")]
    assert digests(tmp_path / "ds") == before
    assert strata("status", "--dead").out.count("export.decide") == 1


def test_a_folder_that_is_no_dataset(good: None, strata: Strata, tmp_path: Path) -> None:
    """``--out`` that holds something else is refused before any work is done, and not touched."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("precious")
    ended = strata("run", listed(tmp_path), "-o", "mine")
    assert ended.code == 2
    assert ended.lines == [ended.line("error: mine: is there already and is no dataset", "name another folder")]
    assert not (tmp_path / "w").exists()
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "precious"


def test_all_at_once(world: World, make_repo: Callable, strata: Strata) -> None:
    """Every kind of trouble in one list: one line for each, everybody else's rows as without them."""
    strata("run", world.list, "-o", "before", workspace="other")
    (world.folder / "broken.tar.gz").write_bytes(b"\x1f\x8b no")
    broken = make_repo("broken", {"a": "b"})
    (broken.path / "HEAD").write_text("ref: nonsense\n")
    make_repo("empty")
    with world.list.open("a") as handle:
        handle.write("./broken.tar.gz,1\nbroken.git,1\nempty.git,1\nhttps://no.such.host.invalid/x/y,1\n?,1\n")
    ended = strata("run", "repos.csv", "-o", "ds")
    assert ended.code == 3
    told = [line.split(": ")[1].partition("-")[0] for line in ended.lines[:-1]]
    assert told == ["repos.csv:9", "empty", "broken", "broken", "x/y"]
    assert kept(world.folder) == sorted(
        row[0] for row in duckdb.sql("select repository || ':' || path from 'before/data/*.parquet'").fetchall()
    )
