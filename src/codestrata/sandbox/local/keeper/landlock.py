"""A second wall around a room, of Landlock: signals and sockets without a file do not leave it, whatever namespaces do.

Only what Landlock can scope is asked of it. Its rules for files would forbid bubblewrap to mount, and after that no
program of ours runs; its rules for TCP ports would forbid build tools to talk to their own daemons.
Sources: landlock(7), <linux/landlock.h>; scopes: ABI 6, Linux 6.12.
"""

from __future__ import annotations

import os
import struct

from codestrata.sandbox.local.keeper import kernel

#: The first version that has scopes.
SCOPES = 6
# The same numbers on every architecture.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_CREATE_RULESET_VERSION = 1
_ABSTRACT_UNIX_SOCKET, _SIGNAL = 1, 2


def version() -> int:
    """Give the kernel's version of Landlock; 0 where it has none, or it is switched off."""
    try:
        return kernel.system(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def scope() -> bool:
    """Shut this process in with all that it starts from now on; gives False where the kernel cannot.

    Processes inside reach one another; those outside are reached neither by signals nor by sockets without a file.
    Needs no_new_privs, or CAP_SYS_ADMIN in the user namespace. Raises OSError.
    """
    if version() < SCOPES:
        return False
    wanted = struct.pack("=QQQ", 0, 0, _ABSTRACT_UNIX_SOCKET | _SIGNAL)  # no rules for files, none for ports
    rules = kernel.system(_CREATE_RULESET, wanted, len(wanted), 0)
    try:
        kernel.system(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return True
