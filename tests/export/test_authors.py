"""Authors under a pseudonym."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from codestrata.export.authors import KEY_FILE, Pseudonyms, workspace_key


def test_one_author_has_one_pseudonym_under_one_key() -> None:
    """Address counts before name, case does not count, and another key gives another pseudonym."""
    names = Pseudonyms(b"k" * 32)
    one = names.of("Ada Example", "ada@example.org")
    assert re.fullmatch(r"author-[0-9a-f]{12}", one)
    assert names.of("A. Example", " Ada@Example.org ") == one
    assert names.of("Ada Example") not in {one, names.of("Ada"), Pseudonyms(b"j" * 32).of("Ada Example")}
    assert "ada" not in one


def test_a_workspace_makes_its_key_once(tmp_path: Path) -> None:
    """The key is the same ever after, nobody else's, and no other file is left."""
    first = workspace_key(tmp_path)
    assert len(first) == 32
    assert workspace_key(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
