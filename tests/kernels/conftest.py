"""What tests of kernels share: texts laid end to end, and a way to ask the NumPy twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from codestrata.store.columns import Varlen

Laid = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="session")
def laid() -> Callable[[list[bytes]], Laid]:
    """Lay texts end to end in an arena that ends exactly with the last of them."""

    def lay(texts: list[bytes]) -> Laid:
        rows = Varlen.of(texts, text=False)
        return rows.data, rows.offsets

    return lay


@pytest.fixture(scope="session")
def twin() -> Callable[..., object]:
    """Give a context in which modules find no native kernels and fall back to their twins."""

    @contextmanager
    def without(*modules: ModuleType) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for module in modules:
                patch.setattr(module, "library", lambda: None)
            yield

    return without


@pytest.fixture(scope="session")
def sources() -> list[bytes]:
    """Give real texts: this project's own files, in Python, C, SQL, Markdown, TOML and JSON."""
    root = Path(__file__).parents[2]
    kinds = ("*.py", "*.[ch]", "*.sql", "*.md", "*.toml", "*.json")
    return [
        path.read_bytes()
        for folder in ("src", "docs")
        for kind in kinds
        for path in sorted((root / folder).rglob(kind))
    ]
