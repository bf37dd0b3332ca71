"""Authors under a pseudonym."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.acceptance.conftest import code
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, SECRET, build

from codestrata.errors import StrataError
from codestrata.export.authors import ByFirst, Keyed

OLD, NEW = "def area(a, b):\n    return a + b\n", "def area(a, b):\n    return a * b\n"


def test_one_author_has_one_pseudonym_under_one_key() -> None:
    """Address counts before name, case does not count, and another key gives another pseudonym."""
    names = Keyed(b"k" * 32)
    one = names.of("Ada Example", "ada@example.org")
    assert re.fullmatch(r"author-[0-9a-f]{12}", one)
    assert names.of("A. Example", " Ada@Example.org ") == one
    assert names.of("Ada Example") not in {one, names.of("Ada"), Keyed(b"j" * 32).of("Ada Example")}
    assert "ada" not in one


def test_without_a_key_it_is_the_first_commit_that_counts() -> None:
    """Another name with the same first commit has the same pseudonym: there is no name in it that could be tried."""
    listed = [("Ada", "ada@example.org", b"3"), ("Bob", "", b"2"), ("A. E.", "ADA@example.org", b"1")]
    names = ByFirst.told(listed)
    one = names.of("Ada", "ada@example.org")
    assert re.fullmatch(r"author-[0-9a-f]{12}", one)
    assert names.of("A. E.", "ada@example.org ") == one != names.of("bob")
    assert ByFirst.told([("Cyd", "", b"1")]).of("Cyd") == one


@pytest.fixture
def shops(make_repo: Callable) -> list[RepoBuilder]:
    """Two repositories; the first has two authors, one of whom wrote in the second, too."""
    made = []
    for k, name in enumerate(("one", "two")):
        repo = make_repo(name, {"LICENSE": MIT, "area.py": OLD + f"\n\nN = {k}\n"})
        repo.commit({"area.py": NEW + f"\n\nN = {k}\n"}, "Compute areas by multiplication")
        made.append(repo)
    made[0].name, made[0].email = "Bob Example", "bob@example.org"
    made[0].commit({"area.py": NEW + "\n\nN = 3\n"}, "Count to three in areas")
    made[0].name, made[0].email = "Ada E.", "ADA@example.org"
    made[0].commit({"area.py": NEW + "\n\nN = 4\n"}, "Count to four in areas")
    return made


def test_pseudonyms_hold_in_one_history(shops: list[RepoBuilder], tmp_path: Path) -> None:
    """By default rows of one repository have the same author where it is one, and nothing links repositories.

    More history changes none of them. With a secret one author is the same everywhere; one that is not there is an
    error, and other secrets give other pseudonyms.
    """
    named = _authors(build(tmp_path, shops, "commits", "a").rows)
    assert named["one", "to four"] == named["one", "by multiplication"] != named["one", "to three"]
    assert named["two", "by multiplication"] not in {named["one", "by multiplication"], named["one", "to three"]}
    shops[0].commit({"area.py": NEW + "\n\nN = 5\n"}, "Count to five in areas")
    assert named.items() < _authors(build(tmp_path, shops, "commits", "b").rows).items()
    keyed = _authors(build(tmp_path, shops, "commits", "c", export__privacy__author_secret=SECRET).rows)
    assert keyed["one", "to four"] == keyed["two", "by multiplication"] != keyed["one", "to three"]
    assert not set(keyed.values()) & set(named.values())
    with pytest.raises(StrataError, match="no secret NOBODY"):
        build(tmp_path, shops, "commits", "d", export__privacy__author_secret="NOBODY")


def _authors(rows: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """Give repository, last words of the subject → author."""
    words = ((row, row["subject"].removesuffix(" in areas").split()[-2:]) for row in rows)
    return {(row["repository"], " ".join(last)): row["author"] for row, last in words}


def test_shards_end_at_the_same_rows_whatever_pseudonyms_are(make_repo: Callable, tmp_path: Path) -> None:
    """Where shards are cut has nothing to do with who wrote what is in them."""
    repos = []
    for k in range(10):
        text = code(k, 300)
        repo = make_repo(f"r{k}", {"LICENSE": MIT, "a.py": text})
        for n in range(3):
            repo.commit({"a.py": f"{text}\n\nN = {n}\n"}, "Count all of it anew")
        repos.append(repo)
    told = []
    for name in ("", SECRET):
        flags = {"export__privacy__author_secret": name, "export__write__shard_mb": 1, "export__dedup__level": "none"}
        built = build(tmp_path, repos, "commits", f"out{name}", **flags)
        files = sorted((built.folder / "data").iterdir())
        told.append([pq.read_table(file, columns=["source"]).to_pylist() for file in files])
    assert told[0] == told[1]
    assert len(told[0]) > 2
