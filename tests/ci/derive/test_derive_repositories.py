"""Pipelines proposed for repositories of every kind: real bare repositories, read without a checkout."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cli.calling import Strata, strata

from codestrata.ci.compile import load_text
from codestrata.ci.derive import Derived, GitFiles, derive
from codestrata.ci.plan import JobPlan
from codestrata.errors import NothingDone

__all__ = ["strata"]

COLUMNS = {"builds": "bool", "tests_ok": "bool", "tests_passed": "int", "tests_failed": "int", "flaky": "int"}
GO_CI = "steps:\n  t:\n    image: x\n    commands: [go test -race ./...]\n"
TEST_CI = "on: push\njobs: {t: {runs-on: x, steps: [{run: ./run-tests.sh}]}}\n"
WORKFLOW = """\
on: push
env: {RUSTFLAGS: -D warnings, lower: x}
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-latest, macos-latest], features: ["", "--all-features"]}}
    services: {db: {image: "postgres:16", ports: ["5432:5432"]}}
    steps:
      - uses: actions/checkout@v4
      - run: cargo nextest run --workspace ${{ matrix.features }}
      - run: cargo publish --token ${{ secrets.TOKEN }}
  windows:
    runs-on: windows-latest
    steps: [{run: cargo test --windows}]
"""
PYTHON = """\
[project]
name = "x"
[project.optional-dependencies]
tests = ["pytest"]
[dependency-groups]
dev = ["hypothesis", {include-group = "more"}]
more = ["attrs>=1"]
[tool.ruff]
"""
PACKAGE = '{"scripts": {"test": "vitest", "build": "tsc", "lint": "x"}, "packageManager": "pnpm@10.1.0"}'
CMAKE_CI = "on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps: [{run: ctest -V, working-directory: build}]\n"

#: Files → kits, where tests are from, a part of the test step, registries.
CASES = {
    "rust": (
        {"Cargo.toml": "[workspace]", "Cargo.lock": "", "src/a.rs": "", ".github/workflows/ci.yml": WORKFLOW},
        ("rust",),
        ".github/workflows/ci.yml line 10",
        "cargo test --workspace",
        ("crates",),
    ),
    "python": ({"pyproject.toml": PYTHON, "x.py": ""}, ("python",), "default", "python -m pytest", ("pypi",)),
    "tox": (
        {"setup.py": "", "tox.ini": "", ".gitlab-ci.yml": "unit:\n  script:\n    - pip install tox\n    - tox -e py\n"},
        ("python",),
        ".gitlab-ci.yml line 4",
        "tox run --skip-pkg-install -e py",
        ("pypi",),
    ),
    "node": (
        {"package.json": PACKAGE, "pnpm-lock.yaml": "", "a.ts": ""},
        ("node",),
        "default",
        "pnpm run test --reporter=junit",
        ("npm",),
    ),
    "go": (
        {
            "go.mod": "module x",
            "a.go": "",
            ".woodpecker.yaml": "steps:\n  t:\n    image: x\n    commands: [go test -race ./...]\n",
        },
        ("go",),
        ".woodpecker.yaml line 4",
        "go test -race ./...",
        ("go",),
    ),
    "maven": ({"pom.xml": "<project/>", "mvnw": "", "A.java": ""}, ("maven",), "default", "sh mvnw -o", ("maven",)),
    "maven, modules": (
        {"pom.xml": "<project><modules><module>a</module></modules></project>", "A.java": ""},
        ("maven",),
        "default",
        "mvn -o -B -ntp -fae package",
        ("maven",),
    ),
    "gradle": (
        {"build.gradle.kts": "", "A.kt": ""},
        ("gradle",),
        "default",
        "gradle --no-daemon --offline",
        ("maven",),
    ),
    "cmake": (
        {"CMakeLists.txt": "", "a.c": "", ".github/workflows/build.yml": CMAKE_CI},
        ("cmake",),
        ".github/workflows/build.yml line 5",
        "ctest --output-junit /work/ctest.xml -V",
        (),
    ),
    "autotools": (
        {"configure.ac": "", "a.c": ""},
        ("autotools",),
        "default",
        "make check",
        (),
    ),
    "make": ({"Makefile": "all:\n\ttrue\ntest: all\n", "a.c": ""}, ("make",), "default", "make test", ()),
    "meson": ({"meson.build": "", "a.c": ""}, ("meson",), "default", "meson test -C build", ()),
    "ruby": (
        {"Gemfile": "", "a.rb": "", ".travis.yml": "script:\n  - bundle exec rake test\n"},
        ("ruby",),
        ".travis.yml line 2",
        "bundle exec rake test",
        (),
    ),
    "two": (
        {"Cargo.toml": "", "package.json": PACKAGE, **{f"{n}.rs": "" for n in range(3)}, "a.js": ""},
        ("rust", "node"),
        "default",
        "cargo test",
        ("crates", "npm"),
    ),
    "only CI": (
        {
            "run.sh": "",
            ".github/workflows/test.yml": "on: push\njobs: {t: {runs-on: x, steps: [{run: ./run-tests.sh}]}}\n",
        },
        ("ci",),
        ".github/workflows/test.yml line 2",
        "./run-tests.sh",
        (),
    ),
}


def proposed(make_repo: Callable, files: dict[str, str]) -> tuple[Derived, list[JobPlan]]:
    """Derive from a bare repository and compile what comes of it."""
    repo = make_repo("r", files)
    made = derive(GitFiles(repo.path, repo.commits[-1]), "me/r")
    return made, list(load_text(made.text).plan.jobs)


@pytest.mark.parametrize("name", CASES)
def test_every_kind(make_repo: Callable, name: str) -> None:
    """Manifests are recognised, CI goes before defaults, only fetch jobs reach registries, the place is told."""
    files, kits, place, step, registries = CASES[name]
    made, jobs = proposed(make_repo, files)
    assert made.kits == kits
    assert made.tests[kits[0]] == place
    tests = [job for job in jobs if job.job.startswith("test")]
    assert any(step in one.run for job in tests for one in job.steps), made.text
    reached = {one for job in jobs for one in job.network.registries}
    assert reached == set(registries)
    assert all(job.job.startswith("fetch") for job in jobs if job.network.registries)
    if place != "default":
        assert f"# from {place}" in made.text


def test_rust_from_its_workflow(make_repo: Callable) -> None:
    """A matrix that the command asks for is kept, machines are not; services are told; warnings stay warnings."""
    made, jobs = proposed(make_repo, CASES["rust"][0])
    tests = [job for job in jobs if job.job == "test"]
    assert [job.matrix for job in tests] == [{"features": ""}, {"features": "--all-features"}]
    assert "# beside it there: db (postgres:16, port 5432:5432)" in made.text
    assert "publish" not in made.text
    assert "--windows" not in made.text
    assert all("RUSTFLAGS" not in step.env and "lower" not in step.env for step in tests[0].steps)
    columns = {one.name: one.type for one in load_text(made.text).plan.columns}
    assert columns == {**COLUMNS, "lint_warnings": "int"}


def test_each_script_is_a_job(make_repo: Callable) -> None:
    """The same tests under other options are other jobs: one that fails only there is not called flaky."""
    ci = "on: push\njobs:\n  t:\n    runs-on: x\n    steps: [{run: cargo test}, {run: cargo test --release}]\n"
    _, jobs = proposed(make_repo, {"Cargo.toml": "", "a.rs": "", ".github/workflows/ci.yml": ci})
    assert [job.id for job in jobs if job.id.startswith("test")] == ["test", "test-2"]


def test_python_installs_what_tests_need(make_repo: Callable) -> None:
    """Extras and groups, with the groups they include, are installed where there is a network."""
    _, jobs = proposed(make_repo, CASES["python"][0])
    installed = "\n".join(step.run for step in jobs[0].steps)
    assert "pip install -e '.[tests]'" in installed
    assert "pip install hypothesis 'attrs>=1'" in installed


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[", "setup.cfg": "[", "setup.py": "("},
        {"package.json": "[1]", "yarn.lock": ""},
        {"package.json": '{"scripts": {"test": 1}, "devDependencies": []}'},
        {"Cargo.toml": "\x00", ".github/workflows/ci.yml": "jobs: [1, {a: b}]"},
        {"go.mod": "", ".github/workflows/ci.yml": "jobs: {a: {steps: [{run: 'go test ${{ x'}]}}"},
        {"CMakeLists.txt": "", ".github/workflows/ci.yml": "a: ["},
        {"Makefile": "", ".travis.yml": "script: {a: [b]}"},
    ],
)
def test_broken_files_do_not_matter(make_repo: Callable, files: dict[str, str]) -> None:
    """Manifests and CI files that cannot be read say nothing, and what comes of the rest compiles."""
    _, jobs = proposed(make_repo, files)
    assert jobs


def test_links_are_not_followed(make_repo: Callable) -> None:
    """A symbolic link is no manifest."""
    repo = make_repo("r")
    repo.commit({"Cargo.toml": "/etc/passwd", "README": "x"}, modes={"Cargo.toml": "120000"})
    with pytest.raises(NothingDone):
        derive(GitFiles(repo.path, repo.commits[-1]), "me/r")


def test_the_command(strata: Strata, make_repo: Callable) -> None:
    """A path is ingested and read; by its name it is known then; nothing recognised is exit 4, two repositories 2."""
    repo = make_repo("known", CASES["rust"][0])
    first = strata("ci", "derive", repo.path, "-o", "p.yaml")
    assert (first.code, first.err.splitlines()[-1]) == (0, "rust: tests as in .github/workflows/ci.yml line 10")
    again = strata("ci", "derive", strata("status", "--json").json[0]["repository"], "--json")
    assert again.json["kits"] == ["rust"]
    assert strata("ci", "validate", "p.yaml").code == 0
    empty = make_repo("empty", {"README": "nothing"})
    none = strata("ci", "derive", empty.path)
    assert none.code == 4
    none.line("no manifest and no CI file that is known")
    assert strata("ci", "derive", repo.path.parent).code == 2
