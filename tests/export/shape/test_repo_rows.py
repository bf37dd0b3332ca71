"""Recipe repo: whole repositories as rows, each file where its needs are, nothing lost and nothing added."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import code
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, Built, build

from codestrata import Workspace
from codestrata.errors import InvalidInput
from codestrata.export.shape import pieces
from codestrata.export.shape.repo import shape
from codestrata.settings import load

GPL = "# SPDX-License-Identifier: GPL-3.0-only\n"
CYCLE = {
    "LICENSE": MIT,
    "README.md": "# Cycle\n\nTwo modules that import one another, and one that both need.\n",
    "pyproject.toml": '[project]\nname = "cycle"\nversion = "1"\n',
    "cycle/__init__.py": "",
    "cycle/b.py": "from cycle import a\nfrom cycle.base import Base\n\n\nclass B(Base):\n    other = a\n",
    "cycle/a.py": "from cycle import b, base\n\n\nclass A(base.Base):\n    other = b\n    more = base\n",
    "cycle/base.py": "class Base:\n    name = 'base'\n    value = 17\n",
    "cycle/cli.py": "from cycle.a import A\n\n\ndef main():\n    return A().name\n",
    "docs/guide.md": "# Guide\n\nHow to use what is here, in a few words.\n",
    "tests/test_a.py": "from cycle.a import A\n\n\ndef test_name():\n    assert A().name == 'base'\n",
}
ODD = {
    "LICENSE": MIT,
    "bom.py": b"\xef\xbb\xbf" + "name = 'Grüße'\nvalue = 1\n".encode(),
    "crlf.py": b"def one():\r\n    return 1\r\n",
    "latin.py": "# -*- coding: latin-1 -*-\nname = 'Grüße aus Köln'\nother = 'schöne Grüße'\n".encode("latin-1"),
    "wide.txt.md": "# Überschrift\n\nEin Text in UTF-16, der lang genug ist.\n".encode("utf-16"),
    "plain.py": "value = 'no end of line'",
}


def files(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the files of a row, each with its stretch of the text."""
    text = row["text"].encode()
    return [{**one, "text": text[one["start"] : one["end"]].decode()} for one in json.loads(row["files"])]


def paths(built: Built) -> list[str]:
    """Give the paths in the order of the rows."""
    return [one["path"] for row in built.rows for one in files(row)]


