"""No repository brings derivation down, and whatever it writes compiles."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.ci.compile import load_text
from codestrata.ci.derive import derive
from codestrata.errors import NothingDone

PATHS = [
    *(
        "Cargo.toml",
        "Cargo.lock",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "requirements.txt",
        "tox.ini",
        "noxfile.py",
    ),
    *("package.json", "yarn.lock", "go.mod", "pom.xml", "build.gradle", "CMakeLists.txt", "Makefile", "configure.ac"),
    *(
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".woodpecker.yml",
        ".travis.yml",
        "a.py",
        "a.rs",
        "Gemfile",
        "x/y.c",
    ),
]
LINES = [
    *(
        "[project]",
        "[workspace]",
        "[tool.ruff]",
        '{"scripts": {"test": "a", "build": "b"}}',
        "test:",
        "check: a",
        "jobs:",
    ),
    *(
        "  a:",
        "    runs-on: x",
        "    steps:",
        "      - run: pytest ${{ matrix.a }}",
        "      - run: |",
        "          tox -e $E",
    ),
    *(
        "    strategy: {matrix: {a: [1, 2]}}",
        "script: [make test]",
        "    env: {A: '${{ secrets.B }}', 'é': x}",
        "\t",
        "\x00",
    ),
    *("steps: {t: {commands: [go test ./...]}}", "      - run: cd x && cargo nextest run '", "on: push", "dev = ['x']"),
]
TEXTS = st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=10).map("\n".join)


class Given:
    """Files that are given."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    @property
    def paths(self) -> list[str]:
        """Give the paths in order."""
        return sorted(self.files)

    def text(self, path: str) -> str:
        """Give one file."""
        return self.files.get(path, "")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), TEXTS, max_size=6), st.text(max_size=30))
def test_any_files(files: dict[str, str], name: str) -> None:
    """Whatever the files say, there is a pipeline that compiles, or nothing was recognised."""
    with contextlib.suppress(NothingDone):
        assert load_text(derive(Given(files), name).text).plan.jobs
