"""Named SQL statements: ``.sql`` files beside this module, each statement headed by ``-- name: …``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_SQL = Path(__file__).parent / "sql"
_HEAD = re.compile(r"^-- name: (\w+)[^\n]*\n", re.MULTILINE)


@cache
def statements(name: str) -> Mapping[str, str]:
    """Read ``sql/<name>.sql`` into statement name → SQL."""
    pieces = _HEAD.split((_SQL / f"{name}.sql").read_text("utf-8"))
    return dict(zip(pieces[1::2], (sql.strip().rstrip(";") for sql in pieces[2::2]), strict=True))


def schema() -> list[tuple[int, str]]:
    """List the migrations as (number, SQL script), rising from 1 without a gap."""
    numbered = (path for path in (_SQL / "schema").iterdir() if path.name[:4].isdigit())
    scripts = sorted((int(path.name[:4]), path.read_text("utf-8")) for path in numbered)
    if [number for number, _ in scripts] != list(range(1, len(scripts) + 1)):
        msg = f"migrations are not numbered 1, 2, …: {[number for number, _ in scripts]}"
        raise RuntimeError(msg)
    return scripts
