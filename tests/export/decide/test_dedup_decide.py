"""Duplicates as the decisions table tells them, on real repositories."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata.export.decide import stage
from codestrata.export.decide.contents import Contents
from codestrata.store.columns import Columns, Varlen

from .conftest import Row, World, edited, prose


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def _jaccard(a: str, b: str) -> float:
    one, two = _shingles(a), _shingles(b)
    return len(one & two) / len(one | two)


def _twin(row: Row) -> str:
    return f"{row.survivor_repository}:{row.survivor_path}"


def test_the_better_repository_keeps_the_file(world: World) -> None:
    """Of equal contents the one with more stars stays, and the others name it with Jaccard 1."""
    text = prose(1)
    world.add("a/small", {"x.py": text, "y.py": text}, stars=1)
    world.add("z/big", {"deep/x.py": text}, stars=100)
    rows = world.decide()
    assert rows["z/big:deep/x.py"].kept
    for path in ("a/small:x.py", "a/small:y.py"):
        row = rows[path]
        assert (row.reason, _twin(row), row.jaccard) == ("exact_duplicate", "z/big:deep/x.py", 1.0)
        assert row.survivor_blob == row.blob
        assert list(rows)[row.survivor_row] == "z/big:deep/x.py"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"stars": 5}, {"stars": 4, "forks": 9}),
        ({"stars": 5, "forks": 2}, {"stars": 5, "forks": 1}),
        ({"at": 1_600_000_000}, {"at": 1_600_000_001}),
        ({"licence": "MIT"}, {"licence": "Unlicense", "stars": 9}),
        ({}, {}),
    ],
)
def test_survivors_are_chosen_by_licence_stars_forks_time_name(world: World, better: Any, worse: Any) -> None:
    """Each criterion decides where those before it are equal; the full name comes last."""
    names = ("b/one", "a/two") if better else ("a/one", "b/two")
    for name, fields in zip(names, (better, worse), strict=True):
        world.add(name, {"x.py": prose(1)}, **fields)
    rows = world.decide()
    assert rows[f"{names[0]}:x.py"].kept
    assert _twin(rows[f"{names[1]}:x.py"]) == f"{names[0]}:x.py"


def test_a_near_duplicate_names_its_twin_and_the_exact_jaccard(world: World) -> None:
    """The figure is the Jaccard of the 5-token shingle sets, to the last bit; what is under the threshold stays."""
    text = prose(1)
    close, far = edited(text, 2), edited(text, 14)
    world.add("a/one", {"x.py": text, "y.py": close, "z.py": far})
    rows = world.decide()
    assert rows["a/one:x.py"].kept
    row = rows["a/one:y.py"]
    assert (row.reason, _twin(row), row.threshold) == ("near_duplicate", "a/one:x.py", 0.7)
    assert row.jaccard == row.value == _jaccard(text, close)
    assert _jaccard(text, far) < 0.7
    assert rows["a/one:z.py"].kept


def test_texts_are_compared_whatever_their_encoding(world: World) -> None:
    """A file in UTF-16 is a near duplicate of the same text in ASCII, by the words in it and not by its bytes."""
    text = prose(1)
    wide = b"\xff\xfe" + edited(text, 1).encode("utf-16-le")
    world.add("a/one", {"x.py": text, "y.py": wide, "z.py": b"\xff\xfe" + prose(2).encode("utf-16-le")})
    rows = world.decide()
    assert rows["a/one:y.py"].jaccard == _jaccard(text, edited(text, 1))
    assert rows["a/one:z.py"].kept


def test_there_is_no_row_without_a_kept_twin(world: World) -> None:
    """A chain of edits: every file that goes is close enough to one that stays, not merely to one that went."""
    versions = [edited(prose(1), k) for k in range(0, 24, 2)]
    world.add("a/one", {f"v{k:02}.py": text for k, text in enumerate(versions)})
    rows = list(world.decide().values())
    gone = [(k, r) for k, r in enumerate(rows) if not r.kept]
    assert 3 < len(gone) < len(rows) - 1
    for k, row in gone:
        assert rows[row.survivor_row].kept
        assert row.jaccard == _jaccard(versions[k], versions[row.survivor_row]) >= 0.7


def test_a_copy_of_a_near_duplicate_goes_for_the_same_twin(world: World) -> None:
    """Where the content that stands for copies goes itself, all of them name the one that stays."""
    text = prose(1)
    world.add("a/one", {"x.py": text}, stars=9)
    world.add("b/two", {"y.py": edited(text, 1), "z.py": edited(text, 1)})
    rows = world.decide()
    for path in ("b/two:y.py", "b/two:z.py"):
        assert (rows[path].reason, _twin(rows[path])) == ("near_duplicate", "a/one:x.py")


def test_only_files_that_pass_everything_else_compete(world: World) -> None:
    """A file that is dropped anyway is nobody's survivor, however good its repository."""
    text = prose(1)
    world.add("a/gpl", {"x.py": text}, licence="GPL-3.0-only", stars=1000)
    world.add("b/out", {"x.py": text}, stars=1000)
    world.add("c/mit", {"x.py": text, "y.py": edited(text, 1)})
    rows = world.decide(opt_out="b/*")
    assert [r.reason for r in rows.values()] == ["licence", "opt_out", "", "near_duplicate"]
    assert rows["a/gpl:x.py"].survivor_row == -1


