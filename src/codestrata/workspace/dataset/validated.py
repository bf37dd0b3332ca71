"""Validating a dataset that lies in a folder; texts in languages with a grammar are parsed where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.analyze.syntax.parsing import Parser
    from codestrata.export.stage import Report

#: Bytes of a text that is parsed, at most: as ``analyze.max_parsed_bytes``.
_MOST = 1_048_576


def validate(folder: str | Path, *, before: str | Path | None = None, texts: bool = True) -> Report:
    """Ask every gate of a dataset; ``before`` is the version it is compared with.

    ``texts``: look through every text, too, and parse it. Raises InvalidInput where there is no dataset.
    """
    from codestrata.analyze.syntax.parsing import Parser
    from codestrata.export.stage import Wanted
    from codestrata.export.stage import validate as judged

    old = Path(before) if before else None
    if not texts:
        return judged(Path(folder), Wanted(texts=False), old)
    with Parser() as parser:
        return judged(Path(folder), Wanted(parses=_Trees(parser)), old)


class _Trees:
    """Says of texts whether they parse."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser

    def __call__(self, language: str, texts: Sequence[bytes]) -> Sequence[bool | None]:
        """Give for each text whether its tree has no error; None where there is no grammar, or no tree."""
        from codestrata.analyze.syntax.grammars import grammar_of
        from codestrata.analyze.syntax.tables import told

        grammar = grammar_of(language)
        out: list[bool | None] = [None] * len(texts)
        rows = [i for i, text in enumerate(texts) if len(text) <= _MOST] if grammar else []
        if not (grammar and rows):
            return out
        (parsed,) = self._parser.parse([(grammar.name, [texts[i] for i in rows])])
        nodes, errors = told(parsed.nodes)
        for i, count, wrong in zip(rows, nodes.tolist(), errors.tolist(), strict=True):
            out[i] = None if count < 0 else not wrong
        return out
