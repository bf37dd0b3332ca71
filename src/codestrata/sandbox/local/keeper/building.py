"""Builds a room: namespaces, the writable backing, the overlay, and a root of its own to pivot into.

In the keeper's root, ``/room`` is what commands see, ``/disk`` the writable backing, ``/lower`` the folders under the
overlay, ``/own`` the backing as the room's user's, and ``/proc`` that of the room's process namespace.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from codestrata.sandbox.local.keeper import kernel
from codestrata.sandbox.local.keeper.binding import Binder

Plan = dict[str, Any]

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
#: Seconds that namespaces of ended commands may take to be gone.
_PATIENCE = 5.0
_LINKED = ("bin", "sbin", "lib", "lib64", "lib32", "libx32")


def leave(plan: Plan) -> None:
    """Enter namespaces of our own; without the right to, as the root of a user namespace."""
    flags = kernel.NEWNS | kernel.NEWNET | kernel.NEWPID | kernel.NEWIPC
    if plan["root"]:
        kernel.unshare(flags)
        return
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(kernel.NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"0 {user} 1\n")
    _write("/proc/self/gid_map", f"0 {group} 1\n")
    kernel.unshare(flags)


def build(plan: Plan) -> list[str]:
    """Mount everything and pivot; gives what is weaker than asked for, in words. The first process of its namespace."""
    notes: list[str] = []
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", plan["base"], "tmpfs", kernel.MS_NOSUID, "mode=755,size=16m")
    os.chdir(plan["base"])
    for name in ("proc", "dev", "room", "disk", "lower", "old", "tmp"):
        os.mkdir(name)
    kernel.mount("proc", "proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    _devices()
    _backing(plan)
    binder = Binder(plan, notes)
    binder.backing()
    _system(plan, binder)
    binder.bind(outside=True)
    _overlays(plan, binder)
    binder.bind(outside=False)
    binder.close()
    kernel.pivot_root(".", "old")
    os.chdir("/")
    kernel.umount("old", kernel.MNT_DETACH)
    os.rmdir("old")
    kernel.loopback_up()
    return notes


def seal(plan: Plan) -> None:
    """Take the overlays off and put the backing in order, so that it can be kept. No command may be left."""
    for name in ("room/work", "room/home/ci", "room/tmp"):
        kernel.umount(name, kernel.MNT_DETACH)
    if os.path.ismount("own"):
        kernel.umount("own", kernel.MNT_DETACH)
    kept = [f"/disk/{name}" for name in os.listdir("disk") if name not in {"work", "home", "lost+found"}]
    _run(["rm", "-rf", "--one-file-system", *kept])
    if plan["backing"]["kind"] == "image":
        _settle(lambda: kernel.mount("none", "disk", flags=kernel.MS_REMOUNT | kernel.MS_RDONLY))
        kernel.umount("disk", kernel.MNT_DETACH)


def _settle(act: Callable[[], None]) -> None:
    """Do something that may have to wait for the last command's namespaces to be taken down."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            act()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.005)
        else:
            return


def _devices() -> None:
    for name in _DEVICES:
        _write(f"dev/{name}", "")
        kernel.mount(f"/dev/{name}", f"dev/{name}", flags=kernel.MS_BIND)


def _backing(plan: Plan) -> None:
    backing = plan["backing"]
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOATIME
    if backing["kind"] == "image":
        _mount_image(backing["path"], "disk", flags)
    elif backing["kind"] == "tmpfs":
        kernel.mount("tmpfs", "disk", "tmpfs", flags, f"mode=755,size={backing['size']},nr_inodes={backing['files']}")
    else:
        kernel.mount(backing["path"], "disk", flags=kernel.MS_BIND)
    for name in ("work", "home", "tmp"):
        os.mkdir(f"disk/{name}")
        if plan["root"]:
            os.chown(f"disk/{name}", *plan["stored"])
    os.chmod("disk/tmp", 0o1777)  # noqa: S103 -- as /tmp is everywhere
    for name in ("work.ovl", "home.ovl"):
        os.mkdir(f"disk/{name}")


def _mount_image(image: str, target: str, flags: int) -> None:
    read_only = bool(flags & kernel.MS_RDONLY)
    name, device = kernel.loop_device(image, read_only=read_only)
    try:
        kernel.mount(name, target, "ext4", flags, "noload" if read_only else "noinit_itable,nobarrier")
    finally:
        os.close(device)


def _system(plan: Plan, binder: Binder) -> None:
    """Make the root that commands see, but for what is bound into it."""
    for name in ("proc", "dev", "run", "etc", "tmp", "work", "home/ci"):
        os.makedirs(f"room/{name}")
    binder.one("/usr", "/usr")
    os.symlink("room/usr", "usr")
    for name in _LINKED:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}").lstrip("/"), f"room/{name}")
        elif os.path.isdir(f"/{name}"):
            binder.one(f"/{name}", f"/{name}")
        else:
            continue
        os.symlink(f"room/{name}", name)
    for path, text in plan["files"].items():
        _write("room" + path, text)


def _overlays(plan: Plan, binder: Binder) -> None:
    """Put the work tree and the home folder together: first the layers, the newest on top, then the tree."""
    layers: list[str] = []
    for number, layer in enumerate(plan["layers"]):
        place, source = f"lower/{number}", layer["path"]
        os.mkdir(place)
        if layer["kind"] == "image":
            _mount_image(source, place, kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV)
            source = place
        if not binder.layer(source, place):
            _run(["cp", "-a", "--reflink=auto", "--", source, f"disk/layer-{number}"])
            place = f"own/layer-{number}"
        layers.insert(0, place)
    os.mkdir("lower/tree")
    if not binder.owned(plan["tree"], "lower/tree"):
        os.rmdir("lower/tree")
        os.symlink("../own/tree", "lower/tree")
        _run(["cp", "-a", "--reflink=auto", "--", plan["tree"], "disk/tree"])
        _run(["chown", "-hR", ":".join(map(str, plan["stored"])), "--", "disk/tree"])
    _overlay("work", [f"{place}/work" for place in layers] + ["lower/tree"], "room/work")
    if layers:
        _overlay("home", [f"{place}/home" for place in layers], "room/home/ci")
    else:
        kernel.mount("own/home", "room/home/ci", flags=kernel.MS_BIND)
    kernel.mount("own/tmp", "room/tmp", flags=kernel.MS_BIND)


def _overlay(name: str, lower: list[str], target: str) -> None:
    # userxattr: marks in user.overlay.*, which work in a user namespace, too. volatile: nobody needs a flush here.
    data = f"lowerdir={':'.join(lower)},upperdir=own/{name},workdir=own/{name}.ovl,userxattr,volatile"
    kernel.mount("overlay", target, "overlay", kernel.MS_NOSUID | kernel.MS_NODEV, data)


def _run(command: list[str]) -> None:
    child = os.posix_spawnp(command[0], command, {"PATH": os.defpath})
    if os.waitpid(child, 0)[1]:
        raise OSError(f"{command[0]} failed")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
