"""Which finding is which: a fingerprint that holds as long as the flagged line says the same.

It is made of the rule, the path, and the words and marks of the flagged line, so that lines added above and other white
space do not change it. Findings that share all that are told apart by their order in the file. Where the line is not
known its place is taken by the message, without numbers. A fingerprint that the report itself gives is kept.

Source of the idea: SARIF 2.1.0, sections 3.27.16 and 3.27.17 and appendix B (identity of results between runs).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from codestrata.ci.records import Finding

_TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(r"\d+")


def fingerprinted(findings: Iterable[Finding]) -> list[Finding]:
    """Give the findings with fingerprints, in the order they came."""
    given = list(findings)
    order = sorted(range(len(given)), key=lambda i: _place(given[i]))
    seen: Counter[str] = Counter()
    for i in order:
        one = given[i]
        if one.fingerprint:
            continue
        base = _base(one)
        seen[base] += 1
        given[i] = replace(one, fingerprint=_hash(f"{base}\0{seen[base]}"))
    return given


def _place(one: Finding) -> tuple[str, int, int, int, int, str]:
    return one.path, one.line, one.column, one.end_line, one.end_column, one.message


def _base(one: Finding) -> str:
    said = one.snippet if one.snippet.strip() else _NUMBER.sub("#", one.message)
    return "\0".join((one.tool, one.rule, one.path, _hash(" ".join(_TOKEN.findall(said)))))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
