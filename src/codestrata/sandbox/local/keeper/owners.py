"""Maps of owners: a mount on which the files of one user look like another's."""

from __future__ import annotations

import os
import signal

from codestrata.sandbox.local.keeper import kernel

_ALL = (1 << 32) - 1


def swapped(one: int, other: int) -> str:
    """Give the lines of a map that exchanges two ids and keeps all others: user_namespaces(7)."""
    if one == other:
        return f"0 0 {_ALL}\n"
    low, high = sorted((one, other))
    lines = [(0, 0, low), (low, high, 1), (low + 1, low + 1, high - low - 1), (high, low, 1)]
    lines.append((high + 1, high + 1, _ALL - high - 1))
    return "".join(f"{inside} {outside} {count}\n" for inside, outside, count in lines if count > 0)


def mapping(users: str, groups: str, proc: str) -> int:
    """Give a descriptor of a user namespace with these maps; ``proc`` is where procfs is mounted."""
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
            kernel.unshare(kernel.NEWUSER)
            os.write(tell, b".")
            signal.pause()
        finally:
            os._exit(1)
    os.close(tell)
    try:
        if not os.read(ready, 1):
            raise OSError("no user namespace to map owners with")
        for name, text in (("uid_map", users), ("gid_map", groups)):
            with open(f"{proc}/{child}/{name}", "w", encoding="ascii") as file:
                file.write(text)
        return os.open(f"{proc}/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


class Owners:
    """Binds folders so that what belongs to their owner belongs to the room's user."""

    def __init__(self, user: int, group: int, proc: str) -> None:
        self._user = user
        self._group = group
        self._proc = proc
        self._known: dict[tuple[int, int], int] = {}

    def bind(self, source: str, target: str) -> bool:
        """Bind read-only with mapped owners; gives whether a map was needed. Raises OSError where it cannot be."""
        found = os.stat(source)
        return self.lend(source, target, (found.st_uid, found.st_gid))

    def lend(self, source: str, target: str, pair: tuple[int, int], *, read_only: bool = True) -> bool:
        """Bind so that what belongs to one user and group belongs to the room's; else as ``bind``."""
        if pair == (self._user, self._group):
            kernel.mount(source, target, flags=kernel.MS_BIND)
            return False
        if pair not in self._known:
            users, groups = swapped(pair[0], self._user), swapped(pair[1], self._group)
            self._known[pair] = mapping(users, groups, self._proc)
        kernel.bind_mapped(source, target, self._known[pair], read_only=read_only)
        return True

    def close(self) -> None:
        """Let the namespaces go; mounts keep what they need."""
        for namespace in self._known.values():
            os.close(namespace)
        self._known.clear()
