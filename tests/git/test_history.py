"""History as tables: the figures are git's own, whatever names, messages and dates there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import git

from codestrata.errors import DamagedRepository, LimitExceeded
from codestrata.git.commits import read_commits
from codestrata.git.history import Detail, History, read_history
from codestrata.git.logparse import FIELDS, parse_block
from codestrata.git.logtable import changes_table, commits_table
from codestrata.store.columns import Columns, Varlen, rows


def texts(columns: Columns, name: str) -> list[str]:
    """Give a text column as strings."""
    column = columns[name]
    assert isinstance(column, Varlen)
    assert column.text
    return column.strings()


def numbers(columns: Columns, name: str) -> list[int]:
    """Give a number column as integers."""
    return [int(value) for value in np.asarray(columns[name])]


def changes(history: History) -> list[tuple[str, str, bytes, bytes, int, int, int]]:
    """Give the changes as rows: commit, status, path, old path, similarity, added, deleted."""
    table = history.changes
    assert table is not None
    return list(
        zip(
            [commit.hex() for commit in table["commit"]],
            texts(table, "status"),
            table["path"],
            table["old_path"],
            numbers(table, "similarity"),
            numbers(table, "added"),
            numbers(table, "deleted"),
            strict=True,
        )
    )


@pytest.fixture
def busy(make_repo) -> object:
    """Give a repository with renames, mode changes, a binary file, odd names and a merge."""
    repo = make_repo("busy")
    text = "".join(f"line {i}\n" for i in range(50))
    repo.commit(
        {"a.py": text, "b.bin": b"\0\1\2", b"odd\tname\n\xff": "1\n", "sub": "2" * 40}, "first", modes={"sub": "160000"}
    )
    repo.commit({"a.py": None, "dir/a.py": text + "more\n", "b.bin": b"\0\1\3"}, "rename and binary\n\nbody\n")
    repo.commit({"dir/a.py": text + "more\n"}, "only the mode", modes={"dir/a.py": "100755"})
    repo.commit({"dir/a.py": "elsewhere"}, "to a link", modes={"dir/a.py": "120000"})
    repo.git("branch", "side", repo.commits[1])
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    arguments = ["commit-tree", tree, "-p", repo.commits[-1], "-p", repo.commits[1], "-m", "merge"]
    merge = git(repo.path, "-c", "user.name=M", "-c", "user.email=m@example.org", *arguments).decode().strip()
    repo.git("update-ref", "refs/heads/main", merge)
    repo.commits.append(merge)
    return repo


def test_commits_are_gits(busy) -> None:
    """Ids, parents, names, times, zones, subjects and messages are what ``git log`` says."""
    commits = read_history(busy.path, ["refs/heads/main"], detail=Detail.COMMITS).commits
    listed = busy.git("log", "-z", "--format=%H%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%s%x1f%B").decode().split("\0")
    expected = [entry.split("\x1f") for entry in listed if entry]
    assert [commit.hex() for commit in commits["commit"]] == [e[0] for e in expected]
    assert texts(commits, "parents") == [e[1] for e in expected]
    assert texts(commits, "author_name") == [e[2] for e in expected]
    assert texts(commits, "author_email") == [e[3] for e in expected]
    assert numbers(commits, "author_time") == [int(e[4]) for e in expected]
    assert texts(commits, "subject") == [e[5] for e in expected]
    assert texts(commits, "message") == [e[6].rstrip("\n") for e in expected]


def test_changes_are_gits(busy) -> None:
    """Statuses, renames with their similarity, binary files and mode changes are those of ``git log``."""
    found = changes(read_history(busy.path, ["refs/heads/main"], detail=Detail.NUMSTAT))
    by_message = {commit: [row[1:] for row in found if row[0] == commit] for commit in busy.commits}
    first, rename, mode, link, merge = (by_message[commit] for commit in busy.commits)
    assert first == [
        ("A", b"a.py", b"", -1, 50, 0),
        ("A", b"b.bin", b"", -1, -1, -1),
        ("A", b"odd\tname\n\xff", b"", -1, 1, 0),
        ("A", b"sub", b"", -1, 1, 0),
    ]
    assert [row[:3] for row in rename] == [("M", b"b.bin", b""), ("R", b"dir/a.py", b"a.py")]
    assert 90 < rename[1][3] < 100
    assert rename[1][4:] == (1, 0)
    assert rename[0][4:] == (-1, -1)
    assert [row[:2] for row in mode] == [("M", b"dir/a.py")]
    assert [row[:2] for row in link] == [("T", b"dir/a.py")]
    assert merge == []


def test_blob_ids_of_both_sides(busy) -> None:
    """An added file has no old id, a deleted one no new id, a rename both; ids are the tree's."""
    busy.commit({"b.bin": None}, "delete")
    table = read_history(busy.path, ["refs/heads/main"]).changes
    assert table is not None
    sides = list(zip(texts(table, "status"), table["old_blob"], table["new_blob"], strict=True))
    assert [(s, len(old), len(new)) for s, old, new in sides if s != "M"] == [
        ("D", 20, 0),
        ("T", 20, 20),
        ("R", 20, 20),
        *[("A", 0, 20)] * 4,
    ]
    known = busy.git("rev-parse", f"{busy.commits[0]}:a.py").decode().strip()
    assert known in {new.hex() for _, _, new in sides}


