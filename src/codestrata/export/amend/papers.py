"""What a dataset says of its sources, once rows of some are gone: attribution, notices, licence texts, documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import StorageError
from codestrata.export.write.croissant import croissant
from codestrata.export.write.spdx import namespace
from codestrata.model.licence import leaves

if TYPE_CHECKING:
    from codestrata.export.write.about import About

_RULE = b"=" * 80 + b"\n"
_ROWS = re.compile(r"^- rows: \d+$", re.MULTILINE)
_LICENCE = re.compile(r"^- licence: .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left: rows and licences by repository (only of those that lost some), and the licences of all rows."""

    rows: Mapping[str, int]
    licences_of: Mapping[str, Sequence[str]]
    licences: Sequence[str]

    @property
    def nobodys(self) -> set[str]:
        """Name the repositories that have no row any more."""
        return {name for name, count in self.rows.items() if not count}


def attribution(out: Path, left: Left) -> None:
    """Take repositories without rows out of ATTRIBUTION.md, NOTICES.txt and LICENSES/, and count the others again."""
    page, notices = out / "ATTRIBUTION.md", out / "NOTICES.txt"
    if page.exists():
        head, *sections = page.read_text("utf-8").split("\n## ")
        kept = [head, *(made for one in sections if (made := _section(one, left)) is not None)]
        page.write_text("\n## ".join(kept), "utf-8")
    if notices.exists():
        blocks = notices.read_bytes().split(_RULE)[1:]
        notices.write_bytes(b"".join(_RULE + owed for one in blocks if (owed := _notice(one, left.nobodys))))
    needed = {part for text in left.licences for leaf in leaves(text) for part in leaf.split(" WITH ")}
    for text in sorted((out / "LICENSES").glob("*.txt")):
        if text.stem not in needed:
            text.unlink()


def _section(text: str, left: Left) -> str | None:
    name = text.partition("\n")[0].strip()
    if name not in left.rows:
        return text
    if not left.rows[name]:
        return None
    named = ", ".join(sorted(one or "NOASSERTION" for one in left.licences_of[name]))
    return _ROWS.sub(f"- rows: {left.rows[name]}", _LICENCE.sub(lambda _: f"- licence: {named}", text, count=1))


def _notice(block: bytes, nobodys: set[str]) -> bytes:
    """Give a notice with those who are still owed it; nothing where nobody is."""
    who, _, text = block.partition(b"-" * 80 + b"\n")
    lines = [line for line in who.splitlines(keepends=True) if line.decode().partition("@")[0] not in nobodys]
    return b"".join([*lines, b"-" * 80 + b"\n", text]) if lines else b""


def documents(out: Path, left: Left, about: About) -> None:
    """Bring what describes the dataset for machines up to date, where there is any. Raises StorageError."""
    page = out / "croissant.json"
    if page.exists():
        _write(page, croissant(about, out))
    page = out / "spdx.json"
    if page.exists():
        said = document(page)
        _packages(said, left, about.files)
        _write(page, {**said, "documentNamespace": namespace(about)})


def document(page: Path) -> dict[str, Any]:
    """Read a document of a dataset. Raises StorageError where it is none."""
    try:
        return dict(json.loads(page.read_text("utf-8")))
    except ValueError as error:
        hint = "strata dataset validate says more; build the dataset again"
        raise StorageError(f"is damaged: {error}", where=str(page), hint=hint) from error


def _write(page: Path, said: Mapping[str, Any]) -> None:
    page.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _packages(said: dict[str, Any], left: Left, shards: Mapping[str, str]) -> None:
    """Take repositories without rows out of the SPDX document; count the rows of the others again."""
    gone = {one["SPDXID"] for one in said["packages"] if one["name"] in left.nobodys and "sourceInfo" in one}
    said["packages"] = [one for one in said["packages"] if one["SPDXID"] not in gone]
    said["relationships"] = [one for one in said["relationships"] if one["relatedSpdxElement"] not in gone]
    listed = "".join(f"{digest}  {path}\n" for path, digest in sorted(shards.items()))
    for one in said["packages"]:
        if one["name"] in left.rows and "sourceInfo" in one:
            one["sourceInfo"] = f"{left.rows[one['name']]} rows"
        for checksum in one.get("checksums", ()):
            checksum["checksumValue"] = hashlib.sha256(listed.encode()).hexdigest()
