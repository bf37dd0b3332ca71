"""discover over CSV: columns to fields, and one bad row never costs another."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestrata.discover.stage import Rejected, discover
from codestrata.errors import InvalidInput
from codestrata.model import Repository


def write(path: Path, text: str | bytes) -> Path:
    """Write a file exactly as given."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def split(source: Path | str, **options: object) -> tuple[list[Repository], list[Rejected]]:
    """Discover, and part what was found from what was refused."""
    items = list(discover(source, **options))  # type: ignore[arg-type]
    return [i for i in items if isinstance(i, Repository)], [i for i in items if isinstance(i, Rejected)]


def test_names_become_github_repositories(tmp_path: Path) -> None:
    """``id,name,has_toml,has_lock`` needs nothing else; every cell is kept with its file and line."""
    found, bad = split(write(tmp_path / "in.csv", "id,name,has_toml,has_lock\n7,Owner/Repo,true,1\n"))
    assert bad == []
    (repository,) = found
    assert repository.origin.locator == "https://github.com/owner/repo"
    assert repository.github_id is None
    assert dict(repository.row) == {
        "file": "in.csv",
        "line": 2,
        "columns": {"id": "7", "name": "Owner/Repo", "has_toml": "true", "has_lock": "1"},
    }
    assert json.loads(json.dumps(dict(repository.row))) == dict(repository.row)


def test_known_columns_become_fields(tmp_path: Path) -> None:
    """Spelling variants, data-frame numbers, times and lists are read; the row's cells stay as they were."""
    header = "full name,stargazers,forks_count,mainLanguage,license,createdAt,pushed_at,topics,github_id,score,note\n"
    row = 'a/b,12.0,,Rust,MIT,2020-01-02T03:04:05+02:00,2021-05-06,"cli; fast",99,0.5,hello\n'
    ((repository,), bad) = split(write(tmp_path / "in.csv", header + row))
    assert bad == []
    assert (repository.stars, repository.forks, repository.language) == (12, -1, "Rust")
    assert (repository.declared_licence, repository.github_id, repository.priority_score) == ("MIT", 99, 0.5)
    assert (repository.created_at, repository.pushed_at) == ("2020-01-02T01:04:05Z", "2021-05-06T00:00:00Z")
    assert repository.categories == ("cli", "fast")
    assert repository.row["columns"]["note"] == "hello"
    assert repository.row["columns"]["createdAt"] == "2020-01-02T03:04:05+02:00"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_dialects(tmp_path: Path, delimiter: str, newline: str, mark: str) -> None:
    """Delimiter, line ends and a byte order mark change nothing."""
    lines = [["url", "note"], ["https://example.org/a/b", '"x\ny"'], ["https://example.org/c/d", ""]]
    text = mark + newline.join(delimiter.join(line) for line in lines)
    found, bad = split(write(tmp_path / "in.csv", text))
    assert [r.full_name for r in found] == ["a/b", "c/d"]
    assert bad == []
    assert found[0].row["columns"]["note"] == "x\ny"


@pytest.mark.claim("A1")
def test_a_bad_row_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    """Each malformed row gives its file, line and column and what was expected; the rest is kept."""
    rows = [
        "name,stars",
        "a/one,1",
        "no-slash,2",
        "a/two",
        "a/three,many",
        "a/four,4,surplus",
        ",5",
        "a/six,6,",
        "",
        "a/seven,7",
    ]
    path = write(tmp_path / "in.csv", "\n".join(rows))
    found, bad = split(path)
    assert [r.full_name for r in found] == ["a/one", "a/six", "a/seven"]
    assert [(r.line, r.column) for r in bad] == [(3, "name"), (4, "stars"), (5, "stars"), (6, ""), (7, "name")]
    assert str(bad[2]) == f"{path}:5: column stars: 'many': expected a whole number, not negative"
    assert "expected 2 fields (name, stars), got 3" in str(bad[3])


@pytest.mark.parametrize("bad_row", ['a/x,"never closed', 'a/x,"closed"badly', '"a/x'])
def test_a_stray_quote_costs_one_line(tmp_path: Path, bad_row: str) -> None:
    """An unclosed quote does not swallow the rows below it."""
    text = f'name,note\na/one,1\n{bad_row}\na/two,2\na/three,"fine"\n'
    found, bad = split(write(tmp_path / "in.csv", text))
    assert [r.full_name for r in found] == ["a/one", "a/two", "a/three"]
    assert [r.line for r in bad] == [3]


def test_a_line_number_counts_lines_not_rows(tmp_path: Path) -> None:
    """After a field with newlines, line numbers are still those an editor shows."""
    found, bad = split(write(tmp_path / "in.csv", 'name,note\na/one,"x\ny\nz"\nbad,1\na/two,2\n'))
    assert [r.row["line"] for r in found] == [2, 6]
    assert [r.line for r in bad] == [5]


def test_one_row_not_utf8(tmp_path: Path) -> None:
    """A Latin-1 cell costs its row, with line and column; a UTF-16 file is refused as a whole."""
    found, bad = split(write(tmp_path / "in.csv", b"name,note\na/one,caf\xe9\na/two,caf\xc3\xa9\n"))
    assert [r.full_name for r in found] == ["a/two"]
    assert [(r.line, r.column, r.expected) for r in bad] == [(2, "note", "UTF-8 text")]
    with pytest.raises(InvalidInput, match="UTF-16"):
        split(write(tmp_path / "in.csv", "name\na/b\n".encode("utf-16")))
    with pytest.raises(InvalidInput, match=r"in\.csv:1: is not UTF-8"):
        split(write(tmp_path / "in.csv", b"name,caf\xe9\na/b,1\n"))


