"""What settings ask for without saying so: a recipe whose rows are made of trees or of patterns needs them found."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from codestrata.settings.analyze import Level

if TYPE_CHECKING:
    from codestrata.settings.export import Recipe
    from codestrata.settings.tree import Settings

#: Recipes whose rows are made of all that trees tell.
TREES: frozenset[Recipe] = frozenset({"instruct", "patterns"})
#: Recipes whose rows are made of what modules import: an outline of each file is enough.
MODULES: frozenset[Recipe] = frozenset({"repo"})

#: Recipes whose rows are made of history: each stands for a moment of it, and packages give none.
HISTORY: frozenset[Recipe] = frozenset({"commits", "verified"})


def trees(settings: Settings) -> bool:
    """Say whether all is read off trees: for patterns of some level, the recipe, a gate of quality, or duplicates."""
    export = settings.export
    return bool(settings.analyze.levels) or export.recipe in TREES or export.quality.parsed or export.dedup.syntax


def modules(settings: Settings) -> bool:
    """Say whether the recipe wants to know which file imports which."""
    return settings.export.recipe in MODULES


def implied(settings: Settings) -> Settings:
    """Give the settings with what the recipe implies: patterns without a level are patterns of all levels."""
    if settings.export.recipe != "patterns" or settings.analyze.levels:
        return settings
    return settings.model_copy(update={"analyze": settings.analyze.model_dump() | {"levels": list(get_args(Level))}})
