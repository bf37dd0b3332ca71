"""The real registries, through whatever the clients are configured with on this machine; skipped where out of reach."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from codestrata.errors import CloneFailed, MissingExtra, RepositoryMissing


@pytest.mark.parametrize(
    ("purl", "file", "commit"),
    [
        ("pkg:pypi/iniconfig@2.0.0", "src/iniconfig/__init__.py", "3a068c0757435f07ace1ec0009e0b77e82feda9f"),
        ("pkg:npm/is-odd@3.0.1", "index.js", "82eb32f86b7f57dca300b3a918c35eb3374de4bc"),
        ("pkg:cargo/itoa@1.0.15", "src/lib.rs", "55d705427ea74bef63caa0fbac9a911fecda000a"),
    ],
)
def test_a_small_well_known_package(fetch_package: Callable[..., Any], purl: str, file: str, commit: str) -> None:
    """It arrives, and its commit id is the one written down: the same on every machine."""
    try:
        got = fetch_package(purl)
    except (CloneFailed, MissingExtra) as error:
        if isinstance(error, RepositoryMissing) or "registries" in os.environ.get("STRATA_EXPECT", "").split(","):
            raise
        pytest.skip(f"not reachable from here: {error}")
    assert file in got.paths
    assert got.ref == f"refs/heads/{purl.rpartition('@')[2]}"
    assert got.git("rev-parse", "HEAD").decode().strip() == commit
