"""What of an HTML file a reader sees."""

from __future__ import annotations

import re

#: Languages whose visible text is counted.
HTML = frozenset({"HTML"})
_HIDDEN = re.compile(rb"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)")


def visible_chars(text: bytes) -> int:
    """Count the characters outside markup, comments, scripts and styles; runs of white space count as one."""
    seen = b" ".join(_HIDDEN.sub(b" ", text).split())
    return len(seen.decode("utf-8", "ignore"))
