"""``strata doctor sandbox``: layers, grades, attacks, exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calling import Strata

from codestrata.sandbox.attacks import Outcome, Verdict
from codestrata.sandbox.base import Caps, Isolation, Layer, State
from codestrata.sandbox.grades import GRADES, grade, lacking

STRONG = frozenset({Isolation.USERNS, Isolation.STRICT})
WATCHED = frozenset({Isolation.USERNS})


def caps(provides: frozenset[Isolation], *states: State) -> Caps:
    """Make up what a probe found."""
    layers = tuple(Layer(f"layer {n}", state, "seen", "do this") for n, state in enumerate(states))
    return Caps("local", "1", provides, layers, "" if provides else "no namespaces")


@pytest.mark.parametrize(
    ("found", "escaped", "letter", "told"),
    [
        (caps(STRONG, State.OK), 0, "A", ""),
        (caps(frozenset({Isolation.CONTAINER}), State.OK), 0, "A", ""),
        (caps(STRONG, State.OK, State.WEAK), 0, "B", "layer 1"),
        (caps(WATCHED, State.OK, State.WEAK), 0, "C", "control groups"),
        (caps(WATCHED, State.OK), 0, "C", "control groups"),
        (caps(STRONG, State.OK, State.MISSING), 0, "D", "layer 1"),
        (caps(STRONG), 0, "D", "nothing"),
        (caps(STRONG, State.OK), 1, "E", "no attack"),
        (caps(frozenset(), State.OK), 3, "F", "no namespaces"),
    ],
)
def test_grades(found: Caps, escaped: int, letter: str, told: str) -> None:
    """One letter for how well a runner holds, and what is missing for the next."""
    assert grade(found, escaped=escaped) == letter
    assert told in lacking(found, letter)
    assert letter in GRADES


class Stage:
    """A runner that is probed, and attacked with an outcome of our choice."""

    name = "local"

    def __init__(self, *, usable: bool = True) -> None:
        self._caps = caps(STRONG if usable else frozenset(), State.OK, State.WEAK)

    def probe(self) -> Caps:
        """Give what was chosen."""
        return self._caps


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a runner and outcomes of attacks in the place of this machine's; what is under test is what is told."""

    def put(*, usable: bool = True, verdict: Verdict = Verdict.CONTAINED) -> None:
        def attacked(*_: Any, **__: Any) -> Iterator[Outcome]:
            yield Outcome("home", "read a secret", verdict, "the reason for it", "passed", 0.5)

        monkeypatch.setattr("codestrata.workspace.sandbox.open_runner", lambda *_: Stage(usable=usable))
        monkeypatch.setattr("codestrata.workspace.sandbox.run_attacks", attacked)

    return put


def test_layers_and_grade_are_told(strata: Strata, staged: Any) -> None:
    """Each layer with its state and what it needs; the grade, what is missing for the next, what the letter means."""
    staged()
    ended = strata("doctor", "sandbox", "--runner", "local")
    assert ended.code == 0
    for part in ("local 1: gives strict, userns", "✓ layer 0", "~ layer 1", "→ do this", "grade B", GRADES["B"]):
        assert part in ended.out


@pytest.mark.parametrize(
    ("usable", "verdict", "code", "letter"),
    [
        (True, Verdict.CONTAINED, 0, "B"),
        (True, Verdict.UNTRIED, 0, "B"),
        (True, Verdict.ESCAPED, 3, "E"),
        (False, Verdict.CONTAINED, 4, "F"),
    ],
)
def test_exit_codes(strata: Strata, staged: Any, usable: bool, verdict: Verdict, code: int, letter: str) -> None:
    """0: something runs and nothing got through; 3: an attack got through; 4: nothing runs. The same as JSON."""
    staged(usable=usable, verdict=verdict)
    ended = strata("doctor", "sandbox", "--runner", "local", "--attacks")
    assert (ended.code, f"grade {letter}" in ended.out) == (code, True)
    assert ("the reason for it" in ended.out) == usable
    found = strata("doctor", "sandbox", "--runner", "local", "--attacks", "--json")
    assert (found.code, found.json[0]["grade"]) == (code, letter)
    assert [one["verdict"] for one in found.json[0]["attacks"]] == ([verdict] if usable else [])


def test_wrong_calls(strata: Strata) -> None:
    """Another part, options of the sandbox without it, a runner that does not exist: one line each."""
    for words in (("doctor", "sandbx"), ("doctor", "--attacks"), ("doctor", "sandbox", "--runner", "lxc")):
        ended = strata(*words)
        assert ended.code == 2
        assert len(ended.lines) == 1


def test_every_runner_of_this_machine_is_probed(strata: Strata, tmp_path: Path) -> None:
    """Nothing raises, whatever is installed: what cannot run says why."""
    found = {one["runner"]: one for one in strata("doctor", "sandbox", "--json").json}
    assert set(found) == {"local", "docker", "kubernetes"}
    for one in found.values():
        assert one["usable"] or one["reason"]
        assert one["grade"] in GRADES


def test_plain_doctor_has_one_line(strata: Strata) -> None:
    """The sandbox is one line among the others."""
    assert sum("sandbox" in line for line in strata("doctor").out.splitlines() if line[0] in "✓~✗") == 1
