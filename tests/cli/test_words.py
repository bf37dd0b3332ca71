"""How words become values: the grammar of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from tests.cli.calling import Strata

from codestrata.cli.parts import Argument, Option, Parser
from codestrata.errors import InvalidInput


def paint(  # noqa: PLR0917 -- one parameter of each sort
    ctx: object,
    source: Annotated[Path, Argument(metavar="SOURCE", help="What to paint.")],
    colour: Annotated[Literal["red", "blue"], Argument(metavar="COLOUR", help="With what.")] = "red",
    rooms: Annotated[list[int] | None, Argument(metavar="ROOM", help="Which rooms.")] = None,
    layers: Annotated[int | None, Option("--layers", "-l", metavar="N", help="How many layers.")] = None,
    name: Annotated[str, Option("--name", metavar="NAME", envvar="PAINT_NAME", help="Whose it is.")] = "ada",
    tags: Annotated[list[str] | None, Option("--tag", metavar="TAG", help="A word (repeatable).")] = None,
    dry: Annotated[bool, Option("--dry", help="Do nothing.")] = False,
) -> None:
    """Paint a house.

    It takes a while.
    """


def values(*words: str) -> dict[str, Any]:
    """Read words; gives what differs from the defaults."""
    parser = Parser("strata paint", paint)
    given = parser.read(words, {})
    defaults = Parser("strata paint", paint).read(["x"], {})
    return {name: value for name, value in given.items() if name == "source" or value != defaults[name]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a"], {}),
        (["a", "blue"], {"colour": "blue"}),
        (["a", "blue", "1", "2"], {"colour": "blue", "rooms": [1, 2]}),
        (["a", "--layers", "3"], {"layers": 3}),
        (["a", "--layers=3"], {"layers": 3}),
        (["-l", "3", "a"], {"layers": 3}),
        (["-l3", "a"], {"layers": 3}),
        (["a", "-l3", "-l4"], {"layers": 4}),
        (["a", "--dry", "--tag", "x", "--tag=--y"], {"dry": True, "tags": ["x", "--y"]}),
        (["a", "--name", ""], {"name": ""}),
        (["a", "--layers", "3", "blue", "--dry", "1"], {"layers": 3, "colour": "blue", "dry": True, "rooms": [1]}),
        (["--dry", "--", "a", "red", "7"], {"dry": True, "rooms": [7]}),
    ],
)
def test_words(words: list[str], expected: dict[str, object]) -> None:
    """Options before, between and behind arguments, long and short, attached or not; the last of two counts."""
    assert values(*words) == {"source": Path("a"), **expected}


def test_words_that_look_like_options() -> None:
    """A single dash is a word; behind two dashes everything is."""
    assert values("-")["source"] == Path("-")
    assert values("--", "--dry") == {"source": Path("--dry")}


def test_a_variable_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the environment counts where no option is given."""
    assert values("a", "--name", "bob")["name"] == "bob"
    monkeypatch.setenv("PAINT_NAME", "eve")
    assert Parser("strata paint", paint).read(["a"], {})["name"] == "eve"
    assert Parser("strata paint", paint).read(["a", "--name", "bob"], {})["name"] == "bob"
    monkeypatch.setenv("PAINT_NAME", "")
    assert Parser("strata paint", paint).read(["a"], {})["name"] == "ada"


SEE = "(strata paint -h shows how it is called)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], f"the following arguments are required: SOURCE {SEE}"),
        (["a", "green"], f"argument COLOUR: invalid choice: 'green' (choose from 'red', 'blue') {SEE}"),
        (["a", "red", "x"], f"argument ROOM: invalid int value: 'x' {SEE}"),
        (["a", "--layers"], f"argument -l/--layers: expected one argument {SEE}"),
        (["a", "--layers", "x"], f"argument -l/--layers: invalid int value: 'x' {SEE}"),
        (["a", "--dry=yes"], f"argument --dry: ignored explicit argument 'yes' {SEE}"),
        (["a", "--layer", "3"], "no such option --layer (did you mean --layers?)"),
        (["a", "--layer=3"], "no such option --layer (did you mean --layers?)"),
        (["--layer", "a", "red", "x"], "no such option --layer (did you mean --layers?)"),
        (["a", "-x"], f"no such option -x {SEE}"),
        (["a", "--with", "b"], "no such option --with (ask somebody else)"),
    ],
)
def test_wrong_words(words: list[str], said: str) -> None:
    """What cannot be meant is refused in one line: what is wrong, and what to do about it; unknown options first."""
    with pytest.raises(InvalidInput) as caught:
        Parser("strata paint", paint).read(words, {"--with": "ask somebody else"})
    assert str(caught.value).replace("choose from red, blue", "choose from 'red', 'blue'") == f"strata paint: {said}"


def test_too_many_words() -> None:
    """Words that no argument takes are refused."""

    def one(source: Annotated[str, Argument(metavar="SOURCE", help="One.")]) -> None:
        """Take one."""

    with pytest.raises(InvalidInput, match="unrecognized arguments: b c"):
        Parser("strata one", one).read(["a", "b", "c"], {})


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--set", "engine.workers=3", "--set=engine.attempts=2", "config", "--json"], 0, '"attempts": 2'),
        (["--log", "none", "config", "--settings", "x"], 2, "strata --settings FILE COMMAND"),
        (["--sett", "x", "config"], 2, "no such option --sett (did you mean --set"),
        (["confg", "--json"], 2, "no such command 'confg' (did you mean config?)"),
        (["--log", "none"], 2, "a command is missing"),
        (["--version"], 0, "strata 0."),
    ],
)
def test_first_words(strata: Strata, words: list[str], code: int, said: str) -> None:
    """Before a command only its own options are read; what comes from the command's name on is the command's."""
    ended = strata(*words)
    assert ended.code == code
    assert said in ended.out + ended.err
    assert len(ended.lines) == (code > 0)


@pytest.mark.parametrize("words", [["-h"], ["a", "--help"], ["--layers", "1", "-h"]])
def test_help_wherever_it_is_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help is given even where something is missing."""
    with pytest.raises(SystemExit, match="0"):
        values(*words)
    assert "Paint a house." in capsys.readouterr().out


def test_how_help_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Usage, text, arguments, options with their defaults, in the width of the terminal."""
    monkeypatch.setenv("COLUMNS", "60")
    lines = Parser("strata paint", paint).format_help().splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[0].startswith("usage: strata paint [-h] [-l N]")
    assert "Paint a house. It takes a while." in lines
    words = " ".join(" ".join(lines).split())
    assert "SOURCE What to paint." in words
    assert "--name NAME Whose it is. [env var: PAINT_NAME; default: ada]" in words