def test_another_layout_is_a_duplicate_where_it_is_asked_for(world: World) -> None:
    """The same tokens in order go as normal_duplicate, if ever so few; other tokens, or none, do not."""
    text = prose(1)
    spread = text.replace(" = ", "   =\t").replace("\n", "\n\n")
    files = {
        "x.py": text,
        "y.py": spread,
        "z.py": spread,
        "s.py": "alpha=1",
        "t.py": "alpha = 1\n",
        "u.py": "alpha == 1\n",
    }
    world.add("a/one", files)
    off, on = world.decide(dedup__level="exact"), world.decide(dedup__level="exact", dedup__normal=True)
    assert [p for p, r in off.items() if not r.kept] == ["a/one:z.py"]
    assert {p: _twin(r) for p, r in on.items() if r.reason == "normal_duplicate"} == {
        "a/one:t.py": "a/one:s.py",
        "a/one:y.py": "a/one:x.py",
        "a/one:z.py": "a/one:x.py",
    }
    assert on["a/one:y.py"].jaccard == _jaccard(text, spread) == 1.0
    assert on["a/one:u.py"].kept


def test_levels_switch_deduplication_off(world: World) -> None:
    """None keeps all, exact keeps one of each content, near one of each group; languages limit the last."""
    text = prose(1)
    world.add(
        "a/one", {"x.py": text, "y.py": text, "z.py": edited(text, 1), "u.c": prose(2), "v.c": edited(prose(2), 1)}
    )

    def gone(**settings: Any) -> dict[str, str]:
        return {p[6:]: r.reason for p, r in world.decide(**settings).items() if not r.kept}

    assert gone(dedup__level="none") == {}
    assert gone(dedup__level="exact") == {"y.py": "exact_duplicate"}
    assert gone() == {"y.py": "exact_duplicate", "z.py": "near_duplicate", "v.c": "near_duplicate"}
    assert gone(dedup__languages="C") == {"y.py": "exact_duplicate", "v.c": "near_duplicate"}


def test_files_of_few_tokens_are_only_compared_exactly(world: World) -> None:
    """Under five tokens there is no shingle, and two such files are not near duplicates of one another."""
    world.add("a/one", {"a.py": "alpha beta\n", "b.py": "alpha beta \n", "c.py": "alpha beta\n"})
    rows = world.decide()
    assert [r.reason for r in rows.values()] == ["", "", "exact_duplicate"]


def _bytes(columns: Columns) -> list[bytes]:
    return [c.data.tobytes() + c.offsets.tobytes() if isinstance(c, Varlen) else c.tobytes() for c in columns.values()]


