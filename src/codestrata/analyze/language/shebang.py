"""The interpreter that a script's first line names. Source: Linguist, ``shebang.rb``."""

from __future__ import annotations

import re

LINE_BYTES = 512
"""A first line longer than this is not read further; kernels stop at 256."""

_EXEC = re.compile(rb"exec (\w+)[\s\"']+\$0[\s\"']+\$@")
_MINOR = re.compile(rb"\.\d+\Z")


def interpreter(text: bytes) -> str:
    """Give the program's name without path and minor version, or ``""`` where the text has no usable ``#!`` line."""
    if not text.startswith(b"#!"):
        return ""
    words = text[2:LINE_BYTES].split(b"\n", 1)[0].split()
    program = _program(words)
    if program == b"osascript" and any(w.startswith(b"-l") for w in words):
        return ""
    if program == b"sh":
        hack = _EXEC.search(b"\n".join(text[: 5 * LINE_BYTES].split(b"\n", 5)[:5]))
        program = hack[1] if hack else program
    return program.decode("latin-1")


def _program(words: list[bytes]) -> bytes:
    """Skip ``env`` with its options and assignments."""
    if words and words[0].rpartition(b"/")[2] == b"env":
        words = [w for w in words[1:] if not w.startswith(b"-") and b"=" not in w]
    return _MINOR.sub(b"", words[0]).rpartition(b"/")[2] if words else b""
