"""What the licence files of one directory say together.

- ``LICENSE``, ``COPYING`` and files named after a licence (``LICENSE-MIT``, ``COPYING.LESSER``) speak for all of it;
  ``LICENSE.python``, ``LICENSE.docs``, ``LICENSES.txt`` beside them speak of parts of it.
- Several licences hold together (AND): it is the reading that never allows too much. They are a choice where a manifest
  or a read-me file of the same directory says so over the same licences (Rust's ``MIT OR Apache-2.0``), which also
  settles what no text can say: "only" or "or later".
- GPL-3.0 beside LGPL-3.0 is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from codestrata.model.licence import combine, leaves

_PLAIN = re.compile(
    r"(?:licen[cs]e|copying|unlicen[cs]e)[0-9]?(?:\.(?:txt|md|markdown|rst|html?|adoc|asciidoc|rtf|tex|in))?"
)
_QUALIFIER = re.compile(
    r"mit|x11|expat|apache(?:v?2)?|asl|al2|0?bsd[0-9]?|[al]?gpl(?:v?[0-9])?|mpl(?:v?[0-9])?|epl|isc|zlib|boost|bsl|cc0|"
    r"unlicense|lesser|lib|runtime|ofl|artistic|eupl|cddl|wtfpl|psf"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file's word on the licence: its path, the SPDX expression, the confidence."""

    path: str
    expression: str
    confidence: float


def together(files: Sequence[Evidence]) -> Evidence | None:
    """Put the licence files of one directory together, the first as the source; None when none says anything."""
    told = sorted((file for file in files if file.expression), key=lambda file: (not speaks(file.path), file.path))
    if not told:
        return None
    first = told[0]
    if speaks(first.path):
        told = [file for file in told if speaks(file.path)]
    parts = [leaf for file in told for leaf in leaves(file.expression)]
    lesser = any(leaf.startswith("LGPL-3.0") for leaf in parts)
    carried = {file.path for file in told if lesser and re.fullmatch(r"GPL-3\.0-(?:only|or-later)", file.expression)}
    expression = combine([file.expression for file in told if file.path not in carried])
    return Evidence(first.path, expression, min(file.confidence for file in told))


def speaks(path: str) -> bool:
    """Say whether a licence file speaks for its whole directory, by its name."""
    name = path.rsplit("/", 1)[-1].lower()
    words = re.split(r"[-_. ]+", name)
    return is_plain(path) or any(_QUALIFIER.fullmatch(word) for word in words)


def is_plain(path: str) -> bool:
    """Say whether a file is called just ``LICENSE`` or ``COPYING``, with an ending for prose at most."""
    return _PLAIN.fullmatch(path.rsplit("/", 1)[-1].lower()) is not None


def settled(files: Evidence, word: Evidence) -> bool:
    """Say whether another file of the directory speaks of the same licences, and so may say how they relate."""
    return bool(files.expression) and _bases(files.expression) == _bases(word.expression)


def _bases(expression: str) -> set[str]:
    return {re.sub(r"-only$|-or-later$", "", leaf.partition(" WITH ")[0]) for leaf in leaves(expression)}
