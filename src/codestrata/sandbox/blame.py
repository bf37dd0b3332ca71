"""Whether a command failed of the network: only where it says so itself, at its very end, soon after it was refused.

That a connection was refused is no evidence by itself: programs ask for updates and send figures on the side, and cope
without. What is not said is told beside the result, as something that happened, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codestrata.sandbox.base import Connection

#: Seconds between a refusal and the end of the command that it ended: clients try again, and each try is refused.
_SOON = 10.0
#: Lines, and bytes, at the end of the output in which a program says what it failed of.
_LINES, _BYTES = 12, 4096
#: What clients say when the proxy refuses a tunnel, by what it answers (RFC 9110, section 9.3.6): curl and what is
#: built on it (git, cargo), Python and pip, Java, Go, wget, our own proxy.
_SAID = {
    "denied": re.compile(
        rb"response 403|code 403 from proxy|tunnel connection failed: 403|HTTP/1\.1 403|: Forbidden\b|403 Forbidden"
        rb"|tunneling failed: Forbidden|codestrata: (?!cannot |no answer )",
        re.IGNORECASE,
    ),
    "broken": re.compile(
        rb"response 50[234]|code 50[234] from proxy|tunnel connection failed: 50[234]|HTTP/1\.1 50[234]"
        rb"|: (?:Bad Gateway|Gateway Timeout|Service Unavailable)\b|50[234] (?:Bad|Gateway|Service)"
        rb"|tunneling failed: (?:Bad|Gateway|Service)|codestrata: cannot |codestrata: no answer ",
        re.IGNORECASE,
    ),
}
#: What a line says that names a host as one that could not be reached.
_FAILED = re.compile(
    rb"cannot|can't|could not|couldn't|unable|fail|refused|denied|forbidden|tunnel|proxy|unreachable|timed out",
    re.IGNORECASE,
)
#: What clients, and what calls them, end with when they are refused: 1 most, 2 make, 4 and 8 wget, 22, 35 and 56 curl,
#: 101 cargo, 128 git. After another status, something else ended the command.
_CODES = frozenset({1, 2, 4, 8, 22, 35, 56, 101, 128})
_ADDRESS = re.compile(rb"https?://([\w.-]+)", re.IGNORECASE)
#: curl names its exit status: where the command has another, it was not this curl that ended it.
_CURL = re.compile(rb"curl: \((\d+)\)")


def faults(connections: Sequence[Connection], fault: str) -> list[Connection]:
    """Give the connections with a fault ("denied", "broken"), one to each host and reason."""
    found = {(one.host, one.port, one.reason): one for one in connections if one.fault == fault}
    return list(found.values())


def certain(fault: str, connections: Sequence[Connection], tail: bytes, code: int, seconds: float) -> bool:
    """Say whether a command that ended with ``code`` after ``seconds`` failed of a fault; ``tail``: its last output."""
    hosts = {one.host.encode() for one in connections if _recent(one, fault, seconds)}
    if not hosts or code not in _CODES:
        return False
    lines = [line for line in tail[-_BYTES:].splitlines() if line.strip()][-_LINES:]
    return any(_says(line, fault, hosts, code) for line in lines)


def _recent(one: Connection, fault: str, seconds: float) -> bool:
    return one.fault == fault and one.at >= 0 and seconds - one.at <= _SOON


def _says(line: bytes, fault: str, hosts: set[bytes], code: int) -> bool:
    curl = _CURL.search(line)
    if curl and int(curl[1]) != code and b"fatal:" not in line:
        return False
    addressed = {host.lower() for host in _ADDRESS.findall(line)}
    if addressed and not addressed & hosts:
        return False
    named = any(host and _names(line, host) for host in hosts)
    other = _SAID["broken" if fault == "denied" else "denied"].search(line)
    return bool(_SAID[fault].search(line)) or (named and not other and bool(_FAILED.search(line)))


def _names(line: bytes, host: bytes) -> bool:
    """Say whether a line names a host, not one whose name only ends or begins so."""
    return bool(re.search(rb"(?<![\w.-])" + re.escape(host) + rb"(?![\w-]|\.\w)", line, re.IGNORECASE))


def told(connections: Sequence[Connection]) -> str:
    """Say what the network did not give beside a failure that is not known to come of it; "" for nothing."""
    said = []
    for fault, words in (("denied", "it was denied"), ("broken", "it could not have")):
        hosts = list(dict.fromkeys(_place(one) for one in faults(connections, fault)))
        if hosts:
            more = f" and {len(hosts) - 1} more" if len(hosts) > 1 else ""
            said.append(f"{words} {hosts[0]}{more}")
    return f"meanwhile {' and '.join(said)}, which may be why" if said else ""


def _place(one: Connection) -> str:
    return f"{one.host}:{one.port}" if one.host else "a host without a name"
