"""Builds a room: namespaces, the writable backing, the overlay, and a root of its own to pivot into.

In the keeper's root, ``/room`` is what commands see, ``/disk`` the writable backing, ``/lower`` the folders under the
overlay, and ``/proc`` that of the room's process namespace.
"""

from __future__ import annotations

import os
from typing import Any

from codestrata.sandbox.local.keeper import kernel
from codestrata.sandbox.local.keeper.owners import Owners

Plan = dict[str, Any]

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
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
    owners = Owners(*plan["user"], "proc") if plan["root"] else None
    _system(plan)
    _binds(plan, owners, notes)
    _overlays(plan, owners, notes)
    if owners:
        owners.close()
    kernel.pivot_root(".", "old")
    os.chdir("/")
    kernel.umount("old", kernel.MNT_DETACH)
    os.rmdir("old")
    kernel.loopback_up()
    return notes


def seal(plan: Plan) -> None:
    """Take the overlays off and put the backing in order, so that it can be kept. No command may be left."""
    for name in ("room/work", "room/home/ci", "room/tmp"):
        kernel.umount(name)
    if plan["backing"]["kind"] == "image":
        kernel.mount("none", "disk", flags=kernel.MS_REMOUNT | kernel.MS_RDONLY)
        kernel.umount("disk")


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
        kernel.mount("tmpfs", "disk", "tmpfs", flags, f"mode=755,size={backing['size']}")
    else:
        kernel.mount(backing["path"], "disk", flags=kernel.MS_BIND)
    for name in ("work", "home", "tmp"):
        os.mkdir(f"disk/{name}")
        if plan["root"]:
            os.chown(f"disk/{name}", *plan["user"])
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


def _system(plan: Plan) -> None:
    """Make the root that commands see, but for what is bound into it."""
    for name in ("usr", "proc", "dev", "run", "etc", "tmp", "work", "home/ci"):
        os.makedirs(f"room/{name}")
    kernel.mount("/usr", "room/usr", flags=kernel.MS_BIND | kernel.MS_REC)
    os.symlink("room/usr", "usr")
    for name in _LINKED:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}").lstrip("/"), f"room/{name}")
            os.symlink(f"room/{name}", name)
        elif os.path.isdir(f"/{name}"):
            os.mkdir(f"room/{name}")
            kernel.mount(f"/{name}", f"room/{name}", flags=kernel.MS_BIND | kernel.MS_REC)
            os.symlink(f"room/{name}", name)
    for path, text in plan["files"].items():
        _write("room" + path, text)


def _binds(plan: Plan, owners: Owners | None, notes: list[str]) -> None:
    for source, target, mapped in plan["binds"]:
        place = "room" + target
        if os.path.isdir(source):
            os.makedirs(place, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            _write(place, "")
        if mapped and owners:
            try:
                owners.bind(source, place)
                continue
            except OSError as error:
                notes.append(f"owners of {target} are not mapped: {error}")
        kernel.mount(source, place, flags=kernel.MS_BIND | kernel.MS_REC)


def _overlays(plan: Plan, owners: Owners | None, notes: list[str]) -> None:
    """Put the work tree and the home folder together: first the layers, the newest on top, then the tree."""
    layers = []
    for number, layer in enumerate(plan["layers"]):
        place = f"lower/{number}"
        os.mkdir(place)
        if layer["kind"] == "image":
            _mount_image(layer["path"], place, kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV)
        else:
            kernel.mount(layer["path"], place, flags=kernel.MS_BIND)
        layers.insert(0, place)
    os.mkdir("lower/tree")
    _tree(plan, owners, notes)
    _overlay("work", [f"{place}/work" for place in layers] + ["lower/tree"], "room/work")
    if layers:
        _overlay("home", [f"{place}/home" for place in layers], "room/home/ci")
    else:
        kernel.mount("disk/home", "room/home/ci", flags=kernel.MS_BIND)
    kernel.mount("disk/tmp", "room/tmp", flags=kernel.MS_BIND)


def _tree(plan: Plan, owners: Owners | None, notes: list[str]) -> None:
    if owners:
        try:
            owners.bind(plan["tree"], "lower/tree")
        except OSError as error:
            notes.append(f"the tree was copied, its owners cannot be mapped: {error}")
            _copy(plan["tree"], "disk/tree", plan["user"])
            kernel.mount("disk/tree", "lower/tree", flags=kernel.MS_BIND)
    else:
        kernel.mount(plan["tree"], "lower/tree", flags=kernel.MS_BIND | kernel.MS_REC)


def _copy(source: str, target: str, user: tuple[int, int]) -> None:
    for command in (
        ["cp", "-a", "--reflink=auto", "--", source, target],
        ["chown", "-hR", f"{user[0]}:{user[1]}", "--", target],
    ):
        child = os.posix_spawnp(command[0], command, {"PATH": os.defpath})
        if os.waitpid(child, 0)[1]:
            raise OSError(f"{command[0]} failed on the work tree")


def _overlay(name: str, lower: list[str], target: str) -> None:
    # userxattr: marks in user.overlay.*, which work in a user namespace, too. volatile: nobody needs a flush here.
    data = f"lowerdir={':'.join(lower)},upperdir=disk/{name},workdir=disk/{name}.ovl,userxattr,volatile"
    kernel.mount("overlay", target, "overlay", kernel.MS_NOSUID | kernel.MS_NODEV, data)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
