"""The compiled kernels and the Python that calls them are of one make, or are not used together."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import codestrata
from codestrata.kernels import library

NATIVE = Path(codestrata.__file__).parent / "kernels" / "native"
ROOT = Path(__file__).parents[2]
_EXPORT = re.compile(r"^STRATA_EXPORT\s+([^{;]+?)\s*\{", re.MULTILINE)
_STRUCT = re.compile(r"typedef struct(?:\s+\w+)?\s*\{.*?\}\s*(\w+);", re.DOTALL)


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")
    library.stale.cache_clear()


def interface() -> int:
    """Digest the exported functions' prototypes, and the structures that they name, however far down: 31 bits."""
    told = [
        " ".join(found[1].split()) for path in sorted(NATIVE.rglob("*.c")) for found in _EXPORT.finditer(_code(path))
    ]
    structures = {
        m[1]: " ".join(m[0].split()) for path in sorted(NATIVE.rglob("*.h")) for m in _STRUCT.finditer(_code(path))
    }
    told = sorted(line for line in told if "strata_abi" not in line)
    assert len(told) > 5
    for line in told:  # what a structure names is added behind
        told += [
            structures[name] for name in structures if re.search(rf"\b{name}\b", line) and structures[name] not in told
        ]
    return int.from_bytes(hashlib.blake2b("\n".join(told).encode(), digest_size=4).digest()) >> 1


def _code(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_the_number_changes_with_the_arguments() -> None:
    """Both sides hold the digest of what C exports now; who changes an argument puts the new one into both."""
    (compiled,) = re.findall(r"#define STRATA_ABI (\d+)", (NATIVE / "module.c").read_text("utf-8"))
    wanted = interface()
    assert (library.ABI, int(compiled)) == (wanted, wanted), "put the right number into library.py and module.c"


def test_all_that_lies_there_is_compiled_and_shipped() -> None:
    """Without a file of theirs the kernels are not built at all, or lack functions, and nothing says so."""
    (module,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["ext-modules"]
    for listed, ending in ((module["sources"], "c"), (module["depends"], "h")):
        here = {path.name for path in NATIVE.rglob(f"*.{ending}")}
        assert sorted(Path(name).name for name in listed) == sorted(here)


def test_what_is_compiled_here_is_of_this_make() -> None:
    """Tests of the compiled kernels must not be skipped because nobody built them again, or they do not compile."""
    assert not library.stale(), "build them again: pip install -e ."
    if shutil.which("cc") or shutil.which("gcc"):
        assert library.library() is not None, "they did not compile: pip install -v -e . says why"


@pytest.mark.skipif(library.library() is None, reason="no compiled kernels here")
def test_kernels_of_another_make_are_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled from other sources, the kernels are left alone, and the doctor says how to get the right ones."""
    from codestrata.workspace.doctor import examine

    assert not library.stale()
    monkeypatch.setattr(library, "ABI", library.ABI + 1)
    library.stale.cache_clear()
    assert library.library() is None
    (line,) = [check for check in examine() if check.name == "native kernels"]
    assert line.state == "slow"
    assert "other sources" in line.detail
    assert "pip install" in line.hint


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_kernels_from_before_there_was_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that does not know what it is counts as one of another make."""
    import ctypes

    source, made = tmp_path / "old.c", tmp_path / "old.so"
    source.write_text("int strata_measure(void) { return 0; }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(made), str(source)], check=True)
    monkeypatch.setattr(library, "_compiled", lambda: ctypes.CDLL(str(made)))
    library.stale.cache_clear()
    assert library.stale()
    assert library.library() is None


def test_the_twins_can_be_asked_for() -> None:
    """Whoever wants the NumPy twins gets them, in this process from now on."""
    library.choose("numpy")
    assert library.library() is None


def test_the_environment_is_the_faces_business() -> None:
    """Nothing below the command line reads a variable: the kernels are chosen by setting ``engine.kernels``."""
    script = "from codestrata.kernels.library import library; print(library() is None)"
    told = {
        subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout
        for env in ({}, {"STRATA_KERNELS": "numpy"}, {"STRATA_ENGINE__KERNELS": "numpy"})
    }
    assert len(told) == 1
