"""A remote Git repository as a bare one of our own: cloned once, then only what is new is fetched.

A clone grows under a temporary name and is renamed when it is whole; what a killed attempt left is removed by the next.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from codestrata.errors import DamagedRepository, SecurityViolation
from codestrata.git.command import run_git
from codestrata.git.refs import is_ref, read_head, read_plain, read_ref, write_file
from codestrata.ingest.remote import Advertised, Remote, reach

#: Our own note in the clone: how it was made.
NOTE = "codestrata.json"
DETACHED = "refs/codestrata/head"
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head")
#: Git's own way of asking for missing objects: what is here is of no interest to the server.
_NO_NEGOTIATION = ("-c", "fetch.negotiationAlgorithm=noop")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a repository: strategy (shallow, blobless, full), depth under shallow, refs (head or all).

    ``pin`` is a full commit id, a branch or a tag to take instead of the server's HEAD ("" none).
    """

    strategy: str = "shallow"
    depth: int = 1
    refs: str = "head"
    pin: str = ""


def obtain(url: str, git_dir: Path, scratch: Path, wanted: Wanted, make: Callable[[str], Remote]) -> str:
    """Bring ``git_dir`` up to what the server has now; gives the reason for quarantine, or "".

    ``scratch`` is a folder of this attempt's own on the same file system. ``make`` makes the remote of a URL.
    """
    reach(url, make, lambda remote: _bring(remote, git_dir, scratch, wanted))
    return str((_note(git_dir) or {}).get("quarantine", ""))


def _bring(remote: Remote, git_dir: Path, scratch: Path, wanted: Wanted) -> None:
    had = _note(git_dir)
    if wanted.pin:
        _take_pinned(remote, git_dir, scratch / "clone.git", wanted)
    elif had is None:
        _clone(remote, git_dir, scratch / "clone.git", wanted)
    else:
        _update(remote, git_dir, wanted, had)


def _clone(remote: Remote, git_dir: Path, growing: Path, wanted: Wanted) -> None:
    def command(url: str) -> list[str]:
        shutil.rmtree(growing, ignore_errors=True)
        return ["clone", "--quiet", "--bare", "--template=", "--no-local", *_scope(wanted), "--", url, str(growing)]

    growing.parent.mkdir(parents=True, exist_ok=True)
    remote.git(command)
    if wanted.strategy == "blobless":
        _fetch_blobs(remote, growing)
    _write_note(growing, wanted, remote.quarantine)
    install(growing, git_dir)


def _take_pinned(remote: Remote, git_dir: Path, growing: Path, wanted: Wanted) -> None:
    """Fetch one commit, branch or tag into a repository of its own, with HEAD detached there."""

    def command(url: str) -> list[str]:
        shutil.rmtree(growing, ignore_errors=True)
        run_git(["init", "--quiet", "--bare", "--template=", str(growing)])
        run_git(["config", "remote.origin.url", url], git_dir=growing)
        return ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *_depth(wanted), "origin", source]

    source = f"+{wanted.pin}:{DETACHED}"
    growing.parent.mkdir(parents=True, exist_ok=True)
    remote.git(command, growing)
    commit = run_git(["rev-parse", f"{DETACHED}^{{commit}}"], git_dir=growing).decode().strip()
    write_file(growing / "HEAD", f"{commit}\n".encode())
    if wanted.strategy == "blobless":
        _fetch_blobs(remote, growing)
    _write_note(growing, wanted, remote.quarantine)
    install(growing, git_dir)


def _depth(wanted: Wanted) -> list[str]:
    if wanted.strategy == "shallow":
        return [f"--depth={wanted.depth}"]
    return ["--filter=blob:none"] if wanted.strategy == "blobless" else []


def install(growing: Path, git_dir: Path) -> None:
    """Give a finished repository its name; what stood there (unfinished: it has no note) is replaced."""
    git_dir.parent.mkdir(parents=True, exist_ok=True)
    if git_dir.exists():
        shutil.rmtree(git_dir)
    growing.rename(git_dir)


def _scope(wanted: Wanted) -> list[str]:
    refs = ["--no-single-branch"] if wanted.refs == "all" else ["--single-branch", "--no-tags"]
    if wanted.strategy == "shallow":
        return [*refs, f"--depth={wanted.depth}"]
    return [*refs, "--filter=blob:none"] if wanted.strategy == "blobless" else refs


def _update(remote: Remote, git_dir: Path, wanted: Wanted, had: Mapping[str, object]) -> None:
    changed = any(had.get(name) != value for name, value in asdict(wanted).items())
    there = remote.head()
    here = read_head(git_dir)
    same = (there.ref, there.commit) == (here.ref, here.commit)
    if not there.commit or (same and not changed and wanted.refs == "head"):
        return
    specs = _refspecs(there, wanted)

    def command(url: str) -> list[str]:
        run_git(["config", "remote.origin.url", url], git_dir=git_dir)
        return [*_FETCH, *_reach(git_dir, wanted, had), "origin", *specs]

    remote.git(command, git_dir)
    target = f"ref: {there.ref}" if there.ref else read_ref(git_dir, DETACHED)
    write_file(git_dir / "HEAD", f"{target}\n".encode())
    if wanted.strategy == "blobless":
        _fetch_blobs(remote, git_dir)
    # What was once let in under quarantine is still there, and is not checked again.
    _write_note(git_dir, wanted, remote.quarantine or str(had.get("quarantine", "")))


def _refspecs(there: Advertised, wanted: Wanted) -> list[str]:
    if there.ref and not is_ref(there.ref):
        raise SecurityViolation(f"the server's HEAD names {there.ref[:80]!r}, which is no ref")
    head = f"+{there.ref}:{there.ref}" if there.ref else f"+HEAD:{DETACHED}"
    return [head, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"] if wanted.refs == "all" else [head]


def _reach(git_dir: Path, wanted: Wanted, had: Mapping[str, object]) -> list[str]:
    """Give the options that bring a clone of any strategy to the wanted one."""
    if wanted.strategy == "shallow":
        return [f"--depth={wanted.depth}"]
    deepen = ["--unshallow"] if (git_dir / "shallow").exists() else []
    if wanted.strategy == "blobless":
        return [*deepen, "--filter=blob:none"]
    return [*deepen, "--no-filter", *(["--refetch"] if had.get("strategy") == "blobless" else [])]


def _fetch_blobs(remote: Remote, git_dir: Path) -> None:
    """Fetch every blob of HEAD's tree that is not there yet, in one request."""
    head = read_head(git_dir)
    if not head.commit:
        return
    args = ["rev-list", "--objects", "--missing=print", "--no-walk", f"{head.commit}^{{tree}}"]
    listed = run_git(args, git_dir=git_dir, limits=remote.limits, timeout=remote.remaining())
    wanted = [line[1:] for line in listed.split(b"\n") if line.startswith(b"?")]
    if wanted:
        fetch = [*_NO_NEGOTIATION, *_FETCH, "--filter=blob:none", "--stdin", "origin"]
        remote.git(lambda _: fetch, git_dir, b"".join(name + b"\n" for name in wanted))


def _note(git_dir: Path) -> dict[str, object] | None:
    """Read our note; None when there is no finished clone."""
    text = read_plain(git_dir / NOTE, 1 << 16)
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise DamagedRepository("its note cannot be read", where=git_dir.name, hint="remove the folder") from error
    return found if isinstance(found, dict) else None


def _write_note(git_dir: Path, wanted: Wanted, quarantine: str) -> None:
    note = asdict(wanted) | {"quarantine": quarantine}
    write_file(git_dir / NOTE, json.dumps(note, sort_keys=True).encode() + b"\n")
