"""The SPDX licence list as data: ids, names, classes, flags and texts.

``data/spdx.tsv`` and ``data/spdx_texts.zst`` are written by ``scripts/make_spdx_tables.py``, which says where every
column comes from. Nothing is read before it is asked for: the table takes about 2 ms, the texts about 30 ms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from codestrata.errors import InvalidInput

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Entry:
    """One id of the list. ``replaced_by`` is the expression to use instead of a deprecated id, or ""."""

    id: str
    exception: bool
    licence_class: str
    """One of :data:`codestrata.model.licence.CLASSES`; of an exception: weak-copyleft where it allows linking, or "".

    An exception only ever eases a copyleft licence.
    """
    flags: str
    """o: OSI approved · f: FSF free · b: on the Blue Oak Council's permissive list · d: deprecated."""
    replaced_by: str
    name: str


@cache
def table() -> dict[str, Entry]:
    """Give every id and exception of the list, by its lower-case form (SPDX ids do not differ by case alone)."""
    lines = (_DATA / "spdx.tsv").read_text("utf-8").splitlines()
    out = {}
    for line in lines[1:]:
        id_, kind, class_, flags, replaced_by, name = line.split("\t")
        out[id_.lower()] = Entry(id_, kind == "exception", class_, flags, replaced_by, name)
    return out


@cache
def list_version() -> str:
    """Give the version of the SPDX licence list, such as ``3.29.0``."""
    return (_DATA / "spdx.tsv").read_text("utf-8").split("\n", 1)[0].split()[-1]


@cache
def texts() -> tuple[dict[str, int], list[str]]:
    """Give the texts: id → index, and the texts themselves, each once (GPL-3.0-only and -or-later share one)."""
    import zstandard

    raw = zstandard.ZstdDecompressor().decompress((_DATA / "spdx_texts.zst").read_bytes())
    data = json.loads(raw)
    return data["ids"], data["texts"]


def licence_text(id_: str) -> str:
    """Give the text of a licence or exception by its SPDX id, in any case; raises InvalidInput for other ids."""
    entry = table().get(id_.lower())
    if entry is None:
        raise InvalidInput(f"{id_!r} is not an SPDX id", hint=f"SPDX licence list {list_version()} is known here")
    index, all_texts = texts()
    return all_texts[index[entry.id]]
