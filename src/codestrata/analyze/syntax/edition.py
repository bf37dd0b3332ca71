"""Edition: everything that decides what is read off the same bytes, in one short word."""

from __future__ import annotations

import hashlib
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
def edition() -> str:
    """Give the edition of syntax: our version, and a digest of parsers', extractors' and rules' versions."""
    parsers = sorted({"tree-sitter", *(g.module.replace("_", "-") for g in GRAMMARS)})
    parts = [*(f"{name} {version(name)}" for name in parsers), *(f"{place} {v}" for place, v in EXTRACTS.items())]
    digest = hashlib.blake2b("\n".join([*parts, digest_of(RULES)]).encode(), digest_size=6)
    return f"{VERSION}.{digest.hexdigest()}"


def digest_of(*folders: Path) -> str:
    """Digest the rules in some folders: names and bytes of every YAML file below them, wherever they lie."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.suffix in {".yml", ".yaml"} and p.is_file()):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
