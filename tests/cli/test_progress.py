"""Progress: one line per stage however narrow the terminal; JSON lines elsewhere."""

from __future__ import annotations

import json
import os
import pty
import re
import select
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.acceptance.conftest import World
from tests.cli.calling import Strata, command, start

from codestrata.cli.progress import JsonProgress, bars, span


@pytest.mark.parametrize("width", [30, 40, 60, 80, 104, 200])
def test_a_bar_is_one_line(width: int) -> None:
    """Running or finished, a stage takes one line; from 80 columns it has the rate and the time left."""
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    shown = bars(console)
    half = shown.add_task("analyze.facts", total=123_456, unit="MB", note="")
    whole = shown.add_task("ingest", total=7, unit="repositories", note="3 failed")
    shown.update(half, completed=1000)
    shown.update(half, completed=60_000)
    shown.update(whole, completed=7)
    with console.capture() as capture:
        console.print(shown.get_renderable())
    lines = [line for line in capture.get().splitlines() if line.strip()]
    assert len(lines) == 2
    assert all(len(line) <= width for line in lines)
    assert "ingest" in lines[1]
    if width >= 80:
        assert re.search(r"/s .*left", lines[0])
        assert "7/7 repositories" in lines[1]
        assert "left" not in lines[1]
        assert "3 failed" in lines[1]


def test_a_span_of_time() -> None:
    """Minutes and seconds; hours when there are any."""
    assert [span(s) for s in (0.4, 7, 750, 11_100)] == ["0:00", "0:07", "12:30", "3:05:00"]


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is an object; a stage with nothing to do says nothing."""
    progress = JsonProgress()
    progress.started("ingest", "repositories", 0, 0)
    progress.finished("ingest", 0, 0)
    progress.started("facts", "MB", 2, 10)
    progress.advanced("facts", 5)
    progress.failed("facts", "batch 1", 'a "reason"', again=True)
    progress.finished("facts", 2, 0)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["started", "failed", "finished"]
    assert events[1]["reason"] == 'a "reason"'


def test_a_whole_run_on_a_terminal(world: World) -> None:
    """On a terminal there are bars, one line for each stage; NO_COLOR takes the colours away."""
    above, below = pty.openpty()
    os.set_blocking(above, False)
    arguments = command("run", world.list, "-o", "ds", settings={"engine.inline": True})
    arguments[arguments.index("none")] = "auto"
    process = start(arguments, world.folder, stderr=below, NO_COLOR="1", TERM="xterm", COLUMNS="80")
    os.close(below)
    seen = b""
    with suppress(OSError):
        while select.select([above], [], [], 60)[0] and (piece := os.read(above, 65536)):
            seen += piece
    process.communicate()
    os.close(above)
    text = seen.decode()
    for stage in ("ingest", "analyze.facts", "export.texts"):
        assert re.search(rf"{stage} +\S+ \d+/\d+ .*/s 0:0\d done", text), stage
    assert not re.search(r"\033\[[0-9;]*3[1-7]m", text)


def test_log_kinds(strata: Strata, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown kind of log is refused before anything is touched."""
    from codestrata.cli.app import call

    assert call(["--log", "loud", "run", "x.csv"]) == 2
    assert "expected auto, bars, json or none, got 'loud'" in capsys.readouterr().err
    assert not (tmp_path / ".codestrata").exists()
