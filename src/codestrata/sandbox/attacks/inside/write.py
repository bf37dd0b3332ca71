"""Attacks that write where they must not: host files, the kernel's settings, mounts of others."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from .tell import absent, escaped, held, refusal, system, traps

REMOUNT, BIND, READ_ONLY = 32, 4096, 1


def outside() -> None:
    """Write outside of the work tree: the host looks for the files afterwards."""
    name, made = f".strata-{sys.argv[2]}", []
    for folder in traps()["folders"]:
        with contextlib.suppress(OSError):
            Path(folder, name).write_text("attack", encoding="utf-8")
            made.append(folder)
    held(f"written to {', '.join(made)}: the room's own" if made else "nowhere")


def canary() -> None:
    """Change files of the host's beside the work tree."""
    for path in traps()["canaries"]:
        with contextlib.suppress(OSError):
            Path(path).write_text("changed", encoding="utf-8")
    held("no file of the host's could be changed")


def tree() -> None:
    """Change the source tree: files, their mode, their names."""
    Path("target.txt").write_text("changed", encoding="utf-8")
    Path("target.txt").chmod(0o777)
    Path("added.txt").write_text("added", encoding="utf-8")
    os.replace("target.txt", "renamed.txt")
    held("only the room's copy was changed")


def read_only() -> None:
    """Write into what is mounted to be read."""
    place = traps()["shared"]
    if not os.path.isdir(place):
        absent("nothing is mounted there")
    try:
        Path(place, "canary.txt").write_text("changed", encoding="utf-8")
    except OSError as error:
        held(refusal(error))
    escaped(f"{place} can be written")


def remount() -> None:
    """Mount what is read-only once more, to be written."""
    for place in (traps()["shared"], "/usr"):
        if not os.path.isdir(place) or not os.statvfs(place).f_flag & READ_ONLY:
            continue
        try:
            system("mount", None, place.encode(), None, REMOUNT | BIND, None)
        except OSError as error:
            held(f"{place}: {refusal(error)}")
        system("mount", None, place.encode(), None, REMOUNT | BIND | READ_ONLY, None)
        escaped(f"{place} was mounted again, to be written")
    held("nothing is mounted read-only")


def link_out() -> None:
    """Write through a symbolic link to a file of the host's."""
    for number, path in enumerate(traps()["canaries"]):
        with contextlib.suppress(OSError):
            os.symlink(path, f"through-{number}")
            Path(f"through-{number}").write_text("changed", encoding="utf-8")
    held("the links lead nowhere, or to the room's own files")


def links_for_artifacts() -> None:
    """Leave links to host files where artifacts are taken from."""
    os.symlink(traps()["secrets"][-1], "artifact.txt")
    os.symlink(os.path.dirname(traps()["secrets"][-1]), "artifact-folder")
    os.symlink("/etc", "artifact-etc")
    held("no link was followed")


def link_for_layers() -> None:
    """Replace a folder of the tree by a link to a folder of the host's."""
    os.unlink("folder/canary.txt")
    os.rmdir("folder")
    os.symlink(os.path.dirname(traps()["canaries"][0]), "folder")
    held("the next room did not follow it")


def deep() -> None:
    """Leave a tree of 3,000 folders below one another: too deep for whoever goes down by calling himself."""
    for _ in range(3000):
        try:
            os.mkdir("deep")
            os.chdir("deep")
        except OSError as error:
            held(refusal(error))
    Path("bottom").write_text("reached", encoding="utf-8")
    held("it was refused or taken in order, and cleared up")


def locked() -> None:
    """Leave folders that nobody may enter, with links to host files in them: who clears up must not follow those."""
    Path("locked").mkdir()
    for number, path in enumerate((*traps()["canaries"], *traps()["secrets"])):
        os.symlink(path, f"locked/{number}")
    os.symlink(os.path.dirname(traps()["canaries"][0]), "locked/folder")
    Path("locked").chmod(0)
    Path(".").chmod(0o500)
    held("they were cleared up, and no link was followed")


