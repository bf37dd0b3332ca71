"""The table of tools: a row for each. Adding one is a row, and a recorded report in ``tests/ci/tools/reports``."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from codestrata.ci.tools.base import Tool
from codestrata.ci.tools.common import COMMON
from codestrata.ci.tools.compiled import COMPILED
from codestrata.ci.tools.golang import GO
from codestrata.ci.tools.javascript import JAVASCRIPT
from codestrata.ci.tools.python import PYTHON
from codestrata.ci.tools.rust import RUST

#: Every tool by its name.
TOOLS: dict[str, Tool] = {tool.name: tool for tool in (*RUST, *COMMON, *PYTHON, *JAVASCRIPT, *GO, *COMPILED)}


def applicable(paths: Iterable[str]) -> list[Tool]:
    """Give the tools that have something to say of a work tree with these paths, in the order of the table."""
    listed = list(paths)
    roots = {path for path in listed if "/" not in path}
    names = {path.rpartition("/")[2] for path in listed}
    return [tool for tool in TOOLS.values() if any(_matches(glob, roots, names) for glob in tool.files)]


def _matches(glob: str, roots: set[str], names: set[str]) -> bool:
    if glob.startswith("/"):
        return any(fnmatchcase(name, glob[1:]) for name in roots)
    return any(fnmatchcase(name, glob) for name in names)
