"""Bits of ``Nodes.flags``."""

NAMED, EXTRA, MISSING, ERROR = 1, 2, 4, 8