def test_a_repository_is_one_row(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """What fits is one row: README and build file first, needs before who needs them, then the rest, tests last."""
    repo = make_repo("cycle", CYCLE)
    built = build(tmp_path, [repo], "repo")
    (row,) = built.rows
    assert paths(built) == [
        *("README.md", "pyproject.toml"),
        *("cycle/base.py", "cycle/a.py", "cycle/b.py", "cycle/cli.py"),
        *("docs/guide.md", "tests/test_a.py"),
    ]
    name = row["repository"]
    expected = f"<repo_name>{name}"
    for one in files(row):
        assert one["text"] == CYCLE[one["path"]]
        assert repo.git("rev-parse", f"main:{one['path']}").decode().strip() == one["blob"]
        assert (one["line"], one["last_line"]) == (1, one["text"].count("\n"))
        expected += f"<file_sep>{one['path']}\n{one['text']}"
    assert row["text"] == expected
    assert (row["part"], row["parts"], row["file_count"]) == (1, 1, 8)
    assert row["source"] == f"{name}@{repo.commits[-1]}"
    assert (row["language"], row["licence"], row["licence_class"], row["path"]) == ("Python", "MIT", "permissive", "")
    assert row["complete"] is True
    assert row["missing"] == "{}"


def test_what_is_missing_is_said(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A file of another licence, a copy and a large file are missing; what is binary or vendored is not missed."""
    large = code(9, 400)
    repo = make_repo(
        "part",
        {
            "LICENSE": MIT,
            "a.py": code(1),
            "copy.py": code(1),
            "gpl.py": GPL + code(2),
            "large.py": large,
            "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
            "vendor/gpl.py": GPL + code(3),
            "empty.py": "",
        },
    )
    built = build(tmp_path, [repo], "repo", export__files__max_bytes=len(large) - 1)
    (row,) = built.rows
    assert json.loads(row["missing"]) == {"exact_duplicate": 1, "licence": 1, "size": 1}
    assert row["complete"] is False
    assert "0 of 1 repositories are complete" in (built.folder / "README.md").read_text()


def test_licences_are_joined(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A row's licence is that of all its files, its class the strictest of theirs."""
    apache = "# SPDX-License-Identifier: Apache-2.0 OR MIT\n"
    repo = make_repo("two", {"LICENSE": MIT, "a.py": code(1), "b.py": apache + code(2), "c.py": GPL + code(3)})
    built = build(tmp_path, [repo], "repo", export__licences__classes=("permissive", "copyleft"))
    (row,) = built.rows
    assert row["licence"] == "(Apache-2.0 OR MIT) AND GPL-3.0-only AND MIT"
    assert row["licence_class"] == "copyleft"
    assert {one["path"]: one["licence"] for one in files(row)}["b.py"] == "Apache-2.0 OR MIT"


def test_a_large_repository_has_several_rows(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Rows keep to the context; files that fit are whole, one that does not is cut before definitions; all is there."""
    held = {f"pkg/m{i}.py": code(i, 6) for i in range(12)}
    held |= {"pkg/long.py": code(99, 60)}
    repo = make_repo("large", {"LICENSE": MIT, **held})
    built = build(tmp_path, [repo], "repo", export__repo__context=1000)
    assert [row["part"] for row in built.rows] == list(range(1, len(built.rows) + 1))
    assert {row["parts"] for row in built.rows} == {len(built.rows)}
    assert max(row["tokens"] for row in built.rows) <= 1000
    seen: dict[str, list[dict[str, Any]]] = {}
    for row in built.rows:
        for one in files(row):
            seen.setdefault(one["path"], []).append(one)
    assert {path: "".join(one["text"] for one in some) for path, some in seen.items()} == held
    cut = seen.pop("pkg/long.py")
    assert len(cut) > 1
    assert all(len(some) == 1 for some in seen.values())
    assert all(one["text"].startswith("def ") for one in cut)
    assert [one["line"] for one in cut[1:]] == [one["last_line"] + 1 for one in cut[:-1]]


def test_a_path_longer_than_a_row(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A path of more tokens than a row has does not cut its file into letters."""
    path = "/".join(["a" * 100] * 30) + "/deep.py"
    built = build(tmp_path, [make_repo("deep", {"LICENSE": MIT, path: code(1, 30)})], "repo", export__repo__context=256)
    assert 1 < len(built.rows) < 20
    assert "".join(one["text"] for row in built.rows for one in files(row)) == code(1, 30)


def test_texts_are_as_elsewhere(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Files in other encodings stand in the row as UTF-8, line ends as they are."""
    built = build(tmp_path, [make_repo("odd", ODD)], "repo")
    found = {one["path"]: one["text"] for row in built.rows for one in files(row)}
    decoded = {"latin.py": "latin-1", "wide.txt.md": "utf-16", "bom.py": "utf-8-sig"}
    raw = {path: body if isinstance(body, bytes) else body.encode() for path, body in ODD.items() if path != "LICENSE"}
    assert found == {path: body.decode(decoded.get(path, "utf-8")) for path, body in raw.items()}


def test_a_word_in_a_text_is_no_word(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A file that has one of the words in it is left out, and missed: a model would take it for the word itself."""
    repo = make_repo("words", {"LICENSE": MIT, "a.py": code(1), "b.py": code(2) + 'SEP = "<file_sep>"\n'})
    built = build(tmp_path, [repo], "repo")
    assert paths(built) == ["a.py"]
    assert json.loads(built.rows[0]["missing"]) == {"word_in_text": 1}


def test_some_have_no_names(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Without names the words stand alone."""
    built = build(tmp_path, [make_repo("bare", {"LICENSE": MIT, "a.py": code(1)})], "repo", export__repo__named=0.0)
    (row,) = built.rows
    assert row["text"] == f"<file_sep>{code(1)}"


def test_edited_texts(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """What is replaced in a file is replaced here, and places in the text still fit."""
    mail = code(1) + 'OWNER = "ada.lovelace@company.org"\n' + code(2)
    repo = make_repo("mail", {"LICENSE": MIT, "a.py": mail, "b.py": code(3)})
    built = build(tmp_path, [repo], "repo", export__privacy__emails="redact")
    first, second = files(built.rows[0])
    assert "company.org" not in built.rows[0]["text"]
    assert first["text"].startswith(code(1))
    assert first["text"].endswith(code(2))
    assert second["text"] == code(3)


def test_in_pieces(make_repo: Callable[..., RepoBuilder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository whose rows are made a few at a time has the same rows."""
    repo = make_repo("pieces", {"LICENSE": MIT, **{f"m{i}.py": code(i, 20) for i in range(8)}})
    one = build(tmp_path, [repo], "repo", "one", export__repo__context=2000)
    for module in (pieces, shape):
        monkeypatch.setattr(module, "PIECE_BYTES", 9000)
    several = build(tmp_path, [repo], "repo", "several", export__repo__context=2000)
    assert several.rows == one.rows


def test_the_same_bytes(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Two workers, and a second workspace, give the same bytes."""
    repos = [make_repo("cycle", CYCLE), make_repo("large", {"LICENSE": MIT, **{f"m{i}.py": code(i) for i in range(9)}})]
    one = build(tmp_path, repos, "repo", "one", export__repo__context=700)
    two = build(tmp_path, repos, "repo", "two", export__repo__context=700, engine__inline=False, engine__workers=2)
    assert len(one.rows) > 3
    assert one.files() == two.files()


def test_imports_must_have_been_read(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Whoever analysed for another recipe is told to analyse again, not given another order."""
    repo = make_repo("cycle", CYCLE)
    (tmp_path / "repos.csv").write_text(f"url\n{repo.path}\n")
    with Workspace(tmp_path / "w", load(flags={"engine.inline": True})) as held:
        held.run(tmp_path / "repos.csv")
    settings = load(flags={"engine.inline": True, "export.recipe": "repo"})
    with Workspace(tmp_path / "w", settings) as held, pytest.raises(InvalidInput, match="nobody has read them"):
        held.export(tmp_path / "out")


def test_nothing_kept(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A repository of which nothing is kept has no row."""
    assert build(tmp_path, [make_repo("gpl", {"a.py": GPL + code(1)})], "repo").rows == []


def test_patterns_are_looked_for_when_asked(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """The recipe alone has modules and imports read, and no patterns; whoever asks for levels later gets them."""
    repo = make_repo("cycle", CYCLE)
    (tmp_path / "repos.csv").write_text(f"url\n{repo.path}\n")

    def patterns(**flags: object) -> int:
        with Workspace(tmp_path / "w", load(flags={"engine.inline": True, **flags})) as held:
            report = held.run(tmp_path / "repos.csv")
            with held.reader() as catalogue:
                return sum(file.rows for file in catalogue.planned_files(report.run, "analyze.structure", "patterns"))

    assert patterns(**{"export.recipe": "repo"}) == 0
    assert patterns(**{"export.recipe": "repo", "analyze.levels": ("L5", "L4")}) > 0
