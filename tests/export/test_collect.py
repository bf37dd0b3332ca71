"""``strata collect`` (promise A4)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import git

from codestrata.errors import InvalidInput
from codestrata.export.collect import collect

FILES = {
    "src/main.rs": "fn main() {}\n",
    "README.md": "# grün\n",
    "old.txt": b"gr\xfcn\n",
    "logo.png": b"\x89PNG\0\1",
    "target/debug/x.rs": "built",
    "sub/.idea/w.xml": "<x/>",
    ".vscode/s.json": "{}",
    "targets/keep.rs": "kept",
}


@pytest.mark.claim("A4")
def test_text_files_are_there_and_round_trip(make_repo, tmp_path):
    """Every tracked text file outside target/, .idea/, .vscode/ is one row whose content gives the exact bytes."""
    repo = make_repo("demo", FILES)
    done = collect(repo.path, tmp_path / "code.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "code.jsonl").read_text("utf-8").splitlines()]
    listed = repo.git("ls-tree", "-r", "--name-only", "HEAD").decode().split()
    dropped = {"target/debug/x.rs", "sub/.idea/w.xml", ".vscode/s.json", "logo.png"}
    assert [r["path"] for r in rows] == sorted(set(listed) - dropped, key=str.encode)
    for row in rows:
        wanted = FILES[row["path"]]
        assert row["content"].encode(row.get("encoding", "utf-8")) == (
            wanted if isinstance(wanted, bytes) else wanted.encode()
        )
    assert (done.binary, done.files, done.lines) == (1, 4, 4)
    assert {tuple(sorted(r)) for r in rows} == {("content", "name", "path"), ("content", "encoding", "name", "path")}


@pytest.mark.claim("A4")
def test_a_folder_of_repositories(make_repo, tmp_path):
    """Repositories are taken in the order of their names; a broken one is reported and the others go on."""
    for name in ("b", "a", "c"):
        make_repo(f"all/{name}", {"x.py": f"# {name}\n"})
    (tmp_path / "all" / "b.git" / "HEAD").write_text("nonsense\n")
    done = collect(tmp_path / "all", tmp_path / "code.jsonl")
    names = [json.loads(line)["name"] for line in (tmp_path / "code.jsonl").read_text().splitlines()]
    assert names == ["a", "c"]
    assert list(done.failed) == ["b"]


def test_a_repository_that_breaks_half_way_leaves_no_row(make_repo, tmp_path, monkeypatch):
    """Text goes out in pieces; when a later one cannot be read, all rows of its repository are taken back."""
    monkeypatch.setattr("codestrata.export.collect.AT_ONCE", 10)
    for name in ("a", "b", "c"):
        repo = make_repo(f"all/{name}", {f"{k}.py": f"# {name} {k} and more\n" for k in range(5)})
        if name == "b":
            blob = repo.git("rev-parse", "HEAD:4.py").decode().strip()
            _lose(repo.path, blob)
    done = collect(tmp_path / "all", tmp_path / "code.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "code.jsonl").read_text().splitlines()]
    assert [row["path"] for row in rows] == [f"{k}.py" for k in range(5)] * 2
    assert [row["content"] for row in rows] == [f"# {name} {k} and more\n" for name in "ac" for k in range(5)]
    assert (done.repositories, done.files, done.lines, done.extensions) == (2, 10, 10, {"py": 10})
    assert list(done.failed) == ["b"]


def _lose(repo: Path, blob: str) -> None:
    for pack in (repo / "objects" / "pack").glob("*.pack"):
        data = pack.read_bytes()
        for file in pack.parent.glob(pack.stem + "*"):
            file.unlink()
        git(repo, "unpack-objects", "-q", stdin=data)
    (repo / "objects" / blob[:2] / blob[2:]).unlink()


def test_the_text_of_a_repository_need_not_fit_into_memory(make_repo, tmp_path):
    """Collecting ten times the text takes about the same memory."""
    peaks = []
    for megabytes in (12, 120):
        files = {f"{k}.txt": f"{k} of these\n" * 90_000 for k in range(megabytes)}
        repo = make_repo(f"of_{megabytes}", files)
        run = subprocess.run(
            [sys.executable, "-c", _PEAK, str(repo.path), str(tmp_path / "out.jsonl")], capture_output=True, check=True
        )
        peaks.append(int(run.stdout) / 1024)
    assert peaks[1] - peaks[0] < 60


_PEAK = """
import re, sys
from pathlib import Path
from codestrata.export.collect import collect
assert collect(Path(sys.argv[1]), Path(sys.argv[2])).files
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_no_repository_is_bad_input(tmp_path):
    """An empty folder is refused with advice, and no file is left behind."""
    with pytest.raises(InvalidInput, match="no Git repository"):
        collect(tmp_path, tmp_path / "code.jsonl")
    assert not (tmp_path / "code.jsonl").exists()
