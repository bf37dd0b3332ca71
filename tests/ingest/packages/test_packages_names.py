"""What a package URL may name, before any client is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata.errors import InvalidInput, RepositoryMissing
from codestrata.ingest.packages.package import Package


@pytest.mark.parametrize(
    ("purl", "package"),
    [
        ("pkg:pypi/tool@1.0", Package("pypi", "tool", "1.0")),
        ("pkg:npm/%40scope/tool@1.0.0-rc.1", Package("npm", "@scope/tool", "1.0.0-rc.1")),
        ("pkg:cargo/tool_x@0.1.0+build", Package("cargo", "tool_x", "0.1.0+build")),
        ("pkg:pypi/tool", Package("pypi", "tool")),
        ("pkg:pypi/tool@1%212.0", Package("pypi", "tool", "1!2.0")),
    ],
)
def test_names_and_versions(purl: str, package: Package) -> None:
    """Names, scopes and exact versions of all three registries."""
    assert Package.parse(purl) == package


@pytest.mark.parametrize(
    "purl",
    [
        "tool",
        "pkg:pypi/-r@1",
        "pkg:pypi/tool@--version",
        "pkg:pypi/a%20b@1",
        "pkg:npm/scope/tool@1.0.0",
        "pkg:npm/%40a/b/c@1.0.0",
        "pkg:npm/tool@%5E1.0.0",
        "pkg:npm/tool@1.0.0%20||%202",
        "pkg:npm/tool@file:..%2Fx",
        "pkg:npm/tool@npm:other",
        "pkg:cargo/..@1.0.0",
        "pkg:cargo/tool@=1.0.0",
        "pkg:cargo/a%22%0a%5Bdependencies%5D@1.0.0",
    ],
)
def test_options_paths_and_ranges(purl: str) -> None:
    """What a client could read as an option, a path, a range or a line of a manifest is refused."""
    with pytest.raises(InvalidInput):
        Package.parse(purl)


def test_the_version_that_came_is_the_one_asked_for() -> None:
    """Another version than the one pinned is missing; without a pin the purl is completed."""
    assert Package("npm", "@s/t").at("1.2.3") == "pkg:npm/%40s/t@1.2.3"
    assert Package("npm", "t", "1.2.3").at("1.2.3") == "pkg:npm/t@1.2.3"
    with pytest.raises(RepositoryMissing, match="there is no version 1 "):
        Package("npm", "t", "1").at("1.2.3")


def test_registries_that_nobody_serves(fetch_package: Callable[..., Any]) -> None:
    """Another purl type is refused with those that are known."""
    with pytest.raises(InvalidInput, match="known: pypi, npm, cargo"):
        fetch_package("pkg:golang/tool@1.0")


def test_pip_without_a_pip_on_the_path(
    registry: Any, tgz: Any, fetch_package: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment without pip (uv makes such) falls back on the wheel of pip that Python carries."""
    import ensurepip
    import importlib.util

    bundled = list(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    if not bundled and importlib.util.find_spec("pip") is None:
        pytest.skip("this Python carries no pip")
    monkeypatch.setenv("PATH", str(tmp_path))
    registry.pypi("tool", {"tool-1.0.tar.gz": tgz("tool-1.0", {"PKG-INFO": "Name: tool\n"})})
    assert fetch_package("pkg:pypi/tool@1.0").ref == "refs/heads/1.0"
