"""The one settings tree: defaults < file < environment < flags; an unknown key is refused with a suggestion."""

from codestrata.settings.tree import Settings, load

__all__ = ["Settings", "load"]
