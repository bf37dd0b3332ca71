"""Pipeline files into plans: read, linted, resolved. All that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codestrata.ci.compile.compiler import Compiled, compiled
from codestrata.ci.compile.sources import file_bytes
from codestrata.ci.document.problem import listed
from codestrata.errors import InvalidInput

__all__ = ["Compiled", "examine", "load", "load_text"]

#: Problems that an error names.
_TOLD = 5


def load(path: Path, params: Mapping[str, str] = {}) -> Compiled:
    """Compile a file; ``params`` are its parameters' values, as texts.

    Raises InvalidInput with the first problems where there are errors; warnings are in the result.
    """
    return _sound(examine(path, params, lenient=False), str(path))


def load_text(text: str, where: str = "pipeline.yaml", params: Mapping[str, str] = {}) -> Compiled:
    """Compile a text, which ``where`` names in messages; it can include nothing. Raises InvalidInput as ``load``."""
    return _sound(compiled(text.encode("utf-8", "surrogatepass"), where, None, params, lenient=False), where)


def examine(path: Path, params: Mapping[str, str] = {}, *, lenient: bool = True) -> Compiled:
    """Compile a file and give what is wrong with it; ``lenient``: parameters without a value are no error.

    Raises InvalidInput only where the file cannot be read at all.
    """
    return compiled(file_bytes(path), str(path), path.parent, params, lenient=lenient)


def _sound(found: Compiled, where: str) -> Compiled:
    if found.errors:
        hint = f"strata ci validate {where} tells all {len(found.errors)}" if len(found.errors) > _TOLD else ""
        raise InvalidInput(listed(found.errors, _TOLD), hint=hint)
    return found
