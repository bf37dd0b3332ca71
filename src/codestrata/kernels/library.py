"""Finding the native kernels. Without them (no C compiler when codestrata was built) the NumPy twins do the work."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from functools import cache


@cache
def library() -> ctypes.CDLL | None:
    """Load the compiled kernels, or give None. ``STRATA_KERNELS=numpy`` asks for the twins (tests, comparisons)."""
    if os.environ.get("STRATA_KERNELS") == "numpy":
        return None
    spec = importlib.util.find_spec("codestrata.kernels._native")
    return ctypes.CDLL(spec.origin) if spec and spec.origin else None
