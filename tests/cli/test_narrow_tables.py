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
