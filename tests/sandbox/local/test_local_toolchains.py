"""The host's toolchains work in rooms, without a network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.sandbox.base import Limits
from codestrata.sandbox.local import toolchains

LIMITS = Limits(wall=120.0, memory=2 << 30, processes=200, disk=1 << 30)

#: It starts, and sees nothing of what the host's settings may hold.
_MAVEN = "mvn -B -v >said 2>&1; grep -c 'Apache Maven' said; ls /etc/maven 2>&1 | grep settings || echo none"


def _needs(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed here")


def test_cargo_tests_a_crate(local: Lab) -> None:
    """Compiled and run offline; what it built is there for the next command."""
    _needs("cargo")
    files = {
        "Cargo.toml": '[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n',
        "src/lib.rs": "pub fn two() -> u32 { 2 }\n#[test]\nfn it_is() { assert_eq!(two(), 2); }\n",
    }
    with local.room(files, limits=LIMITS) as room:
        done = room.run("cargo test --offline", limits=LIMITS)
        assert done.exit.result == "passed", done.text
        assert "test it_is ... ok" in done.text
        assert "Compiling" not in room.run("cargo test --offline 2>&1", limits=LIMITS).text


def test_go_builds(local: Lab) -> None:
    """Without the standard library, which takes long to compile; its cache lies in the home folder."""
    _needs("go")
    files = {"go.mod": "module tiny\n\ngo 1.19\n", "two.go": "package tiny\n\nfunc Two() int { return 2 }\n"}
    with local.room(files, limits=LIMITS) as room:
        done = room.run("go build ./... && ls ~/.cache/go-build | wc -l", limits=LIMITS)
        assert done.exit.result == "passed", done.text
        assert int(done.text) > 0


@pytest.mark.parametrize(
    ("program", "script", "said"),
    [
        ("node", "node -e 'console.log([1, 2].map(x => x * 2).join())'", "2,4"),
        ("python3", "python3 -c 'import ssl, sqlite3, json; print(json.dumps([2, 4]))'", "[2, 4]"),
        ("java", "java -version 2>&1 | grep -c version", "1"),
        ("mvn", _MAVEN, "1\nnone"),
        ("gcc", "echo 'int main(){return 0;}' > a.c && gcc a.c && ./a.out && echo ran", "ran"),
        ("git", "git init -q . && git config user.name ci && git status --porcelain | wc -l", "1"),
    ],
)
def test_programs_run(local: Lab, program: str, script: str, said: str) -> None:
    """As they do outside."""
    _needs(program)
    with local.room(limits=LIMITS) as room:
        done = room.run(script, limits=LIMITS)
        assert (done.exit.result, done.text) == ("passed", said)


def test_no_toolchain_is_a_folder_that_holds_a_home() -> None:
    """What is bound never contains the home folder, nor is a folder of settings in it."""
    home = Path.home().resolve()
    found = toolchains.find((str(home), str(home.parent), "/"))
    for name in found.folders:
        folder = Path(name).resolve()
        assert not home.is_relative_to(folder)
        assert folder not in {home / ".cargo", home / ".ssh", home / ".config"}
        assert not folder.is_relative_to("/usr")
