"""Package clients as they are set up on this host: where their registry is, and one small fetch of each for learning.

Nothing that is fetched is run: one wheel without a build, one tarball without scripts, one crate and one module that
stay sources, one POM. Sources: the clients' own manuals (pip download, npm pack, cargo fetch, go mod download, Maven's
"Introduction to the Dependency Mechanism", import scope).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from codestrata.errors import SecurityViolation

_SECONDS = 120.0
_ASK_SECONDS = 20.0
_CARGO = """[package]
name = "scratch"
version = "0.0.0"
edition = "2021"
[lib]
path = "lib.rs"
[workspace]
[dependencies]
cfg-if = "1"
"""
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>scratch</groupId><artifactId>scratch</artifactId><version>0</version><packaging>pom</packaging>
<dependencyManagement><dependencies><dependency><groupId>org.junit</groupId><artifactId>junit-bom</artifactId>
<version>5.10.0</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>
</project>
"""


@dataclass(frozen=True, slots=True)
class Client:
    """A registry's client: its program, what to ask it for its registry, and a fetch in a folder of its own.

    ``settings``: variable that a room's client gets → the command that tells its value here ("" and "undefined" mean
    none). ``fetch`` is run with ``fresh`` variables, whose folders are new; ``files`` are written first.
    """

    program: str
    fetch: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    fresh: tuple[str, ...] = ()
    ready: Callable[[Path], None] = lambda _: None


def _cargo_settings(folder: Path) -> None:
    """Let the new CARGO_HOME have the user's own configuration: a replaced source is asked instead."""
    own = folder / "CARGO_HOME"
    own.mkdir()
    for name in ("config.toml", "config"):
        source = Path.home() / ".cargo" / name
        if source.is_file():
            shutil.copy(source, own / name)


_PIP = ("download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest=out", "iniconfig")
_NPM = ("--ignore-scripts", "--loglevel=error", "--cache=cache", "--pack-destination=.")

#: Registry → its client.
CLIENTS = {
    "crates": Client(
        "cargo",
        ("cargo", "fetch", "--quiet"),
        files={"Cargo.toml": _CARGO, "lib.rs": ""},
        fresh=("CARGO_HOME",),
        ready=_cargo_settings,
    ),
    "pypi": Client(
        "pip",
        ("pip", *_PIP),
        {
            "PIP_INDEX_URL": ("pip", "config", "get", "global.index-url"),
            "PIP_EXTRA_INDEX_URL": ("pip", "config", "get", "global.extra-index-url"),
        },
    ),
    "npm": Client(
        "npm",
        ("npm", "pack", *_NPM, "ms"),
        {"npm_config_registry": ("npm", "config", "get", "registry")},
        files={"package.json": "{}"},
    ),
    "go": Client(
        "go",
        ("go", "mod", "download", "github.com/pkg/errors@v0.9.1"),
        {name: ("go", "env", name) for name in ("GOPROXY", "GOSUMDB", "GONOSUMDB", "GOFLAGS")},
        files={"go.mod": "module scratch\n"},
        fresh=("GOPATH", "GOMODCACHE", "GOCACHE"),
    ),
    "maven": Client(
        "mvn",
        ("mvn", "-q", "-B", "-Dmaven.repo.local=repository", "validate"),
        files={"pom.xml": _POM},
    ),
}


def configured(client: Client) -> dict[str, str]:
    """Ask a client for its settings. Raises SecurityViolation for one with a password in it: rooms get none."""
    found = {}
    for variable, command in client.settings.items():
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_ASK_SECONDS, check=False)
        except (OSError, subprocess.SubprocessError):
            continue
        value = done.stdout.strip()
        if re.search(r"//[^/@\s]+@", value) or "is protected" in done.stderr:  # the latter is npm's word for it
            hint = "use a registry that needs none, or one within sandbox.hosts"
            raise SecurityViolation("a registry's address has a password in it", where=variable, hint=hint)
        if not done.returncode and value not in {"", "undefined"}:
            found[variable] = value
    return found


def named(values: Mapping[str, str]) -> set[str]:
    """Give the hosts that settings name: those of URLs, and a checksum database's name (``go env GOSUMDB``)."""
    urls = [word for value in values.values() for word in re.split(r"[\s,|]+", value) if "://" in word]
    found = {urlsplit(url).hostname or "" for url in urls}
    database = values.get("GOSUMDB", "").split("+")[0].strip()
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", database):
        found.add(database)
    return found - {""}


def fetch(client: Client, folder: Path, variables: Mapping[str, str]) -> str:
    """Run the small fetch; gives "" or why it failed. What the user's environment says stays, but for ``variables``."""
    for name, text in client.files.items():
        (folder / name).write_text(text)
    client.ready(folder)
    fresh = {name: str(folder / name) for name in client.fresh}
    try:
        command = _with({**variables, **fresh}, client.fetch)
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)[:300]
    lines = (done.stderr + done.stdout).decode("utf-8", "replace").strip().splitlines()
    return "" if not done.returncode else f"{client.program} ended with {done.returncode}: {' '.join(lines[-3:])[:300]}"


def _with(variables: Mapping[str, str], command: Sequence[str]) -> list[str]:
    """Add variables to the user's environment, which we do not read ourselves: env(1)."""
    return ["env", *(f"{name}={value}" for name, value in variables.items()), *command]
