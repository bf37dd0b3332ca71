"""Which file is which manifest, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from codestrata.analyze.structure.manifests import (
    cargo,
    debian,
    golang,
    gradle,
    maven,
    native,
    packages,
    pyproject,
    requirements,
    script,
    scriptlocks,
    setuptools,
)
from codestrata.analyze.structure.manifests.told import Manifest, Told

Reader = Callable[[Manifest], Told]
#: By the whole name of the file.
NAMED: Mapping[str, Reader] = {
    "pyproject.toml": pyproject.pyproject,
    "setup.cfg": setuptools.setup_cfg,
    "setup.py": setuptools.setup_py,
    "Pipfile": requirements.pipfile,
    "Pipfile.lock": packages.pipfile_lock,
    "uv.lock": packages.python_lock,
    "poetry.lock": packages.python_lock,
    "Cargo.toml": cargo.cargo_toml,
    "Cargo.lock": packages.cargo_lock,
    "go.mod": golang.go_mod,
    "go.work": golang.go_work,
    "package.json": script.package_json,
    "package-lock.json": scriptlocks.package_lock,
    "npm-shrinkwrap.json": scriptlocks.package_lock,
    "yarn.lock": scriptlocks.yarn_lock,
    "pnpm-lock.yaml": scriptlocks.pnpm_lock,
    "pnpm-workspace.yaml": script.pnpm_workspace,
    "tsconfig.json": script.tsconfig,
    "pom.xml": maven.pom,
    "build.gradle": gradle.build,
    "build.gradle.kts": gradle.build,
    "settings.gradle": gradle.settings,
    "settings.gradle.kts": gradle.settings,
    "libs.versions.toml": gradle.catalogue,
    "CMakeLists.txt": native.cmake,
    "meson.build": native.meson,
    "Makefile": native.makefile,
    "configure.ac": native.makefile,
    "vcpkg.json": native.vcpkg,
    "conanfile.txt": native.conan_text,
    "conanfile.py": native.conan_file,
}
#: By the path.
MATCHED: Sequence[tuple[re.Pattern[str], Reader]] = (
    (
        re.compile(r"(?:^|/)(?:[\w.-]*requirements[\w.-]*|requirements/[\w.-]+|[\w.-]*constraints)\.(?:txt|in)$"),
        requirements.requirements_txt,
    ),
    (re.compile(r"(?:^|/)debian/control$"), debian.control),
)
#: Names of lock files.
LOCKS = frozenset(
    {
        "Pipfile.lock",
        "uv.lock",
        "poetry.lock",
        "Cargo.lock",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
    }
)


def reader(path: str) -> Reader | None:
    """Give who reads the file of a path, or None."""
    found = NAMED.get(path.rsplit("/", 1)[-1])
    return found or next((reader for pattern, reader in MATCHED if pattern.search(path)), None)
