"""How words become values: the grammar of the command line."""

from __future__ import annotations

import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
from tests.cli.calling import Strata

from codestrata.cli.parts import Argument, Command, Option
from codestrata.cli.usage import help_text, usage
from codestrata.cli.words import HelpWanted, WrongCall, read


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


def paint(  # noqa: PLR0917 -- one parameter of each sort
    ctx: object,
    source: Annotated[Path, Argument(metavar="SOURCE", help="What to paint.")],
    colour: Annotated[Colour, Argument(metavar="COLOUR", help="With what.")] = Colour.RED,
    rooms: Annotated[list[int] | None, Argument(metavar="ROOM", help="Which rooms.")] = None,
    layers: Annotated[int | None, Option("--layers", "-l", metavar="N", help="How many layers.")] = None,
    name: Annotated[str, Option("--name", metavar="NAME", envvar="PAINT_NAME", help="Whose it is.")] = "ada",
    tags: Annotated[list[str] | None, Option("--tag", metavar="TAG", help="A word (repeatable).")] = None,
    dry: Annotated[bool, Option("--dry", help="Do nothing.")] = False,
) -> None:
    """Paint a house.

    It takes a while.
    """


COMMAND = Command.of("strata paint", paint)


def values(*words: str, **environment: str) -> dict[str, Any]:
    """Read words; gives what differs from the defaults."""
    found, left = read(COMMAND, words, environment)
    assert left == []
    defaults, _ = read(COMMAND, ["x"], {})
    return {name: value for name, value in found.items() if name == "source" or value != defaults[name]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a"], {}),
        (["a", "blue"], {"colour": Colour.BLUE}),
        (["a", "blue", "1", "2"], {"colour": Colour.BLUE, "rooms": [1, 2]}),
        (["a", "--layers", "3"], {"layers": 3}),
        (["a", "--layers=3"], {"layers": 3}),
        (["-l", "3", "a"], {"layers": 3}),
        (["-l3", "a"], {"layers": 3}),
        (["a", "-l3", "-l4"], {"layers": 4}),
        (["a", "--dry", "--tag", "x", "--tag=--y"], {"dry": True, "tags": ["x", "--y"]}),
        (["a", "--name", ""], {"name": ""}),
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


def test_a_variable_stands_in() -> None:
    """A variable of the environment counts where no option is given."""
    assert values("a", PAINT_NAME="eve")["name"] == "eve"
    assert values("a", "--name", "bob", PAINT_NAME="eve")["name"] == "bob"
    assert "name" not in values("a", PAINT_NAME="")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument 'SOURCE'."),
        (["a", "green"], "Invalid value for 'COLOUR': 'green' is not one of 'red', 'blue'"),
        (["a", "red", "x"], "Invalid value for 'ROOM': Input should be a valid integer, got 'x'"),
        (["a", "--layers"], "Option '--layers' requires an argument."),
        (["a", "--layers", "x"], "Invalid value for '--layers': Input should be a valid integer, got 'x'"),
        (["a", "--dry=yes"], "Option '--dry' does not take a value."),
        (["a", "--layer", "3"], "No such option: --layer (Possible options: --layers)"),
        (["a", "-x"], "No such option: -x"),
    ],
)
def test_wrong_words(words: list[str], said: str) -> None:
    """What cannot be meant is refused, with what is wrong."""
    with pytest.raises(WrongCall) as caught:
        values(*words)
    assert str(caught.value) == said


def test_too_many_words() -> None:
    """Words that no argument takes are refused."""

    def one(source: Annotated[str, Argument(metavar="SOURCE", help="One.")]) -> None:
        """Take one."""

    with pytest.raises(WrongCall, match=r"Got unexpected extra arguments \(b c\)"):
        read(Command.of("strata one", one), ["a", "b", "c"], {})


def test_first_words() -> None:
    """Before a command only options are read; what comes from the command's name on is left as it is."""

    def whole(name: Annotated[str, Option("--name", metavar="NAME", help="Whose.")] = "") -> None:
        """Do all."""

    found, left = read(Command.of("strata", whole), ["--name", "a", "paint", "--name", "b", "--", "-h"], {}, first=True)
    assert (found, left) == ({"name": "a"}, ["paint", "--name", "b", "--", "-h"])


@pytest.mark.parametrize("words", [["-h"], ["a", "--help"], ["--layers", "1", "-h"]])
def test_help_wherever_it_is_asked_for(words: list[str]) -> None:
    """Help is given even where something is missing."""
    with pytest.raises(HelpWanted):
        values(*words)


def test_how_help_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Usage, text, arguments, options with their defaults, in the width of the terminal."""
    assert usage(COMMAND) == "Usage: strata paint [OPTIONS] SOURCE [COLOUR] [ROOM]..."
    monkeypatch.setenv("COLUMNS", "44")
    lines = help_text(COMMAND).splitlines()
    assert max(map(len, lines)) <= 44 or lines[0].startswith("Usage")
    assert "  Paint a house." in lines
    assert "  SOURCE  What to paint.  [required]" in lines
    assert "  -l, --layers N  How many layers." in lines
    assert "  --name NAME     Whose it is.  [env var:" in lines
    assert "                  PAINT_NAME; default: ada]" in lines


def test_completion(strata: Strata) -> None:
    """The script that --show-completion prints completes commands, and behind a command its options."""
    printed = strata("--show-completion")
    assert printed.code == 0
    for words, expected in (
        (["strata", "li"], "lineage"),
        (["strata", "--wor"], "--workspace"),
        (["strata", "-w", "x", "run", "a.csv", "--ref"], "--refresh"),
        (["strata", "run", "--require"], ""),
    ):
        typed = " ".join(map(repr, words))
        asked = f'COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _strata; echo "${{COMPREPLY[*]}}"'
        done = subprocess.run(["bash", "-c", f"{printed.out}\n{asked}"], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
