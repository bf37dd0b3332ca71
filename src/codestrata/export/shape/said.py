"""Lists and chats as rows have them: JSON in a column of text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def json_of(values: Sequence[Any]) -> str:
    """Give JSON: letters as they are, no spaces."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def messages(user: str, assistant: str) -> str:
    """Give a question and its answer in the form of chats: a list of {role, content}, user first."""
    return json_of([{"role": "user", "content": user}, {"role": "assistant", "content": assistant}])
