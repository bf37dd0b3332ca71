"""Attacks that want to reach somebody: the host, the network, names, the network's settings."""

from __future__ import annotations

import contextlib
import os
import socket
import struct

from .tell import escaped, held, refusal, traps

#: Addresses that belong to nobody; source: RFC 5737 and RFC 3849.
NOWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def tcp() -> None:
    """Reach the host by TCP, at each of its addresses."""
    for host, port in traps()["tcp"]:
        with contextlib.suppress(OSError), socket.create_connection((host, port), 0.5):
            escaped(f"connected to {host}:{port}")
    held("no connection to the host")


def udp() -> None:
    """Reach the host by UDP, at each of its addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for host, port in traps()["udp"]:
            with contextlib.suppress(OSError):
                out.sendto(b"strata", (host, port))
    held("nothing came of datagrams")


def route() -> None:
    """Find a way out: an address of nobody's, to which nothing is sent."""
    for family, host in NOWHERE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as out:
            out.connect((host, 53))
            escaped(f"there is a route to {host}")
    held("there is no route out")


def names() -> None:
    """Ask for a name: what leaves by names leaves, too. The name is one that exists nowhere (RFC 6761)."""
    query = struct.pack(">6H", 1, 0x100, 1, 0, 0, 0) + b"\x0dstrata-attack\x07invalid\x00" + struct.pack(">2H", 1, 1)
    servers = ["127.0.0.1", "127.0.0.11", "127.0.0.53"]
    with contextlib.suppress(OSError), open("/etc/resolv.conf", encoding="utf-8") as file:
        servers += [line.split()[1] for line in file if line.startswith("nameserver ") and "." in line]
    for server in servers:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.settimeout(0.2)
            out.connect((server, 53))
            out.send(query)
            out.recv(512)
            escaped(f"{server} answers questions for names")
    held("nobody answers questions for names")


def raw() -> None:
    """Make packets by hand."""
    refused = ""
    for family, kind, protocol in ((2, 3, 1), (17, 3, socket.htons(3)), (10, 3, 58)):
        try:
            socket.socket(family, kind, protocol).close()
        except OSError as error:
            refused = refusal(error)
            continue
        escaped(f"a raw socket of family {family} opens")
    held(refused)


def abstract() -> None:
    """Reach a host's socket that has no file: only a network namespace of its own keeps it away."""
    with socket.socket(socket.AF_UNIX) as out:
        try:
            out.connect(f"\0{traps()['abstract']}")
        except OSError as error:
            held(refusal(error))
    escaped("connected to a socket of the host's")


def sockets() -> None:
    """Reach the doors of engines and services of the host, as files."""
    doors = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock")
    for path in (*doors, "/run/dbus/system_bus_socket", "/run/systemd/private"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as out:
            out.connect(path)
            escaped(f"{path} opens")
    held("none of them is here")


def change() -> None:
    """Change the network's settings: a change of the loopback interface to what it is."""
    body = struct.pack("=BxHiII", 0, 0, 1, 0, 0)
    message = struct.pack("=IHHII", 16 + len(body), 16, 5, 1, 0) + body
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as out:
            out.settimeout(1)
            out.send(message)
            answer = out.recv(4096)
    except OSError as error:
        held(refusal(error))
    code = struct.unpack_from("=i", answer, 16)[0]
    if code == 0:
        escaped("the loopback interface can be changed")
    held(os.strerror(-code))
