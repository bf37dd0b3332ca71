"""Recipe commits: a file before and after, and what was asked; nothing that asks for nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder, git
from tests.export.shape.building import MIT, build

from codestrata.errors import InvalidInput

OLD = "def area(width, height):\n    return width + height\n"
NEW = "def area(width, height):\n    return width * height\n"
PLAIN = "Compute areas by multiplication"
#: Gate → the message of the commit that it alone turns away; each changes a file of its own, as all of them should.
MESSAGES = {
    "automatic": "Update dependencies of the shop",
    "undone": "Revert the change of areas",
    "unfinished": "Add areas of shapes, WIP",
    "numbered": "Fix the wrong area of issue 12",
    "id": "Fix what 1a2b3c4d5e broke before",
    "link": "Fix areas, see https://example.org/x",
    "person": "Fix the area as I see it",
    "review": "Address the comments of reviewers",
    "words": "Fix all areas",
    "verb": "Areas are wrong in shapes",
    "vague": "Fix various small typos in docs",
    "cut": "Fix the area of shapes and...",
}
#: Gate → the file before and after.
TEXTS: dict[str, tuple[str | bytes, str | bytes]] = {
    "text": (b"width = 1\n\xff\xfe\n", NEW),
    "empty": ("", NEW),
    "layout": (OLD, OLD.replace("    ", "  ")),
    "line": (OLD, NEW + "# " + "x" * 2000 + "\n"),
    "size": (OLD, NEW + "# line\n" * 10_000),
}


def test_a_change_is_a_row(make_repo: Callable, tmp_path: Path) -> None:
    """Subject, message, texts and places are those of the commit, without numbers, trailers and people."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": OLD})
    text = "shop: compute areas by multiplication (#12)\n\nSums were wrong, see #7."
    commit = shop.commit({"shop.py": NEW}, f"{text}\n\nSigned-off-by: Ada <ada@example.org>")
    (row,) = build(tmp_path, [shop], "commits").rows
    assert row["subject"] == PLAIN
    assert row["message"] == text
    assert (row["old_text"], row["new_text"]) == (OLD, NEW)
    assert (row["commit"], row["parent"]) == (commit, shop.commits[0])
    assert (row["language"], row["licence"], row["split"]) == ("Python", "MIT", "train")
    assert json.loads(row["related"]) == ["12", "7"]
    assert (row["added"], row["deleted"], row["files"]) == (1, 1, 1)
    assert row["committed_at"] == 1_704_067_200 + 3600
    assert "ada" not in json.dumps(row).lower()
    user, assistant = json.loads(row["messages"])
    assert user["content"] == f"{PLAIN}\n\nshop.py:\n\n{OLD}"
    assert assistant["content"] == NEW


def test_a_source_resolves_and_the_diff_applies(make_repo: Callable, tmp_path: Path) -> None:
    """The commit has the new text at the path, its parent the old one, and git makes the one of the other."""
    long = "".join(f"line {i}\n" for i in range(60))
    files = {"LICENSE": MIT, "shop.py": OLD, "long.txt": long, "ends.txt": "a b c d\ne f g h\ni j k l"}
    shop = make_repo("shop", files)
    shop.commit({"shop.py": None, "store.py": OLD + "\n\nWIDTH = 1\n"}, "Rename the shop to store")
    changed = long.replace("line 3\n", "").replace("line 50\n", "line 50\nmore\n")
    shop.commit({"long.txt": changed}, "Drop the third line")
    shop.commit({"ends.txt": "a b c d\ne f g h\ni j k m"}, "Replace the last of letters")
    shop.commit({"ends.txt": "new line\na b c d\ne f g h\ni j k m\n"}, "Finish the file with a newline")
    rows = build(tmp_path, [shop], "commits", export__quality__enabled=False).rows
    assert len(rows) == 4
    for row in rows:
        found = re.fullmatch(r"(.+)@([0-9a-f]{40}):(.+)#L1-L(\d+)", row["source"])
        assert found
        assert shop.git("show", f"{found[2]}:{found[3]}").decode() == row["new_text"]
        assert int(found[4]) == len(row["new_text"].splitlines())
        assert shop.git("show", f"{row['parent']}:{row['old_path']}").decode() == row["old_text"]
        work = tmp_path / row["commit"]
        work.mkdir()
        (work / row["path"]).write_text(row["old_text"])
        patch = row["diff"].replace(f"a/{row['old_path']}", f"a/{row['path']}")
        git(work, "apply", "-", stdin=patch.encode())
        assert (work / row["path"]).read_text() == row["new_text"]
    assert {row["old_path"] for row in rows if row["path"] == "store.py"} == {"shop.py"}


def test_files_stand_under_the_terms_that_they_have_in_the_snapshot(make_repo: Callable, tmp_path: Path) -> None:
    """A file renamed later is judged by what it became; one under another licence, or of others, makes no row."""
    gpl = "# SPDX-License-Identifier: GPL-3.0-only\n"
    files = {"old.py": OLD, "gpl.py": gpl + OLD, "vendor/x.py": OLD + "A = 1\n", "kept.py": "KEPT = None\n"}
    shop = make_repo("shop", {"LICENSE": MIT, **files})
    shop.commit({"old.py": NEW}, PLAIN)
    shop.commit({"gpl.py": gpl + NEW}, PLAIN)
    shop.commit({"vendor/x.py": NEW + "A = 1\n"}, PLAIN)
    shop.commit({"old.py": None, "new.py": NEW}, "Rename old.py to new.py")
    shop.commit({"new.py": gpl + NEW}, "Put new.py under another licence")
    made = build(tmp_path, [shop], "commits")
    assert made.rows == []
    assert made.gates == {"file": 4, "same": 1}


