"""The kind of value that names a tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from codestrata.ci.document import Problems, Scalar, Value
from codestrata.ci.expressions.mistakes import meant
from codestrata.ci.forms.given import Word
from codestrata.ci.forms.kinds import MISFIT, wrong
from codestrata.ci.forms.known import TOOLS

_VERSION = r"@[A-Za-z0-9][A-Za-z0-9._+-]{0,40}"


@dataclass(frozen=True, slots=True)
class ToolName:
    """A tool of the table, with a version or without: ``tool/clippy@0.1.95``."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take a tool that there is."""
        hint = "for example: tool/clippy"
        if not isinstance(value, Scalar) or value.value is None:
            return wrong(value, name, "the name of a tool", problems, hint)
        tool, at, version = value.text.removeprefix("tool/").partition("@")
        if tool not in TOOLS:
            problems.error(value.mark, "unknown-tool", f'there is no tool "{tool[:60]}"', meant(tool, TOOLS))
            return MISFIT
        if at and not re.fullmatch(_VERSION, f"@{version}", re.ASCII):
            problems.error(
                value.mark, "wrong-text", f'"{version[:60]}" is no version', f"for example: tool/{tool}@1.2.3"
            )
            return MISFIT
        return Word.at(f"tool/{tool}{at}{version}", value.mark)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"type": "string", "pattern": f"^(?:tool/)?(?:{'|'.join(map(re.escape, TOOLS))})(?:{_VERSION})?$"}

    def __str__(self) -> str:
        """Name it."""
        return "`tool/NAME` or `tool/NAME@VERSION`"
