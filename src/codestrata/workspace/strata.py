"""The strata of a workspace: what ``strata patterns``, ``context`` and ``similar`` call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.workspace.adopting import STAGE as PIPELINES

if TYPE_CHECKING:
    from codestrata.analyze.asking.context import Context, Scale
    from codestrata.analyze.asking.patterns import Count
    from codestrata.analyze.asking.similar import Likeness
    from codestrata.analyze.asking.unread import Unread
    from codestrata.analyze.asking.wanted import Wanted
    from codestrata.analyze.rules.rule import Rule
    from codestrata.engine.view import RunView
    from codestrata.model.pattern import CodePattern
    from codestrata.store.catalogue import Catalogue
    from codestrata.workspace.hall import Workspace


@dataclass(frozen=True, slots=True)
class Alike:
    """What was asked about, and what is like it."""

    about: str
    found: list[Likeness]


class Strata:
    """Asks for patterns of the last run's repositories, and for what surrounds or resembles a place in them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def summary(self, wanted: Wanted) -> list[Count]:
        """Count patterns by level and type."""
        from codestrata.analyze.asking.patterns import summary

        with self._workspace.reader() as catalogue:
            return summary(self._view(catalogue), wanted, self._rules())

    def patterns(self, wanted: Wanted, *, snippets: bool = False) -> list[CodePattern]:
        """List patterns, the surest first; ``snippets``: with their code, and what history says of their files."""
        from codestrata.analyze.asking.history import with_history
        from codestrata.analyze.asking.patterns import patterns, with_snippets
        from codestrata.analyze.asking.tools import with_tools

        with self._workspace.reader() as catalogue:
            view, rules = self._view(catalogue), self._rules()
            said = (f for one in catalogue.known_results(PIPELINES) for f in catalogue.files_of(PIPELINES, one.key))
            told = [file for file in said if file.table == "findings"]
            found = with_tools(view, list(patterns(view, wanted, rules)), told, rules)
            return with_snippets(view, with_history(view, found)) if snippets else found

    def unread(self, repository: str = "") -> Unread:
        """Count the files that no rule has looked at, by language and by why they have no tree."""
        from codestrata.analyze.asking.unread import unread

        with self._workspace.reader() as catalogue:
            return unread(self._view(catalogue), repository)

    def known(self) -> dict[str, set[str]]:
        """Give what may be asked for: types of patterns, ids of rules, languages."""
        from codestrata.analyze.asking.wanted import Wanted
        from codestrata.analyze.syntax.grammars import GRAMMARS

        rules = list(self._rules().values())
        types = {one.type for one in self.summary(Wanted(vendored=True))} | {rule.type for rule in rules}
        languages = {language for grammar in GRAMMARS for language in grammar.languages}
        return {"type": types, "rule": {rule.id for rule in rules}, "language": languages}

    def context(self, address: str, scale: Scale) -> Context:
        """Give what surrounds a place, ``repo@commit:path#L10``, or a pattern by its id."""
        from codestrata.analyze.asking.context import context
        from codestrata.analyze.asking.sources import resolve

        with self._workspace.reader() as catalogue:
            view = self._view(catalogue)
            return context(view, resolve(view, self._address(view, address)), scale, self._rules)

    def similar(self, address: str) -> Alike:
        """Give what resembles a pattern, by its id, or the definition around a place."""
        from codestrata.analyze.asking.similar import similar
        from codestrata.analyze.asking.sources import resolve

        with self._workspace.reader() as catalogue:
            view = self._view(catalogue)
            return Alike(*similar(view, resolve(view, self._address(view, address))))

    def clusters(self, families: int, limit: int) -> list[dict[str, Any]]:
        """List code that is alike, the most spread first."""
        from codestrata.analyze.asking.clusters import clusters

        with self._workspace.reader() as catalogue:
            return clusters(self._view(catalogue), families, limit)

    def shapes(self, families: int, limit: int) -> list[dict[str, Any]]:
        """List shapes of statements that recur in many fork families."""
        from codestrata.analyze.asking.clusters import shapes

        with self._workspace.reader() as catalogue:
            return shapes(self._view(catalogue), families, limit)

    def _address(self, view: RunView, text: str) -> str:
        """Give the address of a pattern that is named by its id; an address is one already."""
        from codestrata.analyze.asking.patterns import one

        return text if ":" in text else one(view, text, self._rules()).address

    def _view(self, catalogue: Catalogue) -> RunView:
        view = self._workspace.view(catalogue)
        if not view.files("syntax"):
            where = str(self._workspace.layout.root)
            raise InvalidInput("no patterns here yet", where=where, hint="strata analyze looks for them")
        return view

    def _rules(self) -> Mapping[str, Rule]:
        """Give the rules that are looked for here: ours, and those of the folders in the settings."""
        from codestrata.analyze.rules.load import load, ours

        packs = [ours(), *(load(Path(folder)) for folder in self._workspace.settings.analyze.rules)]
        return {f"{rule.pack}/{rule.id}": rule for pack in packs for rule in pack.rules}
