"""Images for tests of the docker runner."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Sequence

from tests.sandbox.contract.lab import Lab
from tests.sandbox.contract.runners import absent


def busybox(lab: Lab, *more: str, volumes: Sequence[str] = ()) -> str:
    """Give the name of an image with busybox and empty files of some names, imported into the engine.

    Names that end with / become folders that everybody may write to.
    """
    program = shutil.which("busybox")
    if not program:
        absent("docker", "busybox is not installed")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(program, "bin/busybox")
        for name in ("sh", "ls", "cat", "id", "dd", "sleep", "sed", "df", "mkdir"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        for name in more:
            member = tarfile.TarInfo(name.rstrip("/"))
            if name.endswith("/"):
                member.type, member.mode = tarfile.DIRTYPE, 0o777
            tar.addfile(member)
    changes = [f"VOLUME {path}" for path in volumes]
    api = lab.runner._engine.api  # type: ignore[attr-defined]
    api.import_image_from_data(out.getvalue(), repository="tests/busybox", tag="1", changes=changes)
    return "tests/busybox:1"
