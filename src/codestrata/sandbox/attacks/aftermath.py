"""Checks on the host after an attack that leaves something for what comes later: artifacts, archives, layers."""

from __future__ import annotations

import io
import tarfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from codestrata.errors import LimitExceeded, StrataError
from codestrata.sandbox.attacks.base import MB, SMALL, Aftermath
from codestrata.sandbox.base import Command

#: Bytes that artifacts of attacks may take.
_LIMIT = 2 * MB


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
