"""The image "host": an empty one of ours, into which containers get the host's own programs read-only."""

from __future__ import annotations

import io
import json
import os
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from codestrata.sandbox.base import HOME, WORK
from codestrata.sandbox.docker.engine import Engine, EngineBroken
from codestrata.sandbox.hostfs import BESIDE_USR, FILES, etc

HOST = "host"
_NAME = "codestrata/host"
_FOLDERS = ("usr", "proc", "sys", "dev", "run", "etc", "tmp", WORK[1:], "home", HOME[1:])


def prepared(engine: Engine, image: str) -> str:
    """Give the engine's id of an image, making ours when it is not there yet. Raises EngineBroken."""
    if image != HOST:
        with engine.asked(f"cannot use the image {image}"):
            return str(engine.api.inspect_image(image)["Id"])
    data = _tar()
    tag = sha256(data).hexdigest()[:16]
    with engine.asked("cannot list images"):
        found = engine.api.images(name=f"{_NAME}:{tag}", quiet=True)
    if found:
        return str(found[0])
    with engine.asked("cannot import an image"):
        said = engine.api.import_image_from_data(data, repository=_NAME, tag=tag)
    answer: dict[str, Any] = json.loads(str(said).strip().splitlines()[-1])
    if "status" not in answer:
        raise EngineBroken(f"the container engine did not take our image: {answer}", where=engine.address)
    return str(answer["status"])


def binds() -> list[str]:
    """Give the host's folders and files that containers of the image see, as ``source:target:ro``."""
    folders = ["/usr", *(f"/{name}" for name in BESIDE_USR if _own(name))]
    return [f"{path}:{path}:ro" for path in (*folders, *etc())]


def _own(name: str) -> bool:
    path = Path("/", name)
    return path.is_dir() and not path.is_symlink()


def _tar() -> bytes:
    """Make the image's only layer: folders to bind over, the host's links into /usr, and our own files of /etc."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in (*_FOLDERS, *(name for name in BESIDE_USR if _own(name))):
            member = tarfile.TarInfo(name)
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(member)
        for name in BESIDE_USR:
            if Path("/", name).is_symlink():
                member = tarfile.TarInfo(name)
                member.type, member.linkname = tarfile.SYMTYPE, os.readlink(f"/{name}")  # noqa: PTH115 -- kept as it is
                tar.addfile(member)
        for path, text in FILES.items():
            member = tarfile.TarInfo(path[1:])
            member.size, member.mode = len(text), 0o644
            tar.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()
