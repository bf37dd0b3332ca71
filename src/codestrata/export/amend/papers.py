"""What a dataset says of its sources, once rows of some are gone: attribution, notices, licence texts, card, SPDX."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.model.licence import leaves

_RULE = b"=" * 80 + b"\n"
_ROWS = re.compile(r"^- rows: \d+$", re.MULTILINE)
_LICENCE = re.compile(r"^- licence: .*$", re.MULTILINE)
_TITLE = "## Taken down"


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
    page = out / "ATTRIBUTION.md"
    head, *sections = page.read_text("utf-8").split("\n## ")
    kept = [head, *(made for one in sections if (made := _section(one, left)) is not None)]
    page.write_text("\n## ".join(kept), "utf-8")
    notices = out / "NOTICES.txt"
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


def card(out: Path, tombstones: Sequence[Mapping[str, Any]], nobodys: set[str]) -> None:
    """Say in the card what was taken down, and name nobody in its lists who has no row any more."""
    page = out / "README.md"
    text = page.read_text("utf-8")
    before, _, after = text.partition(f"{_TITLE}\n")
    rest = after[after.find("\n## ") + 1 :] if after else ""
    if not after:
        before, use, rest = text.partition("## Use\n")
        rest = use + rest
    lines = [line for line in before.splitlines() if not _names(line, nobodys)]
    rows = [
        f"| {one['date'] or '-'} | {one['reason'] or '-'} | {one['rows']:,} | {one['files']:,} |" for one in tombstones
    ]
    said = [
        _TITLE,
        "",
        "Rows that were taken out of this dataset after it was built. The counts above are those of the build; these",
        "rows are in them and not in the data. `tombstones.json` has the hash of what each row called its source.",
        "",
        "| when | why | rows | files |",
        "|---|---|---:|---:|",
        *rows,
        "",
    ]
    page.write_text("\n".join([*lines, *said, rest]), "utf-8")


_COUNTED = re.compile(r"^  - \{name: (\w+), num_examples: \d+, num_bytes: \d+\}$", re.MULTILINE)


def counts(out: Path, figures: Mapping[str, Any]) -> None:
    """Bring the counts in the front matter of every README up to date: a loader refuses rows that are not as many."""
    rows, text = figures["rows"], figures["text"]

    def now(found: re.Match[str]) -> str:
        split = found[1]
        return f"  - {{name: {split}, num_examples: {rows.get(split, 0)}, num_bytes: {text.get(split, 0)}}}"

    for page in (out / "README.md", *sorted(out.glob("*/README.md"))):
        page.write_text(_COUNTED.sub(now, page.read_text("utf-8")), "utf-8")


def _names(line: str, nobodys: set[str]) -> bool:
    """Say whether a line is that of a table about one of these."""
    return line.startswith("| ") and line.split(" | ", maxsplit=1)[0].removeprefix("| ").strip("`") in nobodys


def documents(out: Path, renamed: Mapping[str, str], left: Left, shards: Mapping[str, str]) -> None:
    """Bring what describes the dataset for machines up to date.

    ``renamed``: SHA-256 of a shard as it was → as it is; ``shards``: path → SHA-256 of all.
    """
    for page in sorted(out.glob("*.json")):
        if page.name in {"manifest.json", "tombstones.json", "schema.json", "validation.json"}:
            continue
        said = _walked(json.loads(page.read_text("utf-8")), renamed, out)
        if page.name == "spdx.json":
            _packages(said, left, shards)
        page.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _walked(value: Any, renamed: Mapping[str, str], out: Path) -> Any:
    if isinstance(value, list):
        return [_walked(one, renamed, out) for one in value]
    if not isinstance(value, dict):
        return renamed.get(value, value) if isinstance(value, str) else value
    made = {name: _walked(one, renamed, out) for name, one in value.items()}
    if "contentSize" in made and made != value and (file := out / str(made.get("contentUrl", ""))).is_file():
        made["contentSize"] = f"{file.stat().st_size} B"
    return made


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


def reduced(figures: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """Take what is gone out of a manifest's figures: rows and text by split, files, bytes, languages, licences.

    Where rows are not files, what was kept of files is counted by those that lost all their rows, without their bytes.
    """
    out = dict(figures)
    for name in ("rows", "text"):
        if name in out:
            out[name] = {split: count - gone[name].get(split, 0) for split, count in out[name].items()}
    out["kept"] = figures["kept"] - gone["files"]
    out["bytes"] = figures["bytes"] - gone["bytes"]
    out["dropped"] = {**figures["dropped"], "opt_out": figures["dropped"].get("opt_out", 0) + gone["files"]}
    for name in ("languages", "licences"):
        out[name] = list(_less(figures[name], gone[name]))
    return out


def _less(counts: Sequence[Sequence[Any]], gone: Mapping[str, tuple[int, int]]) -> Iterator[list[Any]]:
    for name, files, size in counts:
        fewer, less = gone.get(name, (0, 0))
        if files > fewer:
            yield [name, files - fewer, size - less]