def _fill(world: World, order: list[int]) -> None:
    base = [prose(k) for k in range(4)]
    repos: list[tuple[str, dict[str, str], int]] = [
        ("a/one", {"x.py": base[0], "y.py": edited(base[1], 1)}, 3),
        ("b/two", {"x.py": edited(base[0], 2), "y.py": base[1], "z.py": base[2]}, 5),
        ("c/three", {"x.py": edited(base[0], 1), "w.py": base[3], "z.py": base[2]}, 5),
    ]
    for k in order:
        name, files, stars = repos[k]
        world.add(name, files, stars=stars)


def test_the_answer_does_not_depend_on_the_order_of_the_input(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """Repositories that come in another order give the same bytes."""
    tables = []
    for k, order in enumerate(([0, 1, 2], [2, 0, 1], [1, 2, 0])):
        world = World(tmp_path / f"ws{k}", lambda name, k=k: make_repo(f"{k}/{name}"))
        _fill(world, order)
        tables.append(_bytes(world.outcome().tables["decisions"]))
    assert tables[0] == tables[1] == tables[2]


def test_increments_end_where_a_full_build_ends(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """Deciding after each new repository gives in the end the same bytes as deciding once over all."""
    step = World(tmp_path / "step", lambda name: make_repo(f"step/{name}"))
    for k in range(3):
        _fill(step, [k])
        step.decide()
    assert len(step.files("pairs")) > 1
    full = World(tmp_path / "full", lambda name: make_repo(f"full/{name}"))
    _fill(full, [0, 1, 2])
    one, two = step.outcome(), full.outcome()
    assert _bytes(one.tables["decisions"]) == _bytes(two.tables["decisions"])
    assert _bytes(one.tables["pairs"]) == _bytes(two.tables["pairs"])


def test_a_verified_pair_is_never_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the pairs of an earlier run at hand no object is read, whatever settings change; without them it is."""
    _fill(world, [0, 1, 2])
    first = _bytes(world.outcome().tables["decisions"])
    world.decide()

    def refuse(self: Contents, rows: Any) -> Any:
        def read(documents: Any) -> Any:
            assert not len(documents), "an object was read"
            return iter(())

        return read

    monkeypatch.setattr(Contents, "reader", refuse)
    assert _bytes(world.outcome().tables["decisions"]) == first
    assert world.decide(dedup__threshold=0.97, quality__max_line=900)["a/one:y.py"].kept
    world.written.pop(("pairs", ""))
    with pytest.raises(AssertionError, match="an object was read"):
        world.outcome()


def test_pairs_are_a_hint_and_not_part_of_the_key(world: World) -> None:
    """What was verified before does not make the partition another one; settings and snapshots do."""
    _fill(world, [0, 1, 2])
    before = world.plan()
    world.decide()
    after = world.plan()
    assert after.hint["pairs"]
    assert not before.hint["pairs"]
    assert after.key == before.key
    assert world.plan(quality__max_line=900).key != before.key
    assert world.plan(write__shard_mb=1).key == before.key
    assert (before.stage, before.version) == (stage.NAME, stage.VERSION)


def test_what_cannot_be_read_is_kept(world: World) -> None:
    """A file whose twin's object is gone from the store stays: nothing is removed unverified."""
    text = prose(1)
    world.add("a/one", {"x.py": text, "y.py": edited(text, 1)})
    (snapshot,) = world.snapshots()
    blob = world.decide(dedup__level="none")["a/one:y.py"].blob
    git_dir = Path(snapshot.git_dir)
    for pack in git_dir.glob("objects/pack/*.pack"):
        moved = pack.rename(git_dir / "moved.pack")
        pack.with_suffix(".idx").unlink()
        _unpack(git_dir, moved)
    (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    assert all(r.kept for r in world.decide().values())


def _unpack(git_dir: Path, pack: Path) -> None:
    import subprocess

    with pack.open("rb") as stream:
        subprocess.run(["git", "--git-dir", str(git_dir), "unpack-objects", "-q"], stdin=stream, check=True)
