"""Internet addresses: which belong to the public internet, and which no proxy may ever reach."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: NAT64 prefixes (RFC 6052, RFC 8215): an IPv4 address in other clothes.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, looking through every way to wrap an IPv4 address."""
    inner = unwrapped(address)
    if isinstance(inner, ipaddress.IPv6Address) and int(inner) >> 32 == 0:  # ::a.b.c.d, long deprecated
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def is_own(address: Address) -> bool:
    """Tell whether an address means this machine or its link (cloud metadata lies there), or no single machine."""
    inner = unwrapped(address)
    if isinstance(inner, ipaddress.IPv6Address) and int(inner) >> 32 == 0:
        return True
    return inner.is_loopback or inner.is_link_local or inner.is_unspecified or inner.is_multicast or inner.is_reserved


def unwrapped(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 address only wraps (mapped, NAT64, 6to4, Teredo), else the address itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
