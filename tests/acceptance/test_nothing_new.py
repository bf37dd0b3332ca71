"""A run that finds nothing new costs next to nothing: no library is loaded, no process started."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import World, code, digests

from codestrata import Workspace
from codestrata.settings import load

LEVELS = "L1,L2,L3,L4,L5,L6,L7,L8"
#: What only work needs; each costs more to load than the whole of such a run may take.
HEAVY = ("numpy", "duckdb", "nanoarrow", "re2", "zstandard", "deflate", "license_expression", "rich", "subprocess")
_AGAIN = """
import json, sys
from codestrata.cli.app import call
from codestrata.engine.local import LocalEngine
prepared = []
LocalEngine.prepare = lambda self: prepared.append(1)
codes = [call(["-w", sys.argv[1], "--log", "auto", *command]) for command in json.loads(sys.argv[2])]
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"codes": codes, "prepared": prepared, "loaded": loaded}))
"""


def again(folder: Path, *commands: list[str]) -> dict[str, list[object]]:
    """Run commands in a process of their own; gives its exit codes and what it had loaded at the end."""
    command = [sys.executable, "-c", _AGAIN, str(folder), json.dumps(commands)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    found: dict[str, list[object]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def done(world: World) -> World:
    """Give the small world with its dataset built."""
    with Workspace(world.folder / "w", load(flags={"engine.workers": 1})) as workspace:
        assert workspace.run(world.list, world.folder / "out").exit_code == 0
    return world


@pytest.mark.parametrize("verbs", [["run"], ["discover", "ingest", "analyze", "export"]], ids=len)
def test_no_library_is_loaded(done: World, verbs: list[str]) -> None:
    """The whole way once more, in one command or in four: not one of the heavy libraries, and no worker."""
    takes = {"run": [str(done.list)], "discover": [str(done.list)]}
    gives = {verb: ["--out", str(done.folder / "out")] for verb in ("run", "export")}
    if "analyze" in verbs:  # by itself it looks for patterns, which a dataset does not need
        with Workspace(done.folder / "w", load(flags={"analyze.levels": LEVELS, "engine.workers": 1})) as workspace:
            assert workspace.analyze().exit_code == 0
        with Workspace(done.folder / "w", load(flags={"engine.workers": 1})) as workspace:
            workspace.export(done.folder / "out")
    found = again(done.folder / "w", *([verb, *takes.get(verb, []), *gives.get(verb, [])] for verb in verbs))
    assert found["codes"] == [0] * len(verbs)
    assert found["prepared"] == []
    assert not set(HEAVY) & set(found["loaded"])


_EXPORT = """
import json, sys
from codestrata import Workspace
from codestrata.pipeline import carry_out, stages_of
from codestrata.settings import load
from codestrata.telemetry import SILENT
with Workspace(sys.argv[1], load(flags={"engine.workers": 1})) as workspace:
    run = workspace.discover(sys.argv[2]).run
    _, engine = workspace.hold()
    reports = list(carry_out(engine, run, stages_of("ingest", "analyze", "export"), SILENT))
    assert engine._opened is None
print(json.dumps({"done": [r.done for r in reports], "planned": [r.planned for r in reports],
                  "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def test_all_stages_are_found_done(done: World) -> None:
    """The plans of all stages are remembered; a second run has the same partitions, and reads no table."""
    command = [sys.executable, "-c", _EXPORT, str(done.folder / "w"), str(done.list)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert not any(found["done"])
    assert [count for count in found["planned"] if count] == [3, 3, 1, 3, 1, 1]
    assert not set(HEAVY) & set(found["loaded"])


def test_a_new_commit_is_found(done: World, make_repo: Callable) -> None:
    """What is remembered hides nothing: a commit, a setting, an opt-out entry change the dataset as ever."""
    where, flags = (done.folder / "w", done.folder / "out"), {"engine.workers": 1}

    def run(**more: object) -> int:
        with Workspace(where[0], load(flags={**flags, **more})) as workspace:
            return workspace.run(done.list, where[1]).kept

    first = run()
    done.repos["alpha"].commit({"src/new.py": "def brand_new(value):\n    return value * 41 + 1\n" * 3})
    assert run() == first + 1
    assert run() == first + 1
    opt_out = done.folder / "opt-out.txt"
    opt_out.write_text("")
    assert run(**{"export.opt_out_file": str(opt_out)}) == first + 1
    with Workspace(where[0]) as workspace:
        (beta,) = [one.repository_id for one in workspace.status() if "beta" in one.full_name]
    opt_out.write_text(f"{beta}\n")
    fewer = run(**{"export.opt_out_file": str(opt_out)})
    assert fewer < first + 1
    assert run() == first + 1


def test_lists_in_turn(world: World) -> None:
    """Two lists that share a repository, in turn in one workspace: each dataset is that of a workspace of its own."""
    lists = {"a": ("alpha", "beta"), "b": ("beta", "gamma")}
    for name, repositories in lists.items():
        rows = "".join(f"{repository}.git\n" for repository in repositories)
        (world.folder / f"{name}.csv").write_text(f"url\n{rows}")

    def build(name: str, where: str) -> dict[str, str]:
        settings = load(flags={"engine.inline": True, "export.licences.unknown": "keep"})
        with Workspace(world.folder / where, settings) as workspace:
            workspace.run(world.folder / f"{name}.csv", world.folder / f"{where}-{name}")
        return digests(world.folder / f"{where}-{name}")

    for turn, name in enumerate("abaabb"):
        assert build(name, "shared") == build(name, f"own{turn}"), (turn, name)
        if turn == 3:
            world.repos["beta"].commit({"lib/third.py": code(3) + "\n# one more line\n", "lib/new.py": code(9)})
    for name in "aba":
        assert build(name, "shared") == build(name, f"last-{name}")


def test_settings_in_turn(world: World) -> None:
    """Settings that change what is analysed and what is kept, there and back: each dataset is that of a fresh build."""
    small = {"analyze.max_blob_bytes": 2000}
    strict = {"export.files.tests": "drop", "export.dedup.level": "exact"}

    def build(where: str, flags: dict[str, object]) -> dict[str, str]:
        settings = load(flags={"engine.inline": True, "export.licences.unknown": "keep", **flags})
        with Workspace(world.folder / where, settings) as workspace:
            workspace.run(world.list, world.folder / f"{where}-out")
        return digests(world.folder / f"{where}-out")

    for turn, flags in enumerate(({}, small, {}, strict, {**small, **strict}, small, {})):
        assert build("shared", flags) == build(f"own{turn}", flags), turn
