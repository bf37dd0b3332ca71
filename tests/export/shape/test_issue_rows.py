"""Recipe instruct: an issue and the change that mended it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import git
from tests.export.shape.building import MIT, build

OLD = "def area(width, height):\n    return width + height\n"
NEW = "def area(width, height):\n    return width * height\n"
TEST = "def test_area():\n    assert area(2, 3) == 6\n"
BODY = "The area of a shape of two by three is told to be five. It should be six, as everybody knows."


def _threads(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "threads.jsonl"
    file.write_text("".join(json.dumps({"title": "Areas are wrong", "body": BODY} | row) + "\n" for row in rows))
    return file


def test_an_issue_is_answered_by_the_change_that_closes_it(make_repo: Callable, tmp_path: Path) -> None:
    """By its own message or by its pull request's, with the files before and after, and a diff that git applies."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": OLD, "other.py": "WIDTH = 1\n", "kept.py": "KEPT = None\n"})
    first = shop.commit({"shop.py": NEW, "test_shop.py": TEST}, "Multiply (#8)\n\nFixes #7.")
    second = shop.commit({"other.py": "WIDTH = 2\n"}, "Widen (#9)")
    shop.commit({"other.py": "WIDTH = 3\n"}, "Widen once more, see #11")
    file = _threads(
        tmp_path,
        {"number": 7, "kind": "issue"},
        {"number": 10, "kind": "issue", "title": "Widths are small", "body": f"<!-- template -->\r\n{BODY}"},
        {"number": 9, "kind": "pull", "title": "Widen", "body": "Closes #10"},
        {"number": 11, "kind": "issue"},
    )
    made = build(tmp_path, [shop], "instruct", analyze__threads_file=str(file))
    rows = {row["name"]: row for row in made.rows}
    assert set(rows) == {"7", "10"}
    one = rows["7"]
    assert (one["source"], one["kind"]) == (f"shop@{first}", "issue")
    assert one["instruction"] == f"Areas are wrong\n\n{BODY}"
    assert json.loads(one["changes"]) == [
        {"path": "shop.py", "before": OLD, "after": NEW},
        {"path": "test_shop.py", "before": "", "after": TEST},
    ]
    assert rows["10"]["source"] == f"shop@{second}"
    assert "template" not in rows["10"]["instruction"]
    assert (rows["10"]["path"], rows["10"]["licence"], rows["10"]["language"]) == ("other.py", "MIT", "Python")
    work = tmp_path / "work"
    work.mkdir()
    (work / "shop.py").write_text(OLD)
    git(work, "apply", "-", stdin=one["answer"].encode())
    assert ((work / "shop.py").read_text(), (work / "test_shop.py").read_text()) == (NEW, TEST)
    user, assistant = json.loads(one["messages"])
    assert OLD in user["content"]
    assert assistant["content"] == one["answer"]


def test_what_no_change_answers_alone_makes_no_row(make_repo: Callable, tmp_path: Path) -> None:
    """Issues of a few words or of programs, changes of files that may not be told, changes that mend several."""
    gpl = "# SPDX-License-Identifier: GPL-3.0-only\n"
    files = {f"part{i}.py": f"PART = {i}\n" for i in range(4)}
    shop = make_repo("shop", {"LICENSE": MIT, "gpl.py": gpl + OLD, "kept.py": "KEPT = None\n", **files})
    shop.commit({"part0.py": NEW}, "Fixes #1")
    shop.commit({"part1.py": NEW + "A = 1\n"}, "Fixes #2")
    shop.commit({"gpl.py": gpl + NEW}, "Fixes #3")
    shop.commit({"part2.py": NEW + "B = 2\n"}, "Fixes #4, fixes #5")
    file = _threads(
        tmp_path,
        {"number": 1, "body": ""},
        {"number": 2, "author": "update[bot]"},
        *({"number": number} for number in (3, 4, 5)),
    )
    made = build(tmp_path, [shop], "instruct", analyze__threads_file=str(file), export__dedup__level="none")
    assert made.rows == []
    assert made.gates == {"issue_words": 1, "program": 1, "file": 1}
