"""The way out: a proxy that lets commands reach the hosts of a list by HTTPS, nothing else, and logs what they ask."""

from codestrata.sandbox.proxy.server import Proxy

__all__ = ["Proxy"]