def test_a_file_that_is_gone_stands_under_the_one_licence_of_all(make_repo: Callable, tmp_path: Path) -> None:
    """History of deleted files is told where every kept file has the same licence, and not where they differ."""
    one = make_repo("one", {"LICENSE": MIT, "gone.py": OLD, "kept.py": OLD + "A = 1\n"})
    gpl = "# Under the GNU General Public License.\n"
    apache = "# SPDX-License-Identifier: Apache-2.0\n" + OLD
    two = make_repo("two", {"LICENSE": MIT, "gone.py": OLD, "kept.py": OLD + "A = 2\n", "apache.py": apache})
    for repo in (one, two):
        repo.commit({"gone.py": NEW, "gpl.py": gpl + OLD}, PLAIN)
        repo.commit({"gpl.py": gpl + NEW}, PLAIN)
        repo.commit({"gone.py": NEW.replace("area", "field")}, "Call areas of shapes fields")
        repo.commit({"gone.py": None, "gpl.py": None}, "Remove what is gone")
    rows = build(tmp_path, [one, two], "commits", export__dedup__level="none").rows
    assert [(row["repository"], row["path"], row["language"]) for row in rows] == [("one", "gone.py", "Python")]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Give what each gate turns away where each has one commit planted for it, and one passes them all."""
    folder = tmp_path_factory.mktemp("planted")
    path = folder / "planted.git"
    path.mkdir()
    git(path, "init", "-q", "--bare", "-b", "main")
    repo = RepoBuilder(path)
    names = {gate: f"shop/{gate}.py" for gate in ("good", "program", *MESSAGES, *TEXTS)}
    before = {name: TEXTS.get(gate, (OLD, NEW))[0] for gate, name in names.items()}
    repo.commit({"LICENSE": MIT, **before, "a.py": OLD, "b.py": OLD})
    for gate, name in names.items():
        if gate == "program":
            repo.name = "update-bot[bot]"
        repo.commit({name: TEXTS.get(gate, (OLD, NEW))[1]}, MESSAGES.get(gate, PLAIN))
        repo.name = "Ada Example"
    repo.commit({"added.py": NEW}, "Add areas of all shapes")
    repo.commit({"good.sh": "echo\n"}, PLAIN, modes={"good.sh": "100644"})
    repo.commit({"a.py": NEW, "b.py": NEW}, PLAIN)
    flags = {"export__dedup__level": "none", "export__quality__enabled": False}
    made = build(folder, [repo], "commits", **flags)
    assert [row["path"] for row in made.rows] == ["shop/good.py"]
    return dict(made.gates)


@pytest.mark.parametrize("gate", ["program", *MESSAGES, *TEXTS])
def test_each_gate_turns_away_what_is_planted_for_it(planted: dict[str, int], gate: str) -> None:
    """Every gate turns away one commit, and that one is turned away by no other."""
    assert planted[gate] == 1


def test_what_only_adds_files_is_no_change(planted: dict[str, int]) -> None:
    """A commit that adds a file has nothing before it."""
    assert planted["kind"] == 2


def test_without_history_it_says_what_to_do(make_repo: Callable, tmp_path: Path) -> None:
    """A shallow clone is no crash and no empty dataset: the error says how to fetch the history."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": OLD})
    shop.commit({"shop.py": NEW}, PLAIN)
    cloned = tmp_path / "cut.git"
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{shop.path}", str(cloned))
    with pytest.raises(InvalidInput, match=r"ingest\.strategy=full"):
        build(tmp_path, [RepoBuilder(cloned)], "commits")


def test_people_and_secrets_are_told_as_settings_say(make_repo: Callable, tmp_path: Path) -> None:
    """Authors have pseudonyms by default, and what is private in texts that are no file any more is replaced."""
    mail = "# write to grace.hopper@navy-yard.net\n"
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": mail + OLD})
    shop.commit({"shop.py": mail + NEW}, f"{PLAIN}\n\nAsk grace.hopper@navy-yard.net about it.")
    shop.commit({"shop.py": NEW}, "Remove the address of somebody")
    given = build(tmp_path, [shop], "commits", "given").rows
    assert {row["author"][:7] for row in given} == {"author-"}
    assert sum("navy-yard" in str(row) for row in given) == 2
    kept = build(tmp_path, [shop], "commits", "kept", export__privacy__authors="keep").rows
    assert {row["author"] for row in kept} == {"Ada Example"}
    hidden = build(tmp_path, [shop], "commits", "hidden", export__privacy__emails="redact").rows
    assert [row["old_text"] for row in hidden] == ["# write to <EMAIL>\n" + text for text in (NEW, OLD)]
    assert "navy-yard" not in str(hidden)
    left = build(tmp_path, [shop], "commits", "left", export__privacy__emails="drop")
    assert (left.rows, left.gates["private"]) == ([], 2)


def test_splits_by_time_go_by_the_commit(make_repo: Callable, tmp_path: Path) -> None:
    """With splits by time, a commit is in the split of its own day."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": OLD})
    shop.commit({"shop.py": NEW}, PLAIN)
    for _ in range(30):
        shop.commits.append(shop.commits[-1])  # a day later
    shop.commit({"shop.py": NEW + "\n\nWIDTH = 1\n"}, "Add a width that shapes have")
    flags = {"export__split__by": "time", "export__split__test_from": "2024-01-02"}
    rows = build(tmp_path, [shop], "commits", **flags).rows
    assert [row["split"] for row in rows] == ["test", "train"]
