"""Finding the native kernels. Without them (no C compiler when codestrata was built) the NumPy twins do the work."""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from typing import Literal

#: What the compiled kernels must say of themselves: a digest of their functions' arguments, which
#: tests/kernels/test_library.py works out. The same number stands in native/module.c.
ABI = 1288197740

_choice: list[str] = ["native"]


def choose(kind: Literal["native", "numpy"]) -> None:
    """Say who does the work in this process, before any is done; ``numpy``: the twins, for comparison."""
    _choice[:] = [kind]


def library() -> ctypes.CDLL | None:
    """Give the compiled kernels, or None: there are none, they are not wanted, or they are made from other sources."""
    return None if _choice == ["numpy"] or stale() else _compiled()


@cache
def stale() -> bool:
    """Say whether there are compiled kernels that take other arguments than this code would give them."""
    compiled = _compiled()
    return compiled is not None and not (hasattr(compiled, "strata_abi") and compiled.strata_abi() == ABI)


@cache
def _compiled() -> ctypes.CDLL | None:
    spec = importlib.util.find_spec("codestrata.kernels._native")
    return ctypes.CDLL(spec.origin) if spec and spec.origin else None
