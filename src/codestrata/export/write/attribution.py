"""ATTRIBUTION.md, NOTICES.txt and LICENSES/: what the licences of the kept rows ask for.

Most permissive licences ask that the copyright notice and the licence text travel with every copy. ATTRIBUTION.md
lists each repository with its commit and licences; NOTICES.txt has the licence files themselves, word for word, each
distinct text once; LICENSES/ has the SPDX text of every licence id that occurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestrata.git.objects import Objects
from codestrata.model.licence import leaves
from codestrata.model.spdx import licence_text, table

#: A line that claims copyright; "copyright notice" and the like inside licence texts have no year and no sign.
_CLAIM = re.compile(
    rb"^[\s*#/;%\"'-]*((?:SPDX-FileCopyrightText:|Copyright)\b[^\n]{0,200}?(?:\(c\)|\xc2\xa9|\d{4})[^\n]{0,200})",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_NOTICE = 1_000_000


@dataclass(frozen=True, slots=True)
class Credit:
    """What one repository is owed. ``evidence``: path → blob of the files that state its licence."""

    repository_id: str
    full_name: str
    origin: str
    commit: str
    licences: tuple[str, ...]
    rows: int
    git_dir: Path
    evidence: Mapping[str, str]


def write(out: Path, credits_: Sequence[Credit]) -> dict[str, list[str]]:
    """Write the three parts into the dataset folder; gives the lines that claim copyright, by repository id."""
    notices: dict[bytes, list[str]] = {}
    claims: dict[str, list[str]] = {}
    lines = [
        "# Attribution",
        "",
        "Every row names its repository, commit, path and licence. The texts of the licences are in `LICENSES/`,",
        "the repositories' own licence files, word for word, in `NOTICES.txt`.",
        "",
    ]
    for credit in credits_:
        texts = _texts(credit)
        for path, text in texts.items():
            notices.setdefault(text.strip(), []).append(f"{credit.full_name}@{credit.commit}:{path}")
        claims[credit.repository_id] = list(dict.fromkeys(_claims(texts.values())))
        lines += _section(credit, claims[credit.repository_id])
    (out / "ATTRIBUTION.md").write_text("\n".join(lines), "utf-8")
    (out / "NOTICES.txt").write_bytes(b"".join(_notice(text, who) for text, who in notices.items()))
    _spdx(out / "LICENSES", {leaf for c in credits_ for expression in c.licences for leaf in leaves(expression)})
    return claims


def _texts(credit: Credit) -> dict[str, bytes]:
    objects = Objects(credit.git_dir)
    found = {path: objects.one(bytes.fromhex(blob)) for path, blob in sorted(credit.evidence.items())}
    return {path: text for path, text in found.items() if len(text) <= _LONGEST_NOTICE}


def _section(credit: Credit, claims: Sequence[str]) -> list[str]:
    return [
        f"## {credit.full_name}",
        "",
        f"- from: {credit.origin}",
        f"- commit: `{credit.commit}`",
        f"- licence: {', '.join(credit.licences)}",
        f"- rows: {credit.rows}",
        *(f"- {claim}" for claim in claims),
        "",
    ]


def _claims(texts: Iterable[bytes]) -> Iterable[str]:
    for text in texts:
        for match in _CLAIM.finditer(text[:65_536]):
            yield " ".join(match.group(1).decode("utf-8", "replace").split()).rstrip("*/ ")


def _notice(text: bytes, who: Sequence[str]) -> bytes:
    head = "".join(f"{w}\n" for w in who)
    return b"=" * 80 + b"\n" + head.encode() + b"-" * 80 + b"\n" + text + b"\n\n"


def _spdx(folder: Path, ids: Iterable[str]) -> None:
    folder.mkdir(exist_ok=True)
    names = {part for leaf in ids for part in leaf.split(" WITH ")}
    for name in sorted(n for n in names if n.lower() in table()):
        (folder / f"{name}.txt").write_text(licence_text(name), "utf-8")
