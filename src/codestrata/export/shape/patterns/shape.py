"""Recipe patterns: what was found in kept files, and why things are as they are → table **samples_patterns**."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.private import Policy
from codestrata.export.shape import pieces, trees
from codestrata.export.shape.base import COMMON, table
from codestrata.export.shape.history.veil import Veil
from codestrata.export.shape.learned import TOKENS
from codestrata.export.shape.patterns.decisions import LEVEL, Teller, commented, quotations
from codestrata.export.shape.patterns.found import entries
from codestrata.export.shape.patterns.rows import FIELDS, Home, columns, row_of
from codestrata.export.shape.patterns.surroundings import Surroundings
from codestrata.export.shape.pieces import Piece
from codestrata.export.shape.source import sources
from codestrata.export.shape.whole import repositories, speaking
from codestrata.privacy.kinds import VERSION
from codestrata.settings.recipe import PrivacySettings
from codestrata.settings.shape import PatternSettings

#: Tables with rows of blobs; matches are made by two stages, one for our rules and one for a user's.
OF_BLOBS = {"definitions": trees.STAGE, "imports": trees.STAGE, "matches": ""}
#: Tables of whole snapshots, and the stages that make them.
OF_REPOSITORY = {
    **dict.fromkeys(("patterns", "modules", "edges", "dependencies"), "analyze.structure"),
    **dict.fromkeys(("reasons", "quotations"), "analyze.reasons"),
}
RULEBOOK = "analyze.rulebook"


class Patterns:
    """Kept files, what was found in them, and what surrounds it → table **samples_patterns**."""

    recipe = "patterns"
    version = "2"
    learned = "code"
    fields = (*COMMON, *FIELDS, TOKENS)

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each repository. Raises InvalidInput where nothing was parsed."""
        rules = view.planned(RULEBOOK, "rules")
        settings = view.settings.export
        told = {
            "patterns": settings.patterns.model_dump(),
            "rules": [file.path for file in rules],
            "privacy": settings.privacy.model_dump(),
            "private": VERSION,
        }
        made = pieces.plan(
            view, self.recipe, self.version, told, whole=True, of_blobs=OF_BLOBS, of_repository=OF_REPOSITORY
        )
        (decided,) = view.planned("export.decide", "decisions")
        whole = {row["first"]: row["repository_id"] for row in repositories(view, decided)}
        speak = speaking(view, decided)
        if whole:
            trees.require(view, decided)
        if whole and not rules:
            hint = f"strata --set export.recipe={self.recipe} analyze"
            raise InvalidInput("its rows are what was looked for, and nothing was", where="recipe patterns", hint=hint)
        for partition in made:
            owner = whole[partition.hint["rows"][0]]
            yield replace(partition, spec={**partition.spec, "speaks": owner in speak})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Put what was found beside what is around it."""
        spec = partition.spec
        settings = PatternSettings.model_validate(spec["patterns"])
        piece = Piece.of(partition, io)
        found = entries(piece, spec["rules"][0], settings) if spec["rules"] else []
        home = Home(piece, speaks=spec["speaks"])
        quotes = quotations(piece, home)
        which = sorted({one.file for one in found if one.file >= 0} | commented(quotes))
        around = Surroundings.of(piece, which)
        texts = {source.file: source for source in sources(piece, which, lambda done: io.progress(done // 1_000_000))}
        rows = [
            row_of(one, home, around, texts.get(one.file), settings.code_bytes)
            for one in found
            if one.file in texts or (one.file < 0 and home.speaks)
        ]
        veil = Veil(Policy.of(PrivacySettings.model_validate(spec["privacy"])))
        teller = Teller(home, around, texts, settings, veil)
        rows += teller.rows(piece, quotes)
        levels = Counter(row["level"] for row in rows)
        result = {"rows": len(rows), "levels": dict(sorted(levels.items()))}
        counts = {"rows": len(rows), "decisions": levels[LEVEL]}
        return Outcome({table(self.recipe): columns(rows)}, result=result, counts=counts)


SHAPE = Patterns()
