"""No file brings conversion down, and whatever it writes compiles."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.ci.compile import load_text
from codestrata.ci.convert import KINDS, convert
from codestrata.ci.draft.write import scalar
from codestrata.ci.foreign.values import read
from codestrata.errors import StrataError

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.y*ml"))
LINES = [line for path in SAMPLES for line in path.read_text("utf-8").splitlines()]
KEYS = [
    "on",
    "jobs",
    "steps",
    "run",
    "uses",
    "with",
    "env",
    "matrix",
    "include",
    "strategy",
    "needs",
    "if",
    "services",
    "image",
    "commands",
    "when",
    "stages",
    "script",
    "name",
    "config",
    "runs-on",
    "parallel",
    "timeout",
    "retry",
    "artifacts",
    "paths",
    "cache",
    "key",
    "extends",
    "default",
    "triggers",
    "notifications",
    "environment",
    "container",
    "timeout-minutes",
]
WORDS = (
    *("ubuntu-latest", "${{ matrix.a }}", "${{ secrets.X }}", "actions/cache@v4", "make test", "cargo test", "a", ""),
    *(
        "1e400",
        "-1",
        "push",
        "pip install x\npytest",
        "${{",
        "}}",
        "sudo apt-get install x",
        "\x07",
        "é\u2028",
        "$${X}",
    ),
)
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.booleans(),
    st.integers(-5, 10**12),
    st.none(),
    st.floats(allow_nan=False),
)
NAMES = st.sampled_from(KEYS) | st.text(max_size=6)
TREES = st.recursive(
    TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=25,
)
STEPS = st.lists(st.fixed_dictionaries({"run": TEXTS}), max_size=3)
BESIDE = dict.fromkeys(("strategy", "env", "needs", "services", "container", "image", "script"), TREES)
BESIDE |= dict.fromkeys(("if", "runs-on", "timeout-minutes"), TEXTS)
JOBS = st.dictionaries(st.text(max_size=5), st.fixed_dictionaries({"steps": STEPS}, optional=BESIDE), max_size=3)


def compiles(text: str, kind: str) -> None:
    """Convert a text; what comes of it compiles, or it is an error of ours."""
    with contextlib.suppress(StrataError):
        made = convert(text, where="f.yml", kind=kind)
        assert load_text(made.text).plan.jobs


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=30), st.sampled_from(["auto", *KINDS]))
def test_lines_in_any_order(lines: list[str], kind: str) -> None:
    """Files torn to lines and put together again."""
    compiles("\n".join(lines), kind)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 3000), st.integers(0, 40), st.text(max_size=8))
def test_damaged_samples(path: Path, at: int, length: int, put: str) -> None:
    """Samples with a hole, or something else in it."""
    text = path.read_text("utf-8")
    compiles(text[:at] + put + text[at + length :], "auto")


@settings(max_examples=200, deadline=None)
@given(TREES, JOBS, TREES, st.sampled_from(KINDS))
def test_any_tree(tree: object, jobs: dict, on: object, kind: str) -> None:
    """Any values where a pipeline is expected: as JSON, which is YAML."""
    rest = tree if isinstance(tree, dict) else {}
    whole = {
        "github": {"on": on, "jobs": jobs, **rest},
        "woodpecker": {"steps": jobs, **rest},
        "gitlab": {**jobs, **rest},
        "stages": {"stages": list(jobs.values()), **rest},
    }[kind]
    compiles(json.dumps(whole, ensure_ascii=False), kind)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    """Whatever a text is, its YAML means the same text."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        return
    found = read(f"a: {scalar(text)}\nb: {{c: {scalar(text, flow=True)}}}\n")
    assert found.get("a").text == text
    assert found.get("b").get("c").text == text
