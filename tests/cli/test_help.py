"""What a stranger sees first: help, wrong calls, settings, exit codes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.cli.calling import Strata, command, finish, start

from codestrata import errors
from codestrata.cli import app as module
from codestrata.cli.app import COMMANDS, call, group
from codestrata.cli.say import error_line, many, size, table
from codestrata.settings import Settings, load


def test_help_fits_a_terminal(strata: Strata, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty columns hold every command with its whole first sentence, and the exit codes."""
    monkeypatch.setenv("COLUMNS", "80")
    ended = strata("--help")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= 80
    for name in COMMANDS:
        first = (module.parser(name).description or "").splitlines()[0]
        assert any(line.split() == [name, *first.split()] for line in lines), f"{name}: {first}"
    for code in (0, 2, 3, 4, 5, 6, 130):
        assert f"{code} " in ended.out.split("exit codes:")[1]


@pytest.mark.parametrize("name", [*COMMANDS, *(f"{name} {one}" for name in COMMANDS for one in group(name))])
def test_every_parameter_is_explained(strata: Strata, name: str) -> None:
    """``strata COMMAND --help`` says what each argument and option is."""
    ended = strata(*name.split(), "--help")
    assert ended.code == 0
    for parameter in module.parser(name).parameters:
        assert parameter.about.help, parameter.name
        assert parameter.about.help.split()[0] in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "no such command 'frobnicate'"),
        (["run"], "arguments are required: LIST"),
        (["run", "x.csv", "--workerz", "3"], "no such option --workerz (did you mean --workers?)"),
        (["run", "x.csv", "-w", "there"], "it stands before the command: strata -w FOLDER COMMAND"),
        (["export", "--set", "a=b"], "it stands before the command: strata --set KEY=VALUE COMMAND"),
        (["config", "hide"], "invalid choice: 'hide'"),
        (["retry", "first"], "argument TASK: invalid int value: 'first'"),
    ],
)
def test_a_wrong_call(strata: Strata, arguments: list[str], said: str) -> None:
    """A wrong call is exit code 2 and one line that says what is wrong with it."""
    ended = strata(*arguments)
    assert ended.code == 2
    assert ended.lines == [ended.line("error: strata", said)]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (["--set", "engine.worker=3"], "unknown setting engine.worker (did you mean engine.workers?)"),
        (["--set", "engine.workers=many"], "setting engine.workers: Expected int"),
        (["--set", "engine.workers"], "--set: expected KEY=VALUE"),
        (["--settings", "none.toml"], "none.toml: no such settings file"),
    ],
)
def test_a_wrong_setting(strata: Strata, capsys: pytest.CaptureFixture[str], before: list[str], said: str) -> None:
    """A wrong setting is exit code 2 and one line with a suggestion."""
    assert call([*before, "config"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert said in line


def test_config_gives_the_same_settings_again(strata: Strata, tmp_path: Path) -> None:
    """What ``config show`` prints is TOML; read back it is the same tree, odd values included."""
    assert load(_saved(tmp_path, strata("config", settings={"engine.inline": False}).out)) == Settings()
    odd = {"export.opt_out": 'a/*, b/"c"', "git.proxy": "a\\b", "engine.inline": "false"}
    shown = strata("config", "show", settings=odd).out
    assert load(_saved(tmp_path, shown)) == load(None, {}, odd)
    assert shown.count("\n# ") + shown.startswith("# ") >= len(tomllib.loads(shown))


def _saved(folder: Path, text: str) -> Path:
    file = folder / "saved.toml"
    file.write_text(text)
    return file


def test_order_of_settings(strata: Strata, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults < strata.toml < environment < flags."""
    (tmp_path / "strata.toml").write_text("[engine]\nattempts = 5\nnetwork = 5\nper_host = 5\n")
    monkeypatch.setenv("STRATA_ENGINE__NETWORK", "6")
    monkeypatch.setenv("STRATA_ENGINE__PER_HOST", "6")
    shown = strata("config", "--json", settings={"engine.per_host": 7}).json["engine"]
    assert [shown[name] for name in ("attempts", "network", "per_host")] == [5, 6, 7]


def test_output_into_a_closed_pipe(tmp_path: Path) -> None:
    """``strata … | head`` ends quietly, whether the reader goes early or late."""
    for lines in (1, 1000):
        piped = f"'{sys.executable}' -m codestrata.cli config | head -n {lines} >/dev/null; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=True, cwd=tmp_path)
        assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_defect_is_one_line(strata: Strata, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is one line and exit code 1; with STRATA_DEBUG=1 it is the traceback."""

    def broken() -> None:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr("codestrata.workspace.examine", broken)
    ended = strata("doctor")
    assert ended.code == 1
    assert ended.lines == [ended.line("error: ZeroDivisionError: by nothing", "STRATA_DEBUG=1")]
    monkeypatch.setenv("STRATA_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        call(["doctor"])


def test_a_refusal_of_the_system_is_one_line(strata: Strata, tmp_path: Path) -> None:
    """A folder where a file should be, or the other way round, is told with its path at exit code 6."""
    (tmp_path / "in.csv").write_text("name,has_toml,has_lock\na/b,1,1\n")
    (tmp_path / "file").touch()
    ended = strata("filter", "in.csv", "file/out.txt")
    assert ended.code == 6
    assert ended.lines == [ended.line("error:", "file")]
    assert strata("clone", "in.csv", "file", settings={"engine.attempts": 1}).code == 6


def test_exit_codes_are_those_of_the_errors() -> None:
    """The help's list of exit codes is the error tree's."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.StrataError)]
    codes = {kind.exit_code for kind in kinds} - {1} | {errors.EXIT_OK, errors.EXIT_INTERRUPTED, errors.EXIT_TERMINATED}
    assert {int(word) for word in module.EPILOG.replace(",", " ").split() if word.isdigit()} == codes


def test_doctor(strata: Strata) -> None:
    """Every part is tried; as JSON it is the same list."""
    ended = strata("doctor")
    names = [check["name"] for check in strata("doctor", "--json").json]
    assert ended.code == 0
    assert {"Python", "git", "DuckDB", "pip"} <= set(names)
    assert all(name in ended.out for name in names)


def test_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    """One shard, two shards, three repositories; sizes in powers of 1000; an error is one line."""
    assert [many(n, "shard") for n in (0, 1, 2, 1200)] == ["0 shards", "1 shard", "2 shards", "1,200 shards"]
    assert [many(n, "repository") for n in (1, 3)] == ["1 repository", "3 repositories"]
    assert [size(n) for n in (0, 999, 1000, 2_500_000)] == ["0 B", "999 B", "1.0 kB", "2.5 MB"]
    error_line("one\ntwo")
    assert capsys.readouterr().err == "error: one two\n"


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """Words to the left, numbers to the right, no spaces at the end."""
    table(("name", "n"), [("a", 1), ("long name", 1000)], right=(1,))
    assert capsys.readouterr().out == "name          n\na             1\nlong name  1000\n"


def test_no_colour_where_it_is_not_wanted(tmp_path: Path) -> None:
    """Into a pipe, an error has no escape code."""
    ended = finish(start(command("show", "x"), tmp_path))
    assert ended.code == 2
    assert "\033" not in ended.err
