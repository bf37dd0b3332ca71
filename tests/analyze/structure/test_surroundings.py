"""Architecture by what stands around code: each finding cites what shows it, and look-alikes are none."""

from __future__ import annotations

import pytest

from codestrata.analyze.structure.architecture import Scene
from codestrata.analyze.structure.modules import modules
from codestrata.analyze.structure.surroundings import DETECTORS


@pytest.fixture
def found(files_of):
    """Give the findings of planted files by their type: what each cites."""

    def make(planted, calls=None, units=None):
        files = files_of(planted)
        scene = Scene(files, modules([], {}, {}, {}, lambda *_: ""), units or {}, calls or {})
        return {one.type: one.at.path.decode() for detect in DETECTORS for one in detect(scene)}

    return make


def test_packages_are_cited_by_what_says_so(found):
    """The manifest of a member, not the file that comes first in its folder."""
    planted = {f"{name}/{file}": "x\n" for name in "abc" for file in (".dockerignore", "package.json")}
    assert found(planted, units={name: name for name in "abc"})["monorepo"] == "a/package.json"


def test_pages_about_migrating_are_no_migrations(found):
    """A change of a schema is code or SQL."""
    told = found({"docs/migrations/to-v4.md": "# To v4\n", "sql/migrations/1_users.sql": "x\n"})
    assert told["database-migrations"] == "sql/migrations/1_users.sql"


@pytest.mark.parametrize(
    ("path", "callee", "there"),
    [
        ("app/plugins.py", "importlib.import_module", True),
        ("app/start.py", "importlib.metadata.entry_points", True),
        ("lib/crypt_openssl.c", "dlopen", False),
        ("tests/test_modules.py", "importlib.import_module", False),
    ],
)
def test_only_what_says_so_is_taken_for_plug_ins(found, path, callee, there):
    """Libraries, drivers and tests load by name, too."""
    assert ("plug-in" in found({path: "x\n"}, calls={path: [(callee, 1)]})) is there
