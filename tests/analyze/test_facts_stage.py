"""The facts stage: every pair of blob and name key has one row, once, wherever the objects lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import git

from codestrata.analyze.facts import stage as module
from codestrata.analyze.facts.stage import NAME, Facts, version
from codestrata.engine.base import Partition
from codestrata.engine.view import RunView
from codestrata.settings import load
from codestrata.store.columns import Columns, Varlen

FILES: dict[str, str | bytes] = {
    "src/main.c": "/* SPDX-License-Identifier: MIT */\nint main(void) { return 0; }\n",
    "src/copy.c": "/* SPDX-License-Identifier: MIT */\nint main(void) { return 0; }\n",
    "src/same.h": "/* SPDX-License-Identifier: MIT */\nint main(void) { return 0; }\n",
    "tool.py": "def f(x):\n    # halve\n    return x / 2\n",
    "data.bin": b"\0\1\2",
    "latin.txt": "grün\n".encode("latin-1"),
    "empty": "",
    "page.html": "<p>Hello</p>\n",
}


def rows(table: Columns) -> dict[tuple[str, str], dict[str, Any]]:
    """Give (blob, name key) → row."""
    lists = [c.strings() if isinstance(c, Varlen) and c.text else list(c) for c in table.values()]
    found = [dict(zip(table, row, strict=True)) for row in zip(*lists, strict=True)]
    assert len({(row["blob"], row["name_key"]) for row in found}) == len(found)
    return {(row["blob"].hex(), row["name_key"]): row for row in found}


def facts(analysis) -> Columns:
    """Read the facts of the current version."""
    files = analysis.view.files("facts", stage=NAME, version=version(analysis.settings.analyze))
    return analysis.view.tables.read(files)


def blob_of(builder, path: str) -> str:
    """Give the id of a file of the head."""
    return builder.git("rev-parse", f"main:{path}").decode().strip()


def test_every_pair_has_one_row(analysis, repository_of):
    """Equal content under one name key is one row, under two it is two; nothing is left out."""
    builder, repository = repository_of("one", FILES)
    analysis.run(repository)
    found = rows(facts(analysis))
    assert {blob for blob, _ in found} == {blob_of(builder, path) for path in FILES}
    twins = [row for (blob, _), row in found.items() if blob == blob_of(builder, "src/main.c")]
    assert sorted(row["name_key"] for row in twins) == [".c", ".h"]
    assert {row["licence_tag"] for row in twins} == {"MIT"}
    assert {row["problem"] for row in found.values()} == {""}


def test_nothing_new_costs_nothing(analysis, repository_of):
    """A second run plans nothing; a commit and a fork cost what is new in them."""
    builder, repository = repository_of("one", FILES)
    analysis.run(repository)
    assert analysis.reports[NAME].planned == 1
    analysis.run(repository)
    assert analysis.reports[NAME].planned == 0
    builder.commit({"tool.py": "x = 1\n", "src/new.c": FILES["src/main.c"]})
    _, fork = repository_of("fork", {**FILES, "own.py": "y = 2\n"})
    before = len(rows(facts(analysis)))
    analysis.run(repository, fork)
    assert len(rows(facts(analysis))) == before + 2


def test_blobs_over_the_limit_have_a_row(analysis, repository_of):
    """A blob over the limit is not read, under any of its names; the others are analysed."""
    analysis.settings = load(flags={"engine.inline": True, "analyze.max_blob_bytes": 100})
    analysis.engine.settings = analysis.settings
    builder, repository = repository_of("one", {"big.c": "int x;\n" * 50, "big.h": "int x;\n" * 50, "ok.c": "int y;\n"})
    analysis.run(repository)
    found = rows(facts(analysis))
    big, fine = blob_of(builder, "big.c"), blob_of(builder, "ok.c")
    assert {pair: row["problem"] for pair, row in found.items()} == {
        (big, ".c"): "oversized",
        (big, ".h"): "oversized",
        (fine, ".c"): "",
    }
    for name in (".c", ".h"):
        row = found[big, name]
        assert (row["size"], row["lines"], row["language"], row["shingles"]) == (350, -1, "", -1)


def test_lost_and_damaged_blobs_have_no_facts(analysis, repository_of):
    """A blob that is gone or whose bytes are broken gets no row, so that it is due again; the others are analysed."""
    builder, repository = repository_of("one", FILES)
    analysis.run(repository)
    view, partition = due_again(analysis)
    git_dir = analysis.layout.root / view.snapshots()[0].git_dir
    rearrange(git_dir, ["unpack"])
    lost, broken = blob_of(builder, "src/main.c"), blob_of(builder, "tool.py")
    (git_dir / "objects" / lost[:2] / lost[2:]).unlink()
    damaged = git_dir / "objects" / broken[:2] / broken[2:]
    damaged.chmod(0o644)
    damaged.write_bytes(b"not zlib")
    found = rows(Facts().run(partition, Place(analysis.layout.root)).tables["facts"])
    assert not {(lost, ".c"), (lost, ".h"), (broken, ".py")} & set(found)
    assert len(found) == 4


def test_the_same_pairs_give_the_same_bytes(analysis, repository_of):
    """Where the objects lie, loose or packed, and in which order, does not show in the table."""
    _, repository = repository_of("one", FILES)
    analysis.run(repository)
    view, partition = due_again(analysis)
    (snapshot,) = view.snapshots()
    tables = []
    for arguments in (["unpack"], ["repack", "-adfq", "--depth=50"], ["repack", "-adfq", "--window=0"]):
        rearrange(analysis.layout.root / snapshot.git_dir, arguments)
        outcome = Facts().run(partition, Place(analysis.layout.root))
        tables.append(view.tables.write("facts", outcome.tables["facts"]))
    assert len({table.sha256 for table in tables}) == 1


def due_again(analysis) -> tuple[RunView, Partition]:
    """Give a view under whose limit everything is due, and the partition that does it."""
    other = load(flags={"analyze.max_blob_bytes": 1000})
    view = RunView(analysis.catalogue, analysis.layout, other, analysis.view._run)
    (partition,) = Facts().plan(view)
    return view, partition


def rearrange(git_dir: Path, arguments: list[str]) -> None:
    """Change how a repository keeps its objects."""
    if arguments == ["unpack"]:
        for pack in list((git_dir / "objects" / "pack").glob("*.pack")):
            data = pack.read_bytes()
            for file in pack.parent.glob(pack.stem + ".*"):
                file.unlink()
            git(git_dir, "unpack-objects", "-q", stdin=data)
    else:
        git(git_dir, *arguments)


@dataclass
class Place:
    """As much of an IO as the stage asks for."""

    workspace: Path

    def progress(self, done: int) -> None:
        """Hear how much is done."""


def test_large_work_is_cut_into_pieces(analysis, repository_of, monkeypatch):
    """Pieces are bounded in rows and bytes, and together they are all there is."""
    monkeypatch.setattr(module, "PIECE_ROWS", 3)
    monkeypatch.setattr(module, "PIECE_BYTES", 40)
    _, repository = repository_of("one", FILES)
    analysis.run(repository)
    assert analysis.reports[NAME].planned >= 3
    assert len(rows(facts(analysis))) == 7
