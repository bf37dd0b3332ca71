"""Problems of an evaluation set, planted in repositories, are removed and listed; nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder
from tests.export.overlap import planted

from codestrata.export.overlap.lists import shipped
from codestrata.store.tables import connect

from .conftest import MIT, code

_SUFFIX = {"string of another language": "js", "inside JSON": "json", "comment of another language": "c"}


def _files() -> dict[str, str | bytes | None]:
    """Dress each problem in a disguise, one after the other: path → text. JSON lies in a file of many lines."""
    files: dict[str, str | bytes | None] = {"LICENSE": MIT}
    names = list(planted.DISGUISES)
    for number, problem in enumerate(planted.problems()):
        name = names[number % len(names)]
        text = planted.DISGUISES[name](problem)
        path = f"{name.replace(' ', '_')}/{number}.{_SUFFIX.get(name, 'py')}"
        files[path] = json.dumps(json.loads(text), indent=1) if name == "inside JSON" else text
    return files


class Made:
    """Two repositories, one with planted problems, one clean; the list of the set; and the command line."""

    def __init__(self, folder: Path, make_repo: Callable[..., RepoBuilder], strata: Callable[..., Any]) -> None:
        self.folder = folder
        self.files = _files()
        self.dirty = make_repo("dirty", self.files)
        clean = {f"module{i}.py": code(i) for i in range(12)} | {"one.py": "def add(a, b):\n    return a + b\n"}
        self.clean = make_repo("clean", {"LICENSE": MIT, **clean})
        (folder / "repos.csv").write_text(f"name,path\ndirty,{self.dirty.path}\nclean,{self.clean.path}\n")
        self.list = folder / "planted.evalset"
        self._strata = strata
        source = planted.write(folder / "planted.jsonl")
        assert strata("dataset", "evalset", str(source), "--name", "planted", "--out", str(self.list)).code == 0

    def run(self, *more: str, out: str = "out", verb: tuple[str, ...] = ()) -> Any:
        """Run a command in the workspace, ``run`` unless told."""
        settings = [f"export.decontaminate.lists={self.list}", "export.dedup.level=none", "engine.inline=true"]
        assigned = [word for one in [*settings, "export.quality.enabled=false", *more] for word in ("--set", one)]
        words = verb or ("run", str(self.folder / "repos.csv"), "--out", str(self.folder / out))
        return self._strata("-w", str(self.folder / "w"), "--log", "none", *assigned, *words)

    def looked_through(self) -> list[bytes]:
        """Give the blobs that were looked through, by this list or another."""
        source = f"{self.folder / 'w'}/tables/overlapped/*.parquet"
        return [blob for (blob,) in connect().execute(f"select blob from read_parquet('{source}')").fetchall()]

    def removed(self, out: str = "out") -> dict[str, tuple[str, str, str]]:
        """Give what was removed: path → reason, rule, value_text."""
        source = f"{self.folder / out}/removed/*.parquet"
        rows = connect().execute(f"select path, reason, rule, value_text from read_parquet('{source}')").fetchall()
        return {path if isinstance(path, str) else path.decode(): tuple(rest) for path, *rest in rows}


@pytest.fixture
def made(tmp_path: Path, make_repo: Callable[..., RepoBuilder], strata: Callable[..., Any]) -> Made:
    """Give the two repositories and the list."""
    return Made(tmp_path, make_repo, strata)


@pytest.mark.claim("C18")
def test_planted_problems_are_removed_and_listed(made: Made) -> None:
    """Every file that holds one goes, with set, problem and lines; every other stays; and it is done once."""
    assert made.run("analyze.levels=L1").code == 0
    removed = made.removed()
    assert {reason for reason, *_ in removed.values()} == {"contaminated"}
    planted_ = {path for path in made.files if path != "LICENSE"}
    assert set(removed) == planted_
    for path, (_, rule, lines) in removed.items():
        number = path.rpartition("/")[2].partition(".")[0]
        assert rule.startswith(f"planted/Planted/{number} ") or rule.endswith(" function")
        assert lines.startswith("L")
    _words_alone(made, removed)
    told = made.run(verb=("lineage", "dirty:verbatim/0.py")).out
    assert "planted/Planted/0 " in told
    assert made.run("analyze.levels=L1").code == 0


def _words_alone(made: Made, removed: dict[str, tuple[str, str, str]]) -> None:
    """Without levels the same workspace decides as a new one: what trees told earlier is not asked."""
    assert made.run(out="words").code == 0
    less = made.removed("words")
    assert set(less) < set(removed)
    assert all(path.startswith("two_variables") for path in set(removed) - set(less))
    assert not [rule for _, rule, _ in less.values() if rule.endswith(" function")]


def test_the_span_is_where_the_problem_is(made: Made) -> None:
    """In a larger file the lines are those of the problem."""
    assert made.run().code == 0
    path = next(path for path in made.files if path.startswith("embedded/"))
    lines = str(made.files[path]).split("\n")
    first = next(i for i, line in enumerate(lines, 1) if line.startswith("def ") and "main" not in line)
    last = next(i for i, line in enumerate(lines, 1) if line.startswith("def again"))
    told = made.removed()[path][2]
    a, b = (int(part.strip("L")) for part in told.split("-"))
    assert first <= a < b < last
    assert b - a > 8


def test_contaminated_files_can_be_kept(made: Made) -> None:
    """With action keep nothing is removed for it, and table overlaps still tells."""
    assert made.run("export.decontaminate.action=keep").code == 0
    assert not made.removed()
    source = f"{made.folder / 'w'}/tables/overlaps/*.parquet"
    (count,) = connect().execute(f"select count(distinct problem) from read_parquet('{source}')").fetchone() or (0,)
    assert count >= 60


def test_only_what_is_new_is_looked_through(made: Made) -> None:
    """A new commit costs its texts; another list costs all texts again; nothing else of the run is done for it."""
    assert made.run().code == 0
    count = len(made.looked_through())
    assert count == len(set(made.looked_through()))
    problem = planted.problems()[7]
    made.clean.commit({"late.py": problem.program, "utf16.txt": f"{code(99)}{problem.docstring}".encode("utf-16")})
    assert made.run().code == 0
    assert {"late.py", "utf16.txt"} <= set(made.removed())
    assert len(made.looked_through()) == count + 2
    made.list.write_bytes(shipped()["humaneval"].read_bytes())
    assert made.run().code == 0
    assert not made.removed()
    assert len(made.looked_through()) == 2 * (count + 2)


def test_a_list_that_cannot_be_used(made: Made) -> None:
    """It is refused before any work begins, in one line."""
    made.list.write_bytes(made.list.read_bytes()[:-100])
    ended = made.run()
    assert ended.code == 2
    assert "the list is damaged" in ended.err
    assert not (made.folder / "w" / "tables").exists()


def test_what_everybody_has_is_nobodys(
    make_repo: Callable[..., RepoBuilder], tmp_path: Path, strata: Callable[..., Any]
) -> None:
    """An n-gram in five repositories does not count, where most of its problem is absent; in four it does.

    The gates that look at every text before it is published agree.
    """
    problem = planted.problems()[0]
    shared = " ".join(problem.docstring.split()[:14])
    source = planted.write(tmp_path / "p.jsonl")
    assert strata("dataset", "evalset", str(source), "--name", "p", "--out", str(tmp_path / "l")).code == 0
    for count, kept in ((5, True), (4, False)):
        names = [f"r{count}{i}" for i in range(count)]
        files = [{"LICENSE": MIT, "a.py": f"# {shared}\n{code(i)}"} for i in range(count)]
        repos = {name: make_repo(name, one) for name, one in zip(names, files, strict=True)}
        listed = tmp_path / f"{count}.csv"
        listed.write_text("name,path\n" + "".join(f"{name},{repo.path}\n" for name, repo in repos.items()))
        settings = (f"export.decontaminate.lists={tmp_path / 'l'}", "engine.inline=true", "export.dedup.level=none")
        assigned = [word for one in (*settings, "export.gates.texts=true") for word in ("--set", one)]
        out = tmp_path / f"out{count}"
        words = ("-w", str(tmp_path / f"w{count}"), "--log", "none", *assigned, "run", str(listed), "--out", str(out))
        assert strata(*words).code == 0
        removed = f"select reason from read_parquet('{out}/removed/*.parquet') where path = 'a.py'"
        rows = connect().execute(removed).fetchall()
        assert len(rows) == (0 if kept else count)