def sparse() -> None:
    """Leave a file of a terabyte that takes no place, where artifacts are taken from."""
    with Path("artifact.bin").open("wb") as out:
        try:
            out.truncate(1 << 40)
        except OSError as error:
            held(refusal(error))
    held("it was refused by its size")


def hard_link() -> None:
    """Take a second name of a file of the host's, and write to it."""
    refused = "no file of the host's is seen"
    for path in (f"{traps()['shared']}/canary.txt", *traps()["canaries"], "/etc/passwd"):
        try:
            os.link(path, "second-name")
        except OSError as error:
            refused = refusal(error)
            continue
        os.unlink("second-name")
        if os.stat(path).st_dev != os.stat(".").st_dev or path in traps()["canaries"]:
            escaped(f"{path} has a second name in the work tree")
    held(refused)


def settings() -> None:
    """Change the kernel's settings; nothing is written when they open."""
    doors = ["kernel/core_pattern", "kernel/panic", "kernel/modprobe", "vm/drop_caches", "kernel/hostname"]
    paths = [*(f"/proc/sys/{one}" for one in doors), "/proc/sysrq-trigger"]
    for path in paths:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            escaped(f"{path} can be written")
    held("none of them opens")


def groups() -> None:
    """Change control groups or other things below /sys."""
    with contextlib.suppress(OSError):
        for place, folders, files in os.walk("/sys/fs/cgroup"):
            for name in {"release_agent", "cgroup.procs", "memory.max", "memory.limit_in_bytes"} & set(files):
                with contextlib.suppress(OSError):
                    os.close(os.open(os.path.join(place, name), os.O_WRONLY))
                    escaped(f"{place}/{name} can be written")
            del folders[20:]
    for path in ("/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run"):
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            escaped(f"{path} can be written")
    held("none of them opens")


def unkillable() -> None:
    """Tell the kernel to take somebody else when memory runs out."""
    try:
        Path("/proc/self/oom_score_adj").write_text("-1000", encoding="utf-8")
    except OSError as error:
        held(refusal(error))
    escaped("the kernel would take somebody else")


def programs() -> None:
    """Overwrite the program of the process that made the room (the shape of CVE-2019-5736)."""
    for path in ("/proc/self/exe", "/proc/1/exe", f"/proc/{os.getppid()}/exe"):
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            if os.stat(path).st_uid != os.getuid() or os.getuid() == 0:
                escaped(f"{path} can be written")
    with contextlib.suppress(OSError):
        os.close(os.open("/proc/1/mem", os.O_RDWR))
        if os.readlink("/proc/self/ns/pid") == traps()["namespaces"].get("pid"):
            escaped("/proc/1/mem can be written")
    held("neither program nor memory opens")


def set_user() -> None:
    """Become root by a program with the set-user bit: one of our own, and those that are there."""
    Path("own").write_bytes(Path(sys.executable).read_bytes()[:64])
    Path("own").chmod(0o4755)
    for name in ("su", "passwd", "chsh", "mount", "newgrp", "gpasswd", "pkexec", "sudo"):
        path = Path("/usr/bin", name)
        if path.exists() and path.stat().st_mode & 0o4000 and _effective(str(path)) == 0 != os.getuid():
            escaped(f"{path} runs as root")
    if os.getuid() == 0:
        escaped("the room's user is root") if _outer_root() else held("root in a namespace of its own only")
    held("none of them runs as root")


def _outer_root() -> bool:
    """Say whether root here is root of the host: who maps to it."""
    first = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return first[:2] == ["0", "0"]


def _effective(path: str) -> int:
    """Give the effective user of a program while it waits for its input."""
    child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = -1
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("Uid:"):
                found = int(line.split()[2])
    child.kill()
    child.wait()
    return found
