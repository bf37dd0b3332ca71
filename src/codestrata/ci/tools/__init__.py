"""Tools: which there are, where they apply, how they are run, and what they say of many repositories."""

from __future__ import annotations

from codestrata.ci.tools.base import Fetch, Tool
from codestrata.ci.tools.table import TOOLS, applicable
from codestrata.ci.tools.use import ToolUse, tool_use

__all__ = ["TOOLS", "Fetch", "Tool", "ToolUse", "applicable", "tool_use"]
