"""The texts a licence file is compared with: every SPDX text once, and the shorter forms they are used in."""

from __future__ import annotations

import re

from codestrata.analyze.licence.words import words
from codestrata.model.spdx import licence_text, table

#: What follows these words is advice on the licence, and is often left out.
_END = re.compile(r"end of (?:terms and conditions|academic free license)", re.IGNORECASE)
#: SPDX's LGPL-3.0 goes on with the whole of GPL-3.0, which projects keep in a file of its own.
_GPL_INSIDE = "GNU GENERAL PUBLIC LICENSE\n"


#: Characters that a text has at least before what is left out.
_BODY = 1000


def references() -> list[tuple[str, str]]:
    """List (id, text), sorted by id. Of ids that share a text the one that claims least stands for all: ``-only``."""
    by_words: dict[tuple[str, ...], str] = {}
    for entry in table().values():
        if not entry.replaced_by:
            key = tuple(words(licence_text(entry.id)))
            by_words[key] = min(entry.id, by_words.get(key, entry.id), key=_rank)
    listed = [(id_, form) for id_ in sorted(by_words.values()) for form in _forms(licence_text(id_))]
    return [(id_, text) for id_, text in listed if len(words(text)) > 1]


def _rank(id_: str) -> tuple[bool, int, str]:
    return not id_.endswith("-only") or "invariants" in id_, len(id_), id_


def _forms(text: str) -> list[str]:
    forms = [text]
    inside = text.find(_GPL_INSIDE, _BODY)
    if inside > 0:
        forms.append(text[:inside])
    end = _END.search(text)
    if end and end.start() > _BODY:
        forms.append(text[: end.start()])
    return forms
