"""Tables on a terminal of 80 columns: long reasons go on below, none is cut by the terminal."""

from __future__ import annotations

import sys

import pytest

from codestrata.cli.say import table


def test_a_last_column_without_room_goes_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many columns stand before the reason, it is wrapped on lines of its own."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table(("repository", "warnings", "why"), [("o" * 60, "12", "its linter was not found on this machine " * 3)])
    _, *lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) >= 3
    assert "".join(lines).count("machine") == 3


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_no_line_of_a_table_is_longer_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """Hashes are cut to 12, long cells and names in their middle; both ends are still there."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    header = ("repository", "commit", "warnings_of_every_linter_there_is", "functions", "why")
    table(header, [("organisation/" + "o" * 60, "c0ffee" * 6 + "c0ff", "12", "3", "no " * 40)], right=(2, 3))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert "…" in lines[1]
    assert lines[1].startswith("organ")
    assert "c0ffeec0ffeec" not in lines[1]
    assert " 12 " in lines[1]


def test_a_table_that_fits_is_left_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hash that has room stays whole; and so does everything where there is no terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    table(("name", "commit", "why"), [("n" * 90, "c0ff" * 10, "")])
    assert "n" * 90 in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table(("name", "commit", "why"), [("n", "c0ff" * 10, "")])
    assert "c0ff" * 10 in capsys.readouterr().out


def test_more_columns_than_go_side_by_side_go_below_each_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve columns on 80 characters: every value stands beside its whole name."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    names = [f"number_of_things_{i}" for i in range(12)]
    table(names, [[str(i * 7) for i in range(12)]] * 2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[11].split() == ["number_of_things_11", "77"]
    assert len(lines) == 25
