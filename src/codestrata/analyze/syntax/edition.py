"""Edition: everything that decides what is read off the same bytes, in one short word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from codestrata.analyze.syntax.extract import EXTRACTS
from codestrata.analyze.syntax.grammars import GRAMMARS

#: Raise it when the same bytes may give other nodes, or the same rows another table.
VERSION = 1
#: Our own rules.
RULES = Path(__file__).parent.parent / "rules" / "data"


@cache
def trees() -> str:
    """Give the edition of trees: our version, and a digest of the parsers'."""
    parsers = sorted({"tree-sitter", *(g.module.replace("_", "-") for g in GRAMMARS)})
    return f"{VERSION}.{_short(f'{name} {version(name)}' for name in parsers)}"


@cache
def edition() -> str:
    """Give the edition of syntax: that of trees, and a digest of extractors' versions and our rules."""
    return f"{trees()}.{_short([*(f'{place} {v}' for place, v in EXTRACTS.items()), digest_of(RULES)])}"


def _short(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()


def digest_of(*folders: Path) -> str:
    """Digest the rules in some folders: names and bytes of every YAML file below them, wherever they lie."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.suffix in {".yml", ".yaml"} and p.is_file()):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
