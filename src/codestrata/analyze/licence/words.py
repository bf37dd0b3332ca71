"""Words of a licence text, as the SPDX matching guidelines ask: what may vary without changing the licence is gone.

Source: SPDX 3.0, Annex "Licence matching guidelines": case, white space, punctuation, comment signs, bullets, copyright
notices, varietal spelling and http/https do not count. Placeholders and HTML tags in angle brackets do not either.
"""

from __future__ import annotations

import re

#: A copyright notice: to the end of its line, or to the licence that goes on in the same line.
_COPYRIGHT = re.compile(
    r"^[^\w\n]*(?:portions |parts )?(?:copyright|\(c\)|©)[ :]*(?:\(c\)|©|[<\[{\d]|by |holder|the |year|x{4}|yyyy)"
    r"[^\n]*?(?=$|(?:and )?licensed\b|permission\b|redistribution\b)",
    re.MULTILINE,
)
_TAG = re.compile(r"<[^<>\n]{1,100}>")
_BULLET = re.compile(r"(?<![\w.])\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s)")
_PLUS = re.compile(r"(?<=\d)\+(?!\w)")  # GPLv2+
_WORD = re.compile(r"[^\W_]+")
_SAME = (
    ("licence", "license"),
    ("sub-license", "sublicense"),
    ("non-infringement", "noninfringement"),
    ("copyright owner", "copyright holder"),
    ("https", "http"),
)


def words(text: str) -> list[str]:
    """Give the words of a licence text that count, in order, in lower case."""
    text = _PLUS.sub(" or later", text.lower())
    for variant, usual in _SAME:
        text = text.replace(variant, usual)
    text = _COPYRIGHT.sub(" ", text)
    text = _TAG.sub(" ", text)
    return _WORD.findall(_BULLET.sub(" ", text))
