"""A small world of repositories that the main job is tried on."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.calling import strata

from codestrata import Workspace
from codestrata.settings import load

__all__ = ["EXAMPLES", "MIT", "World", "code", "digests", "strata", "world"]

EXAMPLES = Path(__file__).parents[2] / "examples"

MIT = """MIT License

Copyright (c) 2024 Ada Example

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def code(seed: int, functions: int = 12) -> str:
    """Write a Python module that no other seed writes."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(40)]
    parts = []
    for i in range(functions):
        a, b, c = rng.sample(words, 3)
        parts.append(f"def {a}_{i}({b}, {c}):\n    {b} = {c} * {rng.choice(words)} + {rng.choice(words)}")
        parts.append(f"    return {rng.choice(words)}({b}) - {c}\n")
    return "\n".join(parts)


@dataclass
class World:
    """Repositories, the list that names them, and how to run the main job over them."""

    folder: Path
    repos: dict[str, object]

    @property
    def list(self) -> Path:
        """Give the CSV that names every repository."""
        path = self.folder / "repos.csv"
        rows = [f"{name}.git,{stars}" for name, stars in self._stars().items()]
        path.write_text("url,stars\n" + "\n".join(rows) + "\n")
        return path

    def _stars(self) -> dict[str, int]:
        return {name: 10 * i for i, name in enumerate(sorted(self.repos))}

    def run(self, workspace: str = "w", out: str = "dataset", **flags: object):
        """Run the whole way; flags are settings with __ for the dots."""
        settings = load(None, {}, {"engine.inline": True, **{k.replace("__", "."): v for k, v in flags.items()}})
        with Workspace(self.folder / workspace, settings) as held:
            return held.run(self.list, self.folder / out)


@pytest.fixture
def world(make_repo: Callable, tmp_path: Path) -> World:
    """Three repositories: two permissive ones that share near-duplicates, one under the GPL."""
    base = code(1, 40)
    near = base.replace("return", "return  ", 1) + "\n# changed a little\nEXTRA = 1\n"
    alpha = {
        "LICENSE": MIT,
        "src/base.py": base,
        "src/other.py": code(2),
        "src/copy_of_other.py": code(2),
        "logo.png": b"\x89PNG\0\1",
        "node_modules/x/index.js": "module.exports = one;\n" * 20,
        "node_modules/x/LICENSE": MIT,
        "long.py": "x = '" + "a b " * 600 + "'\n",
    }
    beta = {"LICENSE": MIT, "lib/base_again.py": near, "lib/third.py": code(3)}
    gamma = {"main.py": "# SPDX-License-Identifier: GPL-3.0-only\n" + code(4)}
    repos = {name: make_repo(name, files) for name, files in (("alpha", alpha), ("beta", beta), ("gamma", gamma))}
    return World(tmp_path, repos)


def digests(folder: Path) -> dict[str, str]:
    """Give path → SHA-256 of everything in a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="session")
def spans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the repository with a history that the demo corpus has."""
    made = tmp_path_factory.mktemp("corpus") / "spans.git"
    subprocess.run([EXAMPLES / "spans" / "make", made], check=True)
    return made


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Give who mounts a disk of a size (``2m``) at a new folder, for as long as the test runs."""
    with ExitStack() as stack:

        def mounted(size: str) -> Path:
            disk = tmp_path / "disk"
            disk.mkdir()
            asked = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(disk)]
            ended = subprocess.run(asked, check=False, capture_output=True)
            if ended.returncode:
                pytest.skip(f"cannot mount a small disk here: {ended.stderr.decode().strip()}")
            stack.callback(subprocess.run, ["umount", str(disk)], check=True)
            return disk

        yield mounted
