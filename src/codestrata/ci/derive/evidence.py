"""What a repository's own CI files say about how it is built and tested.

Files are read loosely: what is not understood is passed over, as the manifests are there, too. Sources: the
documentation of GitHub Actions, GitLab CI/CD, Woodpecker, and of the services in :data:`GENERIC`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.ci.derive.files import Files, matching
from codestrata.ci.derive.said import Said, blocks
from codestrata.ci.derive.workflow import github
from codestrata.ci.foreign import scripts
from codestrata.ci.foreign.values import Value, read
from codestrata.errors import StrataError

#: Files of other services, whose scripts are found by their keys.
GENERIC = (
    ".gitlab-ci.yml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    ".woodpecker/*.yml",
    ".woodpecker/*.yaml",
    ".travis.yml",
    ".circleci/config.yml",
    ".cirrus.yml",
    ".drone.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".semaphore/semaphore.yml",
    ".builds/*.yml",
)
_SCRIPTS = re.compile(r"(?:run|script|commands?|test|\w+_script|bash)")
#: Commands and files that are looked at, at most.
_MOST = 2000
_FILES = 60


def said(files: Files) -> list[Said]:
    """Give everything that CI files say, in the order of the files."""
    found: list[Said] = []
    for path in matching(files, ".github/workflows/*.yml", ".github/workflows/*.yaml")[:_FILES]:
        found += _read(files, path, github)
    for path in matching(files, *GENERIC)[:_FILES]:
        found += _read(files, path, _generic)
    return found[:_MOST]


def _read(files: Files, path: str, reader: object) -> list[Said]:
    try:
        value = read(files.text(path), path)
    except StrataError:
        return []
    return list(reader(path, value))  # type: ignore[operator]


def _generic(path: str, value: Value) -> Iterator[Said]:
    stack: list[tuple[str, Value]] = [("", value)]
    seen = 0
    while stack and seen < _MOST:
        seen += 1
        name, one = stack.pop()
        for key, below in reversed(one.map.items()):
            if _SCRIPTS.fullmatch(key) and not below.map:
                for script, line in blocks(below):
                    yield Said(script, scripts.kind(script), path, line, name)
            if below.map or isinstance(below.data, list):
                stack.append((key if not _SCRIPTS.fullmatch(key) else name, below))
        if isinstance(one.data, list):
            stack += [(name, below) for below in reversed(one.data) if below.map or isinstance(below.data, list)]
