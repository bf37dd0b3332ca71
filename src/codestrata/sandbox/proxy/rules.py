"""What the proxy lets through: names on a list, port 443, addresses that are public when they are connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import threading
from collections.abc import Sequence

from codestrata.model.address import Address, is_own, is_public

PORT = 443
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_LONGEST = 253


class Refused(Exception):
    """A request that is not served: the HTTP status to answer with, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def normal(host: str) -> str:
    """Give a host's name in small letters, without a last dot; Refused (400) when it is none (or an IPv6 address)."""
    if len(host) > _LONGEST or not _NAME.fullmatch(host):
        raise Refused(400, "not the name of a host")
    return host.lower().rstrip(".")


def listed(host: str, allow: Sequence[str]) -> bool:
    """Say whether a list has a host: its own name, or ``.suffix`` for any host below one."""
    return any(host.endswith(entry) if entry.startswith(".") else host == entry for entry in map(str.lower, allow))


async def addresses(host: str, port: int, *, private: bool, seconds: float) -> list[Address]:
    """Look a host up, once: what is connected to is what was checked, so a name that changes its mind changes nothing.

    Gives the addresses that may be connected to; raises Refused: 403 when none may, 502 when there is none at all.
    """
    try:
        found = await asyncio.wait_for(_looked_up(host, port), seconds)
    except TimeoutError:
        raise Refused(504, f"no answer on {host} from the name server") from None
    except (OSError, UnicodeError) as error:
        raise Refused(502, f"cannot look up {host}: {getattr(error, 'strerror', None) or error}") from None
    fit = [address for address in found if (not is_own(address) if private else is_public(address))]
    if not fit:
        what = "this machine's own" if is_own(found[0]) else "not public (setting sandbox.private_addresses)"
        raise Refused(403, f"{host} lies at {found[0]}, an address that is {what}")
    return fit


async def _looked_up(host: str, port: int) -> list[Address]:
    """Ask in a thread that nothing waits for: a name server that never answers must not hold up the end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def settle(result: list[Address] | Exception) -> None:
        if answer.done():
            return
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    def ask() -> None:
        result: list[Address] | Exception
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            unique = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
            result = [ipaddress.ip_address(address) for address in unique]
        except (OSError, UnicodeError) as error:
            result = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=ask, name="proxy-look-up", daemon=True).start()
    return await answer
