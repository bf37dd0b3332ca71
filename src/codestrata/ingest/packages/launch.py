"""A program of its own: drop the environment to what a client needs, set limits, become the client.

Started as ``python -I launch.py SPEC``, SPEC being JSON (see client.py). It stands apart because only a fresh process
may change its limits safely, and because the library itself never reads the environment.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

NOT_INSTALLED = 127
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the client; ends with 127 when there is none."""
    spec = json.loads(sys.argv[1])
    keep = tuple(spec["keep"])
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in keep or any(name.startswith(k[:-1]) for k in keep if k.endswith("*"))
    }
    for variable, home in spec["homes"].items():
        _link_home(environment, variable, home)
    environment.update(spec["set"])
    for name, value in spec["limits"].items():
        _, hard = resource.getrlimit(getattr(resource, name))
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(getattr(resource, name), (soft, soft))
    # The kernel ends the client when its parent dies, even by kill -9.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    command = spec["command"]
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - no shell is what is wanted
    except FileNotFoundError:
        sys.exit(NOT_INSTALLED)


def _link_home(environment: dict[str, str], variable: str, home: dict[str, Any]) -> None:
    """Make a fresh home for a client that still sees the user's own configuration, by links to those files."""
    fresh = Path(home["fresh"])
    fresh.mkdir(parents=True, exist_ok=True)
    old = Path(environment.get(variable) or Path(environment.get("HOME", "/"), home["default"]))
    for name in home["files"]:
        file = old / name
        if file.is_file():
            with contextlib.suppress(FileExistsError):
                (fresh / name).symlink_to(file.resolve())
    environment[variable] = str(fresh)


if __name__ == "__main__":
    main()
