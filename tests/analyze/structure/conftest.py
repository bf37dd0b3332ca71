"""Files of planted repositories, as detectors see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.conftest import RepoBuilder

from codestrata.analyze.structure.files import File, Files

LANGUAGES = {"py": "Python", "rs": "Rust", "go": "Go", "js": "JavaScript", "ts": "TypeScript", "java": "Java"}


@pytest.fixture
def files_of(make_repo: Callable[..., RepoBuilder]) -> Callable[..., Files]:
    """Give a maker of snapshots: path → text; what lies below ``tests/`` is a test, below ``vendor/`` vendored."""

    def make(planted: Mapping[str, str | bytes]) -> Files:
        repo = make_repo("planted", planted)
        listed = {}
        for row in repo.git("ls-tree", "-r", "-z", "main").split(b"\0")[:-1]:
            meta, path = row.split(b"\t", 1)
            text = path.decode()
            size = len(planted[text])
            listed[text] = File(
                path,
                bytes.fromhex(meta.split()[2].decode()),
                size,
                LANGUAGES.get(text.rpartition(".")[2], ""),
                vendored="vendor/" in text,
                test=text.startswith("tests/"),
            )
        return Files(listed, repo.path)

    return make
