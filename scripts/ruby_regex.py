"""Ruby regular expressions as RE2 expressions, for Linguist's tables.

RE2 runs in time linear in the text whatever the pattern, so a hostile file cannot stall it; it has no look-around, no
atomic groups and no recursion. The few patterns that use those are restated by hand in :data:`RESTATED`.
Source: the Onigmo reference ``doc/RE`` (Ruby) and the RE2 ``Syntax`` page.
"""

from __future__ import annotations

import re

import re2

_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\b"
_DOMAIN = r"\w(?:[-\w]*\w)?"
_BLOCKER = r"(?:[Aa]d[Bb]lock(?:[ \t][Pp]lus)?|u[Bb]lock(?:[ \t][Oo]rigin)?|[Aa]d[Gg]uard)(?:[ \t]\d+(?:\.\d+)*)?"

RESTATED = {
    "Smarty": r"(?:\A|[^{])\{(?:\*\s|\$|\/)?\w*\b",
    "Vim Help File": (
        r"(?:(?:^|[ \t])(?:vi|[Vv]im[<=>]?[0-9]*)|[ \t]ex):[^\r\n]*?[ \t:](?:filetype|ft|syntax)[ \t]*=help(?:$|\s|:)"
    ),
    "Hosts File": (
        rf"^{_OCTET}(?:\.?{_OCTET}){{3}}(?:/(?:3[0-2]|[12]?\d)\b)?(?:[ \t]+{_DOMAIN}(?:\.{_DOMAIN})*)*(?:$|\s)"
    ),
    "Adblock Filter List": rf"\A\[{_BLOCKER}(?:[ \t]?;[ \t]?{_BLOCKER})*\]",
    "go_vendor": r"vendor/(?:[0-9A-Za-z](?:[-0-9A-Za-z]*[0-9A-Za-z])?\.)+(?:com|edu|gov|in|me|net|org|fm|io)",
}
"""What RE2 cannot say as written, by the language or rule it stands for."""

_TOKEN = re.compile(
    r"""(?P<escape>\\.)
      | (?P<space>\[\\s&&\[\^\\r\\n\]\])                 # Onigmo's intersection of classes
      | (?P<class>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])
      | (?P<dot>\(\?-m\))                                # Ruby's m lets a dot match a newline; RE2's is something else
      | (?P<dotall>\(\?m:)
      | (?P<named>\(\?<\w+>)
      | (?P<group>\((?!\?))
      | (?P<end>\$)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def heuristic(pattern: str | list[str], language: str) -> str:
    """Restate a content pattern; alternatives join into one. Blanks before a line's end do not hide that end."""
    parts = pattern if isinstance(pattern, list) else [pattern]
    return _union([_restate(p, language, end=r"[ \t\r]*$", multiline=True) for p in parts])


def path_rule(pattern: str, rule: str = "") -> str:
    """Restate a path pattern so that it never matches across a newline: paths are searched as lines of one text."""
    restated = _restate(pattern, rule, end="$", multiline=False)
    if re.search(r"\\[sWD]", re.sub(r"\[\^\\n[^]]*\]", "", restated)):
        msg = f"path rule {pattern!r} might match across lines"
        raise ValueError(msg)
    return restated


def _union(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "|".join(f"(?:{p})" for p in parts)


def _restate(pattern: str, name: str, *, end: str, multiline: bool) -> str:
    restated = _TOKEN.sub(lambda m: _token(m, end, multiline=multiline), pattern)
    try:
        re2.compile(f"(?m){restated}".encode("latin-1"), options=_OPTIONS)
    except re2.error:
        return RESTATED[name]
    return restated


_FIXED = {"space": r"[ \t\f\v]", "dot": "", "dotall": "(?s:", "named": "(?:", "group": "(?:"}


def _token(match: re.Match[str], end: str, *, multiline: bool) -> str:
    text, kind = match[0], match.lastgroup or ""
    if kind == "class" and text.startswith("[^") and not multiline:
        return "[^\\n" + text[2:]
    if kind == "end":
        return end
    return "/" if text == r"\/" else _FIXED.get(kind, text)
