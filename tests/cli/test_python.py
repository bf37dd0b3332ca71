"""What the README shows in Python works as written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.conftest import MIT, code

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readmes_snippet(make_repo: Callable, tmp_path: Path) -> None:
    """The block under "In Python", word for word, with a repos.csv that names local repositories."""
    (snippet,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    make_repo("pallets/flask", {"LICENSE": MIT, "src/flask/app.py": code(1)})
    make_repo("other/flask", {"LICENSE": MIT, "app.py": code(2)})
    (tmp_path / "repos.csv").write_text("url\n./pallets/flask.git\n./other/flask.git\n")
    (tmp_path / "dataset.yaml").write_text("sources: [repos.csv]\nquality: {enabled: false}\n")
    done = subprocess.run(
        [sys.executable, "-c", snippet], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 of 4 files\n")
    assert "verified=True" in done.stdout
    assert done.stdout.endswith("\n3\n")
    assert (tmp_path / "dataset" / "README.md").exists()