def test_without_line_counts_the_rest_is_the_same(busy) -> None:
    """``changes`` gives what ``numstat`` gives, with lines unknown."""
    full = changes(read_history(busy.path, ["refs/heads/main"], detail=Detail.NUMSTAT))
    plain = changes(read_history(busy.path, ["refs/heads/main"], detail=Detail.CHANGES))
    assert plain == [(*row[:5], -1, -1) for row in full]


def test_totals_on_this_very_repository() -> None:
    """On a real repository: commits per author equal ``git shortlog``, lines equal ``git log --numstat``."""
    path = Path(__file__).parents[2] / ".git"
    if not path.is_dir():
        pytest.skip("not a checkout")
    history = read_history(path, ["HEAD"], detail=Detail.NUMSTAT)
    authors = Counter(
        f"{name} <{email}>"
        for name, email in zip(
            texts(history.commits, "author_name"), texts(history.commits, "author_email"), strict=True
        )
    )
    shortlog = git(path.parent, "shortlog", "-s", "-e", "HEAD").decode().splitlines()
    assert authors == {name: int(count) for count, name in (line.strip().split("\t") for line in shortlog)}
    numstat = git(path.parent, "log", "--numstat", "-M", "--format=", "HEAD").decode().splitlines()
    lines = [line.split("\t")[:2] for line in numstat if line]
    assert len(lines) == rows(history.changes or {})
    assert sum(n for n in numbers(history.changes or {}, "added") if n > 0) == sum(int(a) for a, _ in lines if a != "-")


def test_encodings(make_repo) -> None:
    """A commit that names its encoding is converted; one that lies or names none is read as Latin-1 if not UTF-8."""
    repo = make_repo("repo", {"a": "1"})
    tree = repo.git("rev-parse", "HEAD^{tree}").strip()
    who = b"A <a@example.org> 1700000000 +0000\n"
    kinds = [
        (b"encoding ISO-8859-1\n", "Käse".encode("latin-1"), "Käse"),
        (b"encoding windows-1251\n", "Сыр".encode("cp1251"), "Сыр"),
        (b"encoding KLINGON\n", "Käse".encode("latin-1"), "Käse"),
        (b"", "Käse".encode(), "Käse"),
        (b"", b"K\xe4se", "Käse"),
    ]
    for header, raw, text in kinds:
        body = b"tree " + tree + b"\nauthor " + who + b"committer " + who + header + b"\n" + raw + b"\n"
        name = (
            git(repo.path, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=body).decode().strip()
        )
        history = read_history(repo.path, [name], detail=Detail.COMMITS)
        assert texts(history.commits, "subject") == [text]


