"""What a room sees of this host, read-only: programs below /usr, some of /etc, and files that we write for it."""

from __future__ import annotations

from pathlib import Path

from codestrata.sandbox.base import HOME, HOSTNAME, UID, USER

#: Folders beside /usr that programs are found by; on most hosts they are links into it.
BESIDE_USR = ("bin", "sbin", "lib", "lib64", "lib32", "libx32")
#: What of the host's /etc programs cannot do without; nothing of it is secret: of Maven not its settings, which may be.
_ETC = (
    "alternatives",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "fonts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "maven/logging",
    "maven/m2.conf",
    "mime.types",
    "pki/ca-trust",
    "pki/tls/certs",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
)
#: Files that every room has, whatever the host's say.
FILES = {
    "/etc/passwd": f"root:x:0:0:root:/root:/usr/sbin/nologin\n{USER}:x:{UID}:{UID}::{HOME}:/bin/sh\n"
    "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n",
    "/etc/group": f"root:x:0:\n{USER}:x:{UID}:\nnogroup:x:65534:\n",
    "/etc/hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
    "/etc/hostname": f"{HOSTNAME}\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "/etc/resolv.conf": "",
    "/etc/machine-id": "",
}


def etc() -> list[str]:
    """Give the paths of /etc that rooms see, of those that this host has."""
    found = [f"/etc/{name}" for name in _ETC] + sorted(str(path) for path in Path("/etc").glob("java-*"))
    return [path for path in found if Path(path).exists()]
