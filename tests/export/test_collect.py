"""``strata collect`` (promise A4)."""

from __future__ import annotations

import json

import pytest

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


def test_no_repository_is_bad_input(tmp_path):
    """An empty folder is refused with advice, and no file is left behind."""
    with pytest.raises(InvalidInput, match="no Git repository"):
        collect(tmp_path, tmp_path / "code.jsonl")
    assert not (tmp_path / "code.jsonl").exists()