@pytest.mark.parametrize(
    ("author", "time", "zone", "name"),
    [
        (b"A <a@x> 18446744073709551615 +9999", 0, 0, "A"),
        (b"A <a@x> 99999999999 -0330", 99999999999, -210, "A"),
        (b"A <a@x> 12 +0545", 12, 345, "A"),
        (b"A <a@x>", -1, 0, "A"),
        (b"<> 7 +0000", 7, 0, ""),
        (b"", -1, 0, ""),
        (b"A\x01B <a\x01b> 7 +0000", 7, 0, "A\x01B"),
    ],
)
def test_broken_authors_and_dates(make_repo, author: bytes, time: int, zone: int, name: str) -> None:
    """A date that overflows, is missing or is nonsense gives a figure, never an error; control characters are data."""
    repo = make_repo("repo", {"a": "1"})
    tree = repo.git("rev-parse", "HEAD^{tree}").strip()
    body = b"tree " + tree + b"\nauthor " + author + b"\ncommitter C <c@x> 5 +0000\n\nmessage\n\x01fake\n:100644\n"
    commit = git(repo.path, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=body).decode().strip()
    commits = read_history(repo.path, [commit]).commits
    assert numbers(commits, "author_time") == [time]
    assert numbers(commits, "author_tz") == [zone]
    assert numbers(commits, "committer_time") == [5]
    assert texts(commits, "message") == ["message\n\x01fake\n:100644"]
    assert texts(commits, "author_name") == [name]


def shallow(make_repo: Callable[..., object], depth: int) -> tuple[object, Path]:
    """Give a repository of four commits and a shallow clone of it."""
    repo = make_repo("deep")
    for i in range(4):
        repo.commit({f"f{i}": "x\n", "same": "y\n"})  # type: ignore[attr-defined]
    clone = repo.path.parent / "shallow.git"  # type: ignore[attr-defined]
    git(clone.parent, "clone", "-q", "--bare", f"--depth={depth}", f"file://{repo.path}", str(clone))  # type: ignore[attr-defined]
    return repo, clone


def test_a_shallow_history_keeps_true_parents_and_invents_no_changes(make_repo) -> None:
    """Where the history is cut, the parents are those of the commit object, and the whole tree is not called added."""
    repo, clone = shallow(make_repo, 2)
    history = read_history(clone, ["HEAD"])
    assert texts(history.commits, "parents") == [repo.commits[2], repo.commits[1]]
    assert [(commit, path) for commit, _, path, *_ in changes(history)] == [(repo.commits[3], b"f3")]


def test_depth_one(make_repo) -> None:
    """A clone of depth 1 has one commit, its parent, and no changes."""
    repo, clone = shallow(make_repo, 1)
    history = read_history(clone, [repo.commits[3]])
    assert texts(history.commits, "parents") == [repo.commits[2]]
    assert changes(history) == []


def test_without_blobs_only_equal_content_is_a_rename(make_repo) -> None:
    """In a blobless clone no blob is asked for: exact renames are found, others are a deletion and an addition."""
    repo = make_repo("repo", {"a": "x\n" * 50, "b": "y\n" * 50})
    repo.commit({"a": None, "moved": "x\n" * 50, "b": None, "b2": "y\n" * 49})
    clone = repo.path.parent / "blobless.git"
    repo.git("config", "uploadpack.allowFilter", "true")
    git(clone.parent, "clone", "-q", "--bare", "--filter=blob:none", f"file://{repo.path}", str(clone))
    found = changes(read_history(clone, ["HEAD"], detail=Detail.NUMSTAT, has_blobs=False))
    assert [row[1:] for row in found if row[0] == repo.commits[1]] == [
        ("D", b"b", b"", -1, -1, -1),
        ("A", b"b2", b"", -1, -1, -1),
        ("R", b"moved", b"a", 100, -1, -1),
    ]


def test_replaced_and_grafted_objects_change_nothing(make_repo) -> None:
    """refs/replace and info/grafts cannot rewrite what is read."""
    repo = make_repo("repo", {"a": "1"})
    repo.commit({"a": "2"}, "second")
    repo.git("replace", repo.commits[1], repo.commits[0])
    assert texts(read_history(repo.path, [repo.commits[1]]).commits, "subject") == ["second", "first"]


