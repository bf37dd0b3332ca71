"""The page of a dataset: it has what the dataset has, needs nothing else, and says the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import MIT, code
from tests.cli.calling import Strata
from tests.cli.calling import strata as strata  # noqa: PLC0414 -- a fixture

from codestrata.export.report.charts import columns, timeline
from codestrata.export.report.page import page
from codestrata.export.report.stats import stats

HOSTILE = '</script><script>alert("x")</script><!-- '


class Reader(HTMLParser):
    """Collects the tags that are open, the resources that are asked for, and scripts."""

    void = frozenset({"meta", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.asked += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what scripts are."""
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


@pytest.fixture
def dataset(make_repo: Callable[..., Any], tmp_path: Path, strata: Strata) -> Path:
    """Build a dataset of two repositories that share a file, one with a hostile text."""
    files = {"LICENSE": MIT, "a.py": code(1), "b/<b>.py": f"# {HOSTILE}\n" + code(2), "c.md": "# Words\n\n" + code(3)}
    make_repo("o/one", files)
    make_repo("o/two", {"LICENSE": MIT, "a.py": code(1), "d.go": "package d\n\n// D is a word.\nvar D = 1\n" * 9})
    (tmp_path / "list.csv").write_text("path,name\no/one.git,o/one\no/two.git,o/two\n", "utf-8")
    assert strata("run", tmp_path / "list.csv", "--out", "d", settings={"export.write.format": "jsonl"}).code == 0
    return tmp_path / "d"


def test_the_page_has_what_the_dataset_has(dataset: Path) -> None:
    """Rows, languages, reasons, samples; well formed, and nothing is loaded from elsewhere."""
    told = stats(dataset)
    assert told.total.rows == sum(line.rows for line in told.languages) == 4
    assert {line.name for line in told.repositories} == {"o/one", "o/two"}
    assert ("exact_duplicate", 1) in {(line.name, line.rows) for line in told.removed}
    assert [day[0] for day in told.days] == ["2024-01-01", "2024-01-01"]
    text = page(told)
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    assert reader.asked
    assert all(one.startswith("#") for one in reader.asked)
    assert not re.search(r"url\(|@import|https?://", text.partition("<main>")[0])
    assert len(reader.scripts) == 2
    rows = json.loads(reader.scripts[0])
    assert len(rows) == 4
    assert any(HOSTILE in row["texts"]["text"] for row in rows)
    assert text == page(stats(dataset))


def test_sizes_and_days_are_drawn() -> None:
    """A column for each size; points that would lie on each other stand above each other."""
    assert columns([("1 KB", 3), ("2 KB", 0)]).count("<rect") == 2
    drawn = timeline([("2024-01-01", "a", 1, 100), ("2024-01-01", "b<", 1, 100), ("2020-05-01", "c", 1, 1)])
    heights = re.findall(r'cy="([\d.]+)"', drawn)
    assert len(heights) == 3
    assert len(set(heights)) == 3
    assert "b&lt;" in drawn
    assert "2022" in drawn
    assert "not on record" in timeline([])


def test_from_the_command_line(dataset: Path, tmp_path: Path, strata: Strata) -> None:
    """Figures in the terminal and as JSON, the page where it is asked for; no dataset is bad input."""
    shown = strata("dataset", "stats", dataset, "--html", "page.html")
    assert shown.code == 0
    assert "4 rows" in shown.out
    assert "Samples" in (tmp_path / "page.html").read_text("utf-8")
    assert json.loads(strata("dataset", "stats", dataset, "--json").out)["total"]["rows"] == 4
    assert strata("dataset", "stats", tmp_path).code == 2


@pytest.mark.parametrize("words", [("d", "--html"), ("--html", "d"), ("--html=d.html", "d")])
def test_a_page_without_a_file_goes_beside_the_dataset(
    dataset: Path, tmp_path: Path, strata: Strata, words: tuple[str, ...]
) -> None:
    """Whatever the order of words; the dataset itself stays as it is."""
    before = sorted(dataset.rglob("*"))
    ended = strata("dataset", "stats", *words)
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "the page is d.html")
    assert "Samples" in (tmp_path / "d.html").read_text("utf-8")
    assert sorted(dataset.rglob("*")) == before


def test_where_a_page_may_not_be(dataset: Path, strata: Strata) -> None:
    """In the dataset, in place of a folder, in a folder that is not there, or of no dataset."""
    inside = strata("dataset", "stats", dataset, "--html", dataset / "page.html")
    assert inside.code == 2
    assert inside.line("error:", "lies in the dataset")
    assert strata("dataset", "stats", dataset, "--html", dataset.parent).line("error:", "is a folder, not a file")
    assert strata("dataset", "stats", dataset, "--html", "no/page.html").code == 6
    assert strata("dataset", "stats", "--html").line("error:", "a dataset's folder is missing").endswith("DIR --html)")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_damage_is_told(dataset: Path, tmp_path: Path, strata: Strata, form: str) -> None:
    """A file that is missing, changed or unreadable is named in one line and on the page; what is left is counted."""
    if form == "parquet":
        assert strata("run", "list.csv", "--out", "d").code == 0
    (shard,) = (dataset / "data").iterdir()
    whole = shard.read_bytes()
    assert stats(dataset).damage == {}
    shard.write_bytes(whole.replace(b"package", b"pockage", 1) if form == "jsonl" else whole + b"\n")
    changed = strata("dataset", "stats", dataset)
    assert changed.code == 3
    assert changed.line("warning: damaged, 1 file not as the manifest says: ", f"data/{shard.name} ")
    shard.write_bytes(whole[: len(whole) // 2])
    (dataset / "validation.json").write_text("{")
    (dataset / "removed" / "removed-00000-of-00001.parquet").unlink()
    cut = strata("dataset", "stats", dataset, "--json")
    assert (cut.code, cut.json["total"]["rows"], cut.json["gates"], cut.json["removed"]) == (3, 0, [], [])
    assert len(cut.json["damage"]) == 3
    shard.unlink()
    gone = strata("dataset", "stats", dataset, "--html", "page.html")
    assert gone.code == 3
    assert gone.line("warning: ", f"data/{shard.name} is missing")
    assert "Damaged" in (tmp_path / "page.html").read_text("utf-8")
