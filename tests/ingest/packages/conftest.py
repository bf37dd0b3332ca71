"""Local registries that the real clients talk to over HTTP."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from codestrata.ingest.packages import fetch
from codestrata.model import Origin, OriginKind, Repository
from codestrata.settings import Settings


def expected(what: str) -> bool:
    """Say whether the environment promises that something is there, so that its absence is a failure."""
    return what in os.environ.get("STRATA_EXPECT", "").split(",")


@pytest.fixture
def tgz() -> Callable[[str, Mapping[str, str]], bytes]:
    """Give the maker of a .tar.gz of text files below one folder."""
    return _tgz


def _tgz(top: str, files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size, info.mtime = len(text.encode()), 1_600_000_000
            tar.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


@dataclass
class Registry:
    """A web server over a dictionary of pages; ``status`` overrides the answer for a path."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def pypi(self, name: str, files: Mapping[str, bytes], hashes: Mapping[str, str] | None = None) -> None:
        """Offer files of a Python package; ``hashes`` replaces what the index promises."""
        links = []
        for file, data in files.items():
            digest = (hashes or {}).get(file, hashlib.sha256(data).hexdigest())
            links.append(f'<a href="/files/{file}#sha256={digest}">{file}</a>')
            self.pages[f"/files/{file}"] = data
        self.pages[f"/simple/{name}/"] = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()

    def npm(self, name: str, versions: Mapping[str, bytes], integrity: str = "") -> None:
        """Offer tarballs of an npm package by version; the last is the latest."""
        entries = {}
        for version, data in versions.items():
            path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
            self.pages[path] = data
            digest = integrity or "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
            dist = {"tarball": self.url + path, "integrity": digest}
            entries[version] = {"name": name, "version": version, "dist": dist}
        packument = {"name": name, "dist-tags": {"latest": version}, "versions": entries}
        self.pages["/" + name.replace("/", "%2f")] = json.dumps(packument).encode()

    def crate(self, name: str, versions: Mapping[str, bytes]) -> None:
        """Offer .crate files by version in a sparse index."""
        lines = []
        for version, data in versions.items():
            checksum = hashlib.sha256(data).hexdigest()
            line = {"name": name, "vers": version, "deps": [], "cksum": checksum, "features": {}, "yanked": False}
            lines.append(json.dumps(line))
            self.pages[f"/crates/{name}/{version}/download"] = data
        self.pages[f"/index/{name[:2]}/{name[2:4]}/{name}"] = "\n".join(lines).encode()
        self.pages["/index/config.json"] = json.dumps({"dl": f"{self.url}/crates"}).encode()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Registry]:
    """Give a registry on this machine, and make it the only one the clients know."""
    store = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.replace("%2F", "%2f")
            store.asked.append(path)
            status = store.status.get(path, 200 if path in store.pages else 404)
            body = store.pages.get(path, b"") if status == 200 else b"{}"
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if path.startswith("/simple/") else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store.url = f"http://127.0.0.1:{server.server_port}"
    for name, value in _configuration(store.url, tmp_path).items():
        monkeypatch.setenv(name, value)
    yield store
    server.shutdown()
    thread.join()
    server.server_close()


def _configuration(url: str, tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "cargo home"
    home.mkdir()
    source = f'[source.crates-io]\nreplace-with = "local"\n[source.local]\nregistry = "sparse+{url}/index/"\n'
    (home / "config.toml").write_text(f"{source}[net]\nretry = 0\n")
    return {
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"{url}/simple/",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
        "npm_config_userconfig": os.devnull,
        "npm_config_globalconfig": str(tmp_path / "npmrc"),
        "npm_config_registry": f"{url}/",
        "npm_config_fetch_retries": "0",
        "CARGO_HOME": str(home),
    }


@dataclass
class Inputs:
    """What a running partition has: settings, a folder of its own, time."""

    scratch: Path
    settings: Settings = field(default_factory=Settings)
    seconds: float = 60.0

    def remaining(self) -> float:
        """Give the seconds left."""
        return self.seconds


@dataclass
class Fetched:
    """A fetched package: its ref, and its repository."""

    ref: str
    git: Callable[..., bytes]

    @property
    def paths(self) -> list[str]:
        """List the files of its tree."""
        return self.git("ls-tree", "-r", "--name-only", "HEAD").decode().split()

    @property
    def message(self) -> str:
        """Give the message of its commit."""
        return self.git("log", "-1", "--format=%B").decode()


@pytest.fixture
def fetch_package(tmp_path: Path) -> Callable[..., Fetched]:
    """Give ``fetch_package(purl)``; it leaves nothing but the bare repository."""
    numbers = iter(range(1000))

    def go(purl: str, **options: Any) -> Fetched:
        place = tmp_path / f"fetch{next(numbers)}"
        (place / "scratch").mkdir(parents=True)
        repository = Repository.at(Origin(OriginKind.PACKAGE, purl), "x")
        io_ = Inputs(place / "scratch", **options)
        try:
            ref = fetch(repository, place / "bare", io_)  # type: ignore[arg-type]
        finally:
            assert list(io_.scratch.iterdir()) == []
        return Fetched(ref, _git(place / "bare"))

    return go


def _git(path: Path) -> Callable[..., bytes]:
    return lambda *a: subprocess.run(["git", f"--git-dir={path}", *a], capture_output=True, check=True).stdout


@pytest.fixture
def need(request: pytest.FixtureRequest) -> None:
    """Skip, saying why, when the client in the test's ``client`` parameter or module constant is not installed."""
    client = getattr(request.module, "CLIENT", "")
    if shutil.which(client) is None:
        if expected("clients"):
            pytest.fail(f"{client} is not installed")
        pytest.skip(f"{client} is not installed")
