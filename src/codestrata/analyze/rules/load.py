"""Folders of rules: read, and held against the grammars they are for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from codestrata.analyze.rules.compile import compiled
from codestrata.analyze.rules.forms import Report, made
from codestrata.analyze.rules.looking import kinds
from codestrata.analyze.rules.matchers import Compiled
from codestrata.analyze.rules.mistakes import Mistake, Wrong
from codestrata.analyze.rules.mistakes import Path as Path_
from codestrata.analyze.rules.needed import Needed
from codestrata.analyze.rules.reading import Document, read
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.syntax.edition import RULES, digest_of
from codestrata.errors import InvalidInput
from codestrata.store.columns import Columns, Varlen

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Pack:
    """The rules of a folder in the order of its files. ``digest``: of its files."""

    rules: tuple[Rule, ...]
    digest: str

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Give the index of each rule by its id."""
        return {rule.id: i for i, rule in enumerate(self.rules)}

    @cached_property
    def columns(self) -> Columns:
        """Give what rows of **matches** say of each rule."""
        return {
            "rule": Varlen.of([rule.id for rule in self.rules]),
            "rule_version": np.array([rule.version for rule in self.rules], np.int32),
            "pack": Varlen.of([rule.pack for rule in self.rules]),
        }

    def compiled(self, grammar: str) -> dict[int, Compiled]:
        """Give the rules for a grammar by their index; compiled once per process."""
        if grammar not in self._compiled:
            self._compiled[grammar] = {
                i: one
                for i, rule in enumerate(self.rules)
                if grammar in rule.grammars and (one := fitting(rule, grammar)) is not None
            }
        return self._compiled[grammar]

    def needed(self, grammar: str) -> Needed:
        """Give what the rules for a grammar need, in the order of :meth:`compiled`."""
        if grammar not in self._needed:
            self._needed[grammar] = Needed.of(self.compiled(grammar))
        return self._needed[grammar]

    @cached_property
    def _compiled(self) -> dict[str, dict[int, Compiled]]:
        return {}

    @cached_property
    def _needed(self) -> dict[str, Needed]:
        return {}


@cache
def ours() -> Pack:
    """Give our own rules; a test holds that they are sound."""
    reading = _Reading("")
    reading.folder(RULES)
    if reading.mistakes:
        raise InvalidInput(str(reading.mistakes[0]), where="our rules")
    return Pack(tuple(reading.rules.values()), digest_of(RULES))


def load(folder: Path) -> Pack:
    """Read a folder of rules and hold each against its grammars.

    Raises InvalidInput: the first mistake, and how many more there are.
    """
    pack, mistakes = examine(folder)
    if mistakes:
        first = mistakes[0]
        more = f"; {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
        hint = f"strata rules test {folder} tells all of them"
        raise InvalidInput(f"{first.message}{more}", where=f"{first.file}:{first.line}", hint=hint)
    return pack


def examine(folder: Path) -> tuple[Pack, list[Mistake]]:
    """Read a folder of rules; gives those that are sound, and everything that is wrong, by place."""
    if not folder.is_dir():
        raise InvalidInput("no such folder of rules", where=str(folder))
    digest = digest_of(folder)
    reading = _Reading("" if folder.resolve() == RULES.resolve() else digest)
    reading.folder(folder)
    reading.check()
    if not reading.rules and not reading.mistakes:
        reading.mistakes.append(Mistake(str(folder), 1, "there are no rules here", "files of rules end in .yaml"))
    return Pack(tuple(reading.rules.values()), digest), sorted(reading.mistakes)


class _Reading:
    """The rules and mistakes of a folder so far. ``pack``: what its rules say they are from."""

    def __init__(self, pack: str) -> None:
        self.pack = pack
        self.rules: dict[str, Rule] = {}
        self.mistakes: list[Mistake] = []
        self.reports: dict[str, Report] = {}

    def folder(self, folder: Path) -> None:
        """Read every file of rules, wherever it lies below the folder."""
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _SUFFIXES and p.is_file()):
            for document in read(path.read_bytes(), str(path), self.mistakes):
                for base, value in _entries(document.value):
                    self._rule(document, base, value, str(path))

    def _rule(self, document: Document, base: Path_, value: Any, file: str) -> None:
        def report(path: Path_, message: str, hint: str = "") -> None:
            self.mistakes.append(Mistake(file, document.line((*base, *path)), message, hint))

        rule = made(value, report, pack=self.pack, where=f"{file}:{document.line(base)}")
        if rule is None:
            return
        if rule.id in self.rules:
            report(("id",), f'the id "{rule.id}" is taken', f"by the rule in {self.rules[rule.id].where}")
            return
        self.rules[rule.id] = rule
        self.reports[rule.id] = report

    def check(self) -> None:
        """Hold every rule against its grammars; what does not fit one is no rule."""
        for rule in list(self.rules.values()):
            for grammar in rule.grammars:
                try:
                    fitting(rule, grammar)
                except Wrong as wrong:
                    self.reports[rule.id](wrong.path, wrong.message, wrong.hint)
                    del self.rules[rule.id]
                    break


def _entries(value: Any) -> list[tuple[Path_, Any]]:
    """Give the rules of a document, with where they are in it: it is one, a list of them, or empty."""
    if isinstance(value, list):
        return [((i,), one) for i, one in enumerate(value)]
    return [] if value is None else [((), value)]


def fitting(rule: Rule, grammar: str) -> Compiled | None:
    """Compile a rule for a grammar; None where the grammar cannot have what it looks for.

    What TypeScript has and TSX has not (``<T>x``) is no mistake. Raises Wrong.
    """
    try:
        found = compiled(rule, grammar)
    except Wrong:
        if grammar == "tsx" and "typescript" in rule.grammars:
            return None
        raise
    if kinds(found.matcher):
        return found
    if len(rule.grammars) == 1:
        raise Wrong(("rule",), f"no node of {grammar} can be all of this at once")
    return None
