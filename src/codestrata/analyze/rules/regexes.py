r"""Regular expressions of rules: what Rust's syntax and RE2's have in common, on bytes that are UTF-8.

``\w``, ``\d``, ``\s`` and ``\b`` know ASCII only, unlike Rust's. Sources: RE2, "Syntax"; the regex crate, "Syntax".
"""

from __future__ import annotations

from codestrata.analyze.rules.matchers import Regex


class NoRegex(Exception):
    """A text is no regular expression here."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def regex(text: str) -> Regex:
    """Compile a regular expression for ``search`` on bytes."""
    import re2

    _check_classes(text)
    options = re2.Options()
    options.log_errors = False
    try:
        return Regex(text, re2.compile(text.encode(), options))
    except re2.error as error:
        said = error.args[0] if error.args else error
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        hint = "no look-around, no back references, no (?x)"
        raise NoRegex(f"no regular expression: {told}", hint) from None


def _check_classes(text: str) -> None:
    """Refuse sets in classes: RE2 would read ``[a-z&&[^x]]`` as something else than Rust does."""
    inside, at = False, 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if inside and (text[at : at + 2] in {"&&", "--", "~~"} or (text[at] == "[" and text[at + 1 : at + 2] != ":")):
            raise NoRegex("a class within a class, or an operation on classes, is not supported", "escape it: \\[")
        if inside and text[at : at + 2] == "[:":
            at = max(text.find(":]", at), at) + 2
            continue
        if not inside and text[at] == "[":
            inside = True
            at += 2 if text[at + 1 : at + 2] == "^" else 1
            at += text[at : at + 1] == "]"  # the first is a letter
            continue
        if text[at] == "]":
            inside = False
        at += 1
