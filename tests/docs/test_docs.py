"""Docs that cannot lie."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_current():
    """Commands, settings and tables in docs/ are what the code says; `make docs` brings them up to date."""
    command = [sys.executable, "scripts/make_docs.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_links_lead_somewhere():
    """Every relative link in the README and in docs/ names a file that exists."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_is_short_and_its_paths_exist():
    """At most 150 lines; every file of ours that it names is there."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 150
    for name in ("Makefile", "examples/repos.csv", "docs/architecture.md"):
        assert (ROOT / name).exists()


def test_size_of_the_code():
    """No source file is over 400 lines, no function over 60: the house stays readable."""
    import ast

    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"


_TEXT = {".py", ".md", ".toml", ".sh", ".yml", ".lock", ".c", ".h"}


def test_no_host_of_a_registry_and_no_path_of_a_machine():
    """Registries are reached by package name with their own clients; no file names their hosts."""
    hosts = re.compile(r"(pypi|pythonhosted|npmjs|deb\.debian|crates|proxy\.golang)\.(org|com|io)")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name != "tests/docs/test_docs.py" and (ROOT / name).suffix in _TEXT:
            found = hosts.search((ROOT / name).read_text("utf-8", "replace"))
            assert not found, f"{name}: {found[0]}"
