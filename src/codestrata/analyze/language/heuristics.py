"""Linguist's content rules for names that several languages share, run by RE2: linear time whatever the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import re2

from codestrata.analyze.language.tables import table
from codestrata.kernels.gate import Gate, gate

CONSIDERED_BYTES = 50 * 1024
"""How much of a file the rules see. Source: Linguist, ``heuristics.rb``."""


@cache
def compiled(pattern: str) -> Any:
    """Compile a pattern over bytes; ``^`` and ``$`` are the ends of a line, as in Ruby."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    return re2.compile(f"(?m){pattern}".encode("latin-1"), options=options)


@dataclass(frozen=True, slots=True)
class Rule:
    """Its languages, when every pattern of ``present`` matches and none of ``absent``."""

    languages: tuple[str, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]

    def holds(self, text: bytes) -> bool:
        """Say whether the rule holds for a text."""
        for pattern in self.present:
            if not compiled(pattern).search(text):
                return False
        return not any(compiled(pattern).search(text) for pattern in self.absent)


@dataclass(frozen=True)
class Block:
    """The rules of one set of extensions, tried in order."""

    rules: tuple[Rule, ...]
    words: Gate | None = None
    """A text without any of these words gets the last rule's language."""

    @cached_property
    def _gate(self) -> Any:
        """One pattern that every rule but the unconditional ones needs: most files fail it in a single pass.

        None where it would not pay: a single condition, or no language for files that fail.
        """
        conditional = [r for r in self.rules if r.present or r.absent]
        needed = [r.present[0] for r in conditional if r.present]
        if len(conditional) == 1 or len(needed) < len(conditional) or not self.otherwise:
            return None
        return compiled("|".join(f"(?:{p})" for p in needed))

    @cached_property
    def otherwise(self) -> tuple[str, ...]:
        """What holds without looking at the text."""
        return next((r.languages for r in self.rules if not r.present and not r.absent), ())

    def judge(self, text: bytes) -> tuple[str, ...]:
        """Give the languages of the first rule that holds, or none."""
        if self._gate and not self._gate.search(text):
            return self.otherwise
        return next((r.languages for r in self.rules if r.holds(text)), ())


@cache
def blocks() -> tuple[tuple[tuple[str, ...], Block], ...]:
    """Give every block with the endings it answers for, in Linguist's order."""
    return tuple((tuple(raw["endings"]), _block(raw)) for raw in table("heuristics")["blocks"])


def block_of(name: str) -> Block | None:
    """Give the block for a name or extension; the first whose ending fits."""
    lower = name.lower()
    return _by_ending().get(lower[lower.rfind(".") :])


@cache
def _by_ending() -> dict[str, Block]:
    """Give the first block of each ending; an ending is a dot and what follows it, without another."""
    return {ending: block for endings, block in reversed(blocks()) for ending in endings}


def _block(raw: dict[str, Any]) -> Block:
    words = raw.get("words")
    return Block(tuple(map(_rule, raw["rules"])), gate(words["leading"], words["anywhere"]) if words else None)


def _rule(raw: dict[str, list[str]]) -> Rule:
    return Rule(tuple(raw["languages"]), tuple(raw.get("present", ())), tuple(raw.get("absent", ())))