def test_a_planted_mailmap_and_attributes_change_nothing(make_repo) -> None:
    """.mailmap and .gitattributes in the tree bend neither names nor line counts."""
    repo = make_repo(
        "repo", {".mailmap": "Evil <evil@x> <ada@example.org>\n", ".gitattributes": "* -diff\n", "f": "1\n"}
    )
    history = read_history(repo.path, [repo.commits[0]], detail=Detail.NUMSTAT)
    assert texts(history.commits, "author_name") == ["Ada Example"]
    assert [(row[2], row[5]) for row in changes(history)] == [(b".gitattributes", 1), (b".mailmap", 1), (b"f", 1)]


def test_the_log_is_bounded(make_repo) -> None:
    """A log larger than allowed is refused while it is read."""
    repo = make_repo("repo", {"a": "1"})
    with pytest.raises(LimitExceeded, match="max_history_bytes"):
        read_history(repo.path, [repo.commits[0]], max_bytes=10)


def test_a_missing_commit_is_damage(make_repo) -> None:
    """``read_commits`` names what is missing, and refuses what is no commit."""
    repo = make_repo("repo", {"a": "1"})
    blob = repo.git("rev-parse", "HEAD:a").decode().strip()
    for name in ("1" * 40, blob):
        with pytest.raises(DamagedRepository, match=name):
            read_commits(repo.path, [repo.commits[0], name])


def test_commit_objects(make_repo) -> None:
    """Tree, parents and time come from the object itself."""
    repo = make_repo("repo", {"a": "1"})
    repo.commit({"a": "2"})
    first, second = read_commits(repo.path, repo.commits)
    assert (first.parents, second.parents) == ((), (repo.commits[0],))
    assert second.tree == repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    assert (first.committed_at, second.committed_at) == (1_704_067_200, 1_704_070_800)


# -- the parser alone: any content, cut anywhere -------------------------------------------------------------------

word = st.binary(max_size=8).map(lambda b: b.replace(b"\0", b""))
name = st.binary(min_size=1, max_size=8).map(lambda b: b.replace(b"\0", b"\1"))
ids = st.integers(1, 2**64).map(lambda n: f"{n:040x}".encode())
lines = st.sampled_from([b"-\t-", b"0\t0", b"12\t345"])
change = st.one_of(
    st.tuples(st.sampled_from([b"A", b"M", b"D", b"T"]), name, st.just(b""), lines),
    st.tuples(st.sampled_from([b"R087", b"C100"]), name, name, lines),
)
commit = st.tuples(
    ids,
    st.lists(word, min_size=FIELDS - 1, max_size=FIELDS - 1),
    st.lists(change, max_size=4, unique_by=lambda c: c[1]),
)


def printed(commits: list[tuple[bytes, list[bytes], list[tuple[bytes, bytes, bytes, bytes]]]]) -> bytes:
    """Print commits as ``git log -z --raw --numstat`` does."""
    out = b""
    for one, fields, changed in commits:
        out += b"\1" + b"\0".join([one, *fields]) + b"\0"
        body = b""
        for status, path, old, _ in changed:
            body += b":100644 100644 " + b"a" * 40 + b" " + b"b" * 40 + b" " + status + b"\0"
            body += (old + b"\0" if old else b"") + path + b"\0"
        for _, path, old, counts in changed:
            body += counts + b"\t" + (b"\0" + old + b"\0" if old else b"") + path + b"\0"
        out += b"\n" + body if body else b""
    return out


@given(st.lists(commit, max_size=5), st.data())
def test_any_content_cut_anywhere(commits, data) -> None:
    """Whatever bytes stand in names and messages, and wherever a block ends, every commit and change is read back."""
    raw = printed(commits)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=4)))
    carry, seen = b"", []
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        block, carry = parse_block(carry + raw[start:end], last=False)
        seen.append(block)
    seen.append(parse_block(carry, last=True)[0])
    assert [fields for block in seen for fields in block.commits] == [[one, *fields] for one, fields, _ in commits]
    found = [
        (block.commits[block.owner[i]][0], block.head[i].split()[-1], block.path[i], block.old_path[i], block.lines[i])
        for block in seen
        for i in range(len(block.owner))
    ]
    assert found == [(one, *changed) for one, _, all_changed in commits for changed in all_changed]
    for block in seen:
        assert rows(commits_table(block.commits)) == len(block.commits)
        assert rows(changes_table(block)) == len(block.owner)
