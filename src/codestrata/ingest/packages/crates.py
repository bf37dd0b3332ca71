"""Packages of crates, through cargo: ``cargo info`` downloads and checks one crate; nothing is compiled or run.

The registry asked is the default one as the user's configuration replaces it. Where cargo is older than 1.82, or that
configuration names a folder of unpacked crates, ``cargo vendor`` does it; that needs the crate's dependencies as well.
Source: The Cargo Book, "cargo info", "cargo vendor", "Source Replacement".
"""

from __future__ import annotations

import re
from pathlib import Path

from codestrata.errors import CloneFailed, RateLimitExceeded, RepositoryMissing, StrataError
from codestrata.ingest.packages.client import Bounds, Client, Ended, run_client
from codestrata.ingest.packages.package import Download, Package

CARGO = Client(
    "cargo",
    "install Rust's cargo, or leave pkg:cargo/ rows out",
    ("CARGO_*", "RUSTUP_*"),
    {"CARGO_HOME": (".cargo", ("config", "config.toml", "credentials", "credentials.toml"))},
)
_MANIFEST = """[package]
name = "codestrata-scratch"
version = "0.0.0"
edition = "2015"
[lib]
path = "lib.rs"
[workspace]
[dependencies]
"""
#: The default registry by the name cargo has for it; naming it makes cargo follow a replacement of it.
_DEFAULT = "crates-io"
_NO_INFO = ("no such command", "no such subcommand")
#: What cargo puts beside the files of a crate.
_CARGOS_OWN = (".cargo-checksum.json", ".cargo-ok")
_MISSING = ("could not find `", "no matching package", "failed to select a version", "not found in registry")
_DENIED = ("got 401", "got 403", "status code 401", "status code 403", "no token found")


def download(package: Package, scratch: Path, bounds: Bounds) -> Download:
    """Fetch a crate into ``scratch``. Raises a StrataError."""
    (scratch / "Cargo.toml").write_text(_MANIFEST)
    (scratch / "lib.rs").write_text("")
    spec = f"{package.name}@{package.version}" if package.version else package.name
    command = ["cargo", "info", "--color=never", f"--registry={_DEFAULT}", "--", spec]
    ended = run_client(CARGO, command, scratch, bounds, str(package))
    found = None if ended.code else _found(package, scratch)
    if not found and (not ended.code or any(sign in ended.messages for sign in _NO_INFO)):
        ended = _vendor(package, scratch, bounds)
        found = _found(package, scratch)
    if ended.code:
        raise _error(ended, str(package))
    if not found:
        raise CloneFailed("cargo downloaded nothing by that name", where=str(package))
    return found


def _vendor(package: Package, scratch: Path, bounds: Bounds) -> Ended:
    wanted = f"={package.version}" if package.version else "*"
    (scratch / "Cargo.toml").write_text(f'{_MANIFEST}{package.name} = "{wanted}"\n')
    command = [
        "cargo",
        "vendor",
        "--color=never",
        "--versioned-dirs",
        "--respect-source-config",
        "--",
        str(scratch / "vendor"),
    ]
    return run_client(CARGO, command, scratch, bounds, str(package))


def _found(package: Package, scratch: Path) -> Download | None:
    """Find the crate: the file that was downloaded, else the folder that cargo unpacked or copied."""
    name = re.compile(re.escape(package.name) + r"-([0-9]+\.[0-9]+\.[0-9]+(?:[-+].*?)?)(?:\.crate)?")
    places = ("cargo_home/registry/cache/*/*.crate", "cargo_home/registry/src/*/*", "vendor/*")
    paths = [path for place in places for path in sorted(scratch.glob(place))]
    found = [Download(path, match[1]) for path in paths if (match := name.fullmatch(path.name))]
    if not found:
        return None
    # A crate may depend on another version of itself, which is vendored beside it.
    chosen = next((d for d in found if d.version == package.version), found[0])
    if chosen.path.is_dir():
        for own in _CARGOS_OWN:
            (chosen.path / own).unlink(missing_ok=True)
    return chosen


def _error(ended: Ended, where: str) -> StrataError:
    if any(sign in ended.messages for sign in _MISSING):
        return RepositoryMissing("cargo knows no such crate or version", where=where)
    if any(sign in ended.messages for sign in _DENIED):
        return RepositoryMissing("cargo may not read it", where=where, hint="log in with cargo login")
    if "got 429" in ended.messages:
        return RateLimitExceeded("cargo's registry asks for patience", where=where)
    hint = "check the [source] and [http] settings of cargo's config.toml"
    return CloneFailed(f"cargo could not fetch it: {ended.last_line}", where=where, hint=hint)
