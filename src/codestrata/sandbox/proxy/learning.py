"""Finding out which hosts a package registry has: by running its client once, on a project of ours, through a proxy.

Nothing foreign runs: each project names one small package, which is fetched and never built. The client sees the user's
own configuration, so a mirror or a company's registry is found as well as the usual one.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.errors import MissingExtra, RunnerFailed
from codestrata.sandbox.proxy.server import Proxy

_SECONDS = 180.0
_LAST = 300


@dataclass(frozen=True, slots=True)
class Lesson:
    """How a client is made to ask its registry for everything: words, files, variables.

    ``{here}`` and ``{port}`` in words and variables stand for the folder it runs in and the proxy's port.
    """

    command: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""


LESSONS: Mapping[str, Lesson] = {
    "crates": Lesson(
        ("cargo", "fetch", "--quiet"),
        {
            "Cargo.toml": '[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n'
            '[workspace]\n[dependencies]\nitoa = "1"\n',
            "lib.rs": "",
        },
        # an own package cache, below the user's configuration: cargo looks for .cargo in the folders above, too
        {"CARGO_HOME": "{here}/home", "CARGO_HTTP_PROXY": "http://127.0.0.1:{port}"},
        "install Rust with cargo",
    ),
    "pypi": Lesson(
        ("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "six"),
        advice="install pip: python3 -m ensurepip",
    ),
    "npm": Lesson(
        ("npm", "pack", "--silent", "--ignore-scripts", "--cache", "{here}/cache", "is-number@7"),
        {"package.json": '{"name": "scratch", "version": "0.0.0", "private": true}'},
        {"npm_config_https_proxy": "http://127.0.0.1:{port}"},
        advice="install Node.js with npm",
    ),
    "go": Lesson(
        ("go", "mod", "download", "github.com/google/uuid@v1.6.0"),
        {"go.mod": "module scratch\n\ngo 1.20\n"},
        {"GOMODCACHE": "{here}/cache", "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"},
        "install Go",
    ),
    "maven": Lesson(
        (
            "mvn", "--batch-mode", "--quiet", "-Dmaven.repo.local={here}/cache", "dependency:get", "-Dtransitive=false",
            "-Dartifact=junit:junit:4.13.2",
        ),
        variables={"MAVEN_OPTS": "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={port}"},
        advice="install Maven",
    ),
}  # fmt: skip


def learn(registry: str, *, private: bool) -> tuple[str, ...]:
    """Run a registry's client once and give the hosts it asked for, sorted; ``private`` as the proxy has it.

    Raises MissingExtra where the client is not installed, RunnerFailed where it reached nothing.
    """
    lesson = LESSONS[registry]
    with tempfile.TemporaryDirectory(prefix="strata-") as folder, socket.socket() as listener:
        here = Path(folder)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        with Proxy((), 0, here / "proxy", record=True, private=private) as proxy:
            proxy.listen(listener.dup())
            said = _run(lesson, here / "project", listener.getsockname()[1])
        hosts = sorted({seen.host for seen in proxy.connections if seen.allowed})  # all are logged once it has ended
    if not hosts:
        said = next((seen.reason for seen in proxy.connections if seen.reason), said)
        hint = "name its hosts in setting sandbox.hosts"
        raise RunnerFailed(f"which hosts it has could not be learnt: {said}", where=f"registry {registry}", hint=hint)
    return tuple(hosts)


def _run(lesson: Lesson, here: Path, port: int) -> str:
    """Run a client to its end; gives the last it said. ``env`` keeps the user's environment without our reading it."""
    here.mkdir()
    for name, text in lesson.files.items():
        (here / name).write_text(text, "utf-8")
    terms = {"here": str(here), "port": str(port)}
    told = {name: value.format(**terms) for name, value in lesson.variables.items()}
    told |= dict.fromkeys(("HTTPS_PROXY", "https_proxy"), f"http://127.0.0.1:{port}")
    hidden = [word for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy") for word in ("-u", name)]
    words = [word.format(**terms) for word in lesson.command]
    command = ["env", *hidden, *(f"{name}={value}" for name, value in told.items()), *words]
    try:
        done = subprocess.run(
            command, cwd=here, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{words[0]} gave no answer in {_SECONDS:g} s"
    if done.returncode == 127:  # noqa: PLR2004 -- env(1): the command was not found
        raise MissingExtra(f"{words[0]} is not installed", where="fetch step", hint=lesson.advice)
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_LAST] if lines else f"{words[0]} ended with {done.returncode}"
