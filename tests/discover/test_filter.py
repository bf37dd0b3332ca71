"""``strata filter``: rows by their columns, trees by their paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.discover.stage import filter_rows, has_files
from codestrata.errors import InvalidInput

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.claim("A1")
def test_the_sample_of_five_gives_four(tmp_path: Path) -> None:
    """The example CSV has five rows, of which four have both files."""
    out = tmp_path / "names.txt"
    done = filter_rows(EXAMPLES / "repos_rust.csv", out)
    assert (done.total, done.kept, done.dropped, done.rejected) == (5, 4, 1, [])
    assert len(out.read_text().splitlines()) == 4


@pytest.mark.claim("A1")
def test_a_malformed_row_is_reported_and_the_others_kept(tmp_path: Path) -> None:
    """Line number, column and expectation are told; good rows are written all the same."""
    source = tmp_path / "in.csv"
    rows = ["1,a/one,true,True", "2,a/two,maybe,1", "3,three,1,1", "4,a/four", "5,a/five,YES,y", "6,a/one,1,1"]
    source.write_text("id,name,has_toml,has_lock\n" + "\n".join(rows) + "\n")
    done = filter_rows(source, tmp_path / "deep" / "out.txt")
    assert (tmp_path / "deep" / "out.txt").read_text() == "a/one\na/five\n"
    assert [(r.line, r.column) for r in done.rejected] == [(3, "has_toml"), (4, "name"), (5, "has_toml")]
    assert (done.total, done.kept, done.dropped, done.repeated) == (6, 2, 0, 1)


@pytest.mark.claim("A1")
@pytest.mark.parametrize(
    ("toml", "lock", "kept"),
    [
        ("true", "true", 1),
        ("True", "TRUE", 1),
        ("1", "yes", 1),
        (" y ", "1.0", 1),
        ("true", "false", 0),
        ("False", "True", 0),
        ("0", "1", 0),
        ("", "1", 0),
        ("no", "no", 0),
    ],
)
def test_tolerant_booleans(tmp_path: Path, toml: str, lock: str, kept: int) -> None:
    """Only rows with both true are kept, however true is spelt."""
    (tmp_path / "in.csv").write_text(f"id,name,has_toml,has_lock\n1,a/b,{toml},{lock}\n")
    done = filter_rows(tmp_path / "in.csv", tmp_path / "out.txt")
    assert (done.kept, done.dropped, done.rejected) == (kept, 1 - kept, [])


def test_a_missing_column(tmp_path: Path) -> None:
    """A CSV that cannot answer is refused and nothing is written."""
    (tmp_path / "in.csv").write_text("id,name,has_toml\n1,a/b,1\n")
    with pytest.raises(InvalidInput, match="no column has_lock; found: id, name, has_toml"):
        filter_rows(tmp_path / "in.csv", tmp_path / "out.txt")
    with pytest.raises(InvalidInput, match="cannot be read"):
        filter_rows(tmp_path / "nowhere.csv", tmp_path / "out.txt")
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.claim("A1")
@pytest.mark.parametrize(
    ("required", "answer"),
    [
        (["Cargo.toml"], True),
        (["Cargo.toml", "Cargo.lock"], False),
        (["**/Cargo.lock"], True),
        (["crates/*/Cargo.toml"], True),
        (["crates/Cargo.toml"], False),
        (["*.toml"], True),
        (["*.lock"], False),
        (["**/*.rs", "README*"], True),
        (["src/**"], True),
        (["[A-C]argo.toml"], True),
        (["[!C]argo.toml"], False),
        (["crates[/]one"], False),
        (["Cargo?toml"], True),
        (["src?lib.rs"], False),
        (["cargo.toml"], False),
        (["caf\udce9.txt"], True),
        ([], True),
        (["a[b", "[]x]"], False),
    ],
)
def test_has_files(required: list[str], answer: bool) -> None:
    """Every pattern must match a path from the root of the tree; ``*`` stops at a slash."""
    tree = ["Cargo.toml", "README.md", "src/lib.rs", "crates/one/Cargo.toml", "crates/one/Cargo.lock", "caf\udce9.txt"]
    assert has_files((p.encode("utf-8", "surrogateescape") for p in tree), required) is answer
