"""Checks on the host after an attack that leaves something for what comes later: artifacts, archives, layers."""

from __future__ import annotations

import io
import tarfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from codestrata.errors import LimitExceeded, RunnerFailed, StrataError
from codestrata.sandbox.attacks.base import MB, SMALL, Aftermath
from codestrata.sandbox.base import Command

#: Python's files that rooms may lack or have elsewhere; the first that is there runs the attack.
_PYTHONS = "python3 python /usr/local/bin/python3 /usr/bin/python3"
#: Bytes that artifacts of attacks may take.
_LIMIT = 2 * MB


def script(program: str, token: str) -> str:
    """Give the script that runs a program of ``inside/`` with the first Python there is."""
    run = f'exec "$python" -B -m inside {program} {token}'
    return f'for python in {_PYTHONS}; do if command -v "$python" >/dev/null; then {run}; fi; done; exit 127'


def artifacts(seen: Aftermath) -> str:
    """Take artifacts from where links to host files lie: links may come out, what they lead to must not."""
    out = seen.scratch / "links.tar"
    patterns = ("artifact.txt", "artifact-folder/**", "artifact-etc/**", "artifact-*", "../**", "/etc/passwd")
    for pattern in patterns:
        with suppress(StrataError):
            seen.runner.pack(seen.room, [pattern], out, _LIMIT)
            if found := _foreign(out, seen.traps.secret.encode()):
                return f"{found} was taken for an artifact by {pattern!r}"
    return ""


def _foreign(archive: Path, secret: bytes) -> str:
    """Give the name of a member that lies outside of the tree or holds what is none of it; "" for none."""
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is not None and (secret in (body := file.read()) or b"root:" in body):
                return member.name
            if member.name.startswith("/") or ".." in Path(member.name).parts:
                return member.name
    return ""


def sparse(seen: Aftermath) -> str:
    """Take a terabyte of holes for an artifact: it must be refused by its size, not read to its end."""
    out = seen.scratch / "sparse.tar"
    with suppress(LimitExceeded):
        seen.runner.pack(seen.room, ["artifact.bin"], out, _LIMIT)
    if out.exists() and out.stat().st_size > 2 * _LIMIT:
        return f"artifacts of {out.stat().st_size} bytes were kept, where {_LIMIT} are allowed"
    return ""


def deep(seen: Aftermath) -> str:
    """Take artifacts and a layer from a deep tree, and remove the room: in order, or refused in order."""
    for take in (
        lambda: seen.runner.pack(seen.room, ["deep/**"], seen.scratch / "deep.tar", _LIMIT),
        lambda: seen.runner.layer(seen.room, seen.scratch / "deep-layer"),
    ):
        with suppress(StrataError, OSError):
            take()
    return cleared(seen)


def cleared(seen: Aftermath) -> str:
    """Remove the room, twice: nothing of it stays, and what its links lead to keeps its permissions."""
    before = {path: path.stat().st_mode for path in (*seen.traps.canaries, seen.traps.beside, seen.traps.hidden)}
    seen.runner.destroy(seen.room)
    seen.runner.destroy(seen.room)
    changed = [path for path, mode in before.items() if path.stat().st_mode != mode]
    return f"the permissions of {changed[0].name} of the host's were changed" if changed else ""


def archive(seen: Aftermath) -> str:
    """Put a hostile archive into the room: names that climb, absolute names, links to write through, devices."""
    path = seen.scratch / "hostile.tar"
    path.write_bytes(hostile(seen.traps.beside))
    with suppress(StrataError):
        seen.runner.unpack(seen.room, path)
    return ""  # the traps tell


def hostile(beside: Path) -> bytes:
    """Make an archive each member of which wants to change a canary in that folder of the host's."""
    buffer, canary = io.BytesIO(), str(beside / "canary.txt")
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in (canary, "../" * 16 + canary.lstrip("/"), "../../canary.txt", "../beside/canary.txt"):
            _file(tar, name)
        for number, target in enumerate((str(beside), "../" * 16 + str(beside).lstrip("/"))):
            _link(tar, f"way-{number}", target, tarfile.SYMTYPE)
            _file(tar, f"way-{number}/canary.txt")
        _link(tar, "hard", canary, tarfile.LNKTYPE)
        _file(tar, "hard")
        device = tarfile.TarInfo("disk")
        device.type, device.devmajor, device.devminor, device.mode = tarfile.BLKTYPE, 254, 0, 0o666
        tar.addfile(device)
    return buffer.getvalue()


def _file(tar: tarfile.TarFile, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(b"changed")
    tar.addfile(member, io.BytesIO(b"changed"))


def _link(tar: tarfile.TarFile, name: str, target: str, kind: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    tar.addfile(member)


def layers(seen: Aftermath) -> str:
    """Keep the room as a layer, and let the next room write through the link that lies in it."""
    kept = seen.scratch / "layer"
    seen.runner.layer(seen.room, kept)
    seen.runner.destroy(seen.room)
    job = replace(seen.room.job, id=f"{seen.room.job.id}-2", layers=(kept,))
    room = seen.runner.prepare(job)
    try:
        script = "echo changed > folder/canary.txt || true; cat folder/secret.txt || true"
        handle = seen.runner.start(room, Command(script=script, limits=SMALL))
        printed = b"".join(seen.runner.stream(handle))
        seen.runner.wait(handle)
    finally:
        seen.runner.destroy(room)
    return "the next room read a secret through it" if seen.traps.secret.encode() in printed else ""


def usable(seen: Aftermath) -> str:
    """Run something else in the room: an attack on what is around it must not have taken that over."""
    with suppress(StrataError):
        handle = seen.runner.start(seen.room, Command(script="echo still here", limits=SMALL))
        list(seen.runner.stream(handle))
        seen.runner.wait(handle)
    return ""


def crowd(what: str, seen: Aftermath) -> str:
    """Have one room take all of what a user may have, then let another ask for its share."""
    limits, took = replace(SMALL, wall=10.0), b""
    hoard = seen.runner.start(seen.room, Command(script=script(f"hoard_{what}", seen.traps.token), limits=limits))
    try:
        for piece in seen.runner.stream(hoard):
            took += piece
            if b"@full" in took:
                break
        job = replace(seen.room.job, id=f"{seen.room.job.id}-2")
        room = seen.runner.prepare(job)
        try:
            asked = seen.runner.start(room, Command(script=script(f"share_{what}", seen.traps.token), limits=limits))
            printed = b"".join(seen.runner.stream(asked))
            seen.runner.wait(asked)
        finally:
            seen.runner.destroy(room)
    finally:
        seen.runner.cancel(hoard)
        seen.runner.wait(hoard)
    if b"@full" not in took or b"@" not in printed:
        raise RunnerFailed("the two rooms did not say what they were given", where=seen.room.job.id)
    return f"another room was left none of its {what}" if b"@nothing-left" in printed else ""