def test_a_file_without_a_usable_column(tmp_path: Path) -> None:
    """It is refused with the columns found and those expected."""
    with pytest.raises(InvalidInput) as caught:
        split(write(tmp_path / "in.csv", "project,colour\na/b,red\n"))
    assert "found: project, colour" in str(caught.value)
    assert "purl" in caught.value.hint
    assert "name" in caught.value.hint
    with pytest.raises(InvalidInput, match="found: nothing"):
        split(write(tmp_path / "in.csv", ""))
    with pytest.raises(InvalidInput, match="name is there twice"):
        split(write(tmp_path / "in.csv", "name,name\na/b,c/d\n"))


def test_repositories_named_twice_are_merged(tmp_path: Path) -> None:
    """The first mention wins, later ones fill what it left open and are noted."""
    text = "name,url,stars,language\na/b,,,Rust\n,https://github.com/A/B.git,5,Go\nc/d,,1,\na/b,,9,\n"
    path = write(tmp_path / "in.csv", text)
    found, bad = split(path)
    assert bad == []
    assert [(r.full_name, r.stars, r.language) for r in found] == [("a/b", 5, "Rust"), ("c/d", 1, "")]
    assert found[0].row["also"] == ["in.csv:3", "in.csv:5"]
    assert found[0].row["line"] == 2


def test_two_commits_of_one_repository(tmp_path: Path) -> None:
    """A second pin is refused with the place of the first; the same pin is merged."""
    text = "name,commit\na/b,v1\na/b,v2\na/b,v1\na/b,\n"
    path = write(tmp_path / "in.csv", text)
    found, bad = split(path)
    assert [r.row["ref"] for r in found] == ["v1"]
    assert [r.line for r in bad] == [3]
    assert "in.csv:2 has v1" in bad[0].expected


def test_a_ref_is_no_option(tmp_path: Path) -> None:
    """What git could take for an option or a range is refused in its own column; nan is nothing."""
    found, bad = split(write(tmp_path / "in.csv", "name,branch\na/b,--upload-pack=x\nc/d,a..b\ne/f,nan\ng/h,dev/x\n"))
    assert [(r.line, r.column) for r in bad] == [(2, "branch"), (3, "branch")]
    assert [r.row.get("ref") for r in found] == [None, "dev/x"]


def test_no_secret_is_kept_anywhere(tmp_path: Path) -> None:
    """A token in the naming column refuses the row; in another column it is removed from the cells kept."""
    text = "url,mirror\nhttps://tok3n@example.org/a/b,\nhttps://example.org/c/d,https://u:tok3n@example.org/m\n"
    found, bad = split(write(tmp_path / "in.csv", text))
    assert "tok3n" not in repr(found) + repr(bad) + "".join(map(str, bad))
    assert found[0].row["columns"]["mirror"] == "https://example.org/m"


def test_relative_paths_start_at_the_csv(tmp_path: Path) -> None:
    """``..`` in examples/itself.csv is the folder above examples/, wherever the command runs."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "examples").mkdir()
    ((repository,), bad) = split(write(tmp_path / "examples" / "in.csv", "purl,path\n,..\n"))
    assert bad == []
    assert (repository.origin.kind, repository.origin.locator) == ("local", str(tmp_path))


def test_a_path_is_called_what_stands_beside_it(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """``name`` beside ``path`` names the repository; an empty one, or one beside a URL, leaves it as it was."""
    for place in ("a/x", "a/y", "b/x"):
        make_repo(place, {"f": place})
    text = "path,url,name\na/x.git,,team/app\na/y.git,,nan\n,https://example.org/c/d,else\nb/x.git,,team/app\n"
    found, bad = split(write(tmp_path / "in.csv", text))
    assert bad == []
    assert [r.full_name for r in found] == ["a/team/app", "y", "c/d", "b/team/app"]


@pytest.mark.parametrize("name", ["a:b", "../up", "a//b", "/root", "a@b", "a/..", "x" * 201])
def test_a_name_that_would_mislead_is_refused(tmp_path: Path, make_repo: Callable[..., object], name: str) -> None:
    """A name that could be read as a path, a commit or a place elsewhere costs its row."""
    make_repo("x", {"f": "x"})
    found, bad = split(write(tmp_path / "in.csv", f"path,name\nx.git,{name}\n"))
    assert (found, [(r.line, r.column) for r in bad]) == ([], [(2, "name")])


def test_standard_input(tmp_path: Path) -> None:
    """``-`` reads a CSV or a list, told apart by the first line."""
    assert [r.full_name for r in split("-", stdin=io.BytesIO(b"url,x\nhttps://example.org/a/b,1\n"))[0]] == ["a/b"]
    assert [r.full_name for r in split("-", stdin=io.BytesIO(b"# mine\na/b\nc/d\n"))[0]] == ["a/b", "c/d"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=12))
def test_any_rows_between_good_ones(tmp_path: Path, rows: list[str]) -> None:
    """Whatever stands between two good rows, the first survives and nothing breaks but with a told reason."""
    text = "name,note\nfirst/row,1\n" + "\n".join(rows) + "\nlast/row,2\n"
    found, bad = split(write(tmp_path / "in.csv", text))
    assert found[0].full_name == "first/row"
    assert all(r.line > 2 and str(r) for r in bad)
    if not any('"' in row for row in rows):
        assert "last/row" in {r.full_name for r in found}
