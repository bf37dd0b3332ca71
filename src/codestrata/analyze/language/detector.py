"""The chain of evidence for a file's language: its name, its ``#!`` line, its modeline, its extension, its content.

Most files are decided by their extension alone and their content is not touched; only a ``#!`` overrules it.
Source: Linguist, ``linguist.rb`` (order of strategies). Where Linguist looks for a modeline in every file, we look only
where the name leaves a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.language import classifier, heuristics, modeline, shebang
from codestrata.analyze.language.classifier import Classifier
from codestrata.analyze.language.heuristics import CONSIDERED_BYTES, Block
from codestrata.analyze.language.names import MANPAGE, suffix_key
from codestrata.analyze.language.tables import Names, names
from codestrata.kernels.gate import Gate, pays

_BOM = b"\xef\xbb\xbf"
_XML = "XML"
_XML_MARK = b"xml version="
_XML_LINES, _XML_BYTES = 2, 1024
_MANPAGES = ("Roff Manpage", "Roff")
_NONE = ("", "")
_ENDS = Gate(anywhere=(*modeline.TRACES, _XML_MARK))
"""Without one of these in its first or last lines a file has neither a modeline nor an XML declaration."""

Answer = tuple[str, str]
"""A language and the method that told it; both ``""`` where nothing did."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a name key alone says: an answer, or who is left to choose among and how.

    usual is the answer for a text that holds none of the ``words`` and no trace of a modeline; None: look at each.
    """

    answer: Answer
    named: tuple[str, ...]
    extension: tuple[str, ...]
    block: Block | None
    manpage: bool
    usual: Answer | None
    words: Gate | None


class Detector:
    """Language detection for batches of blobs. Holds what was worked out per name key; share one per process."""

    def __init__(self, model: Classifier | None = None) -> None:
        """Take another classifier than the shipped one (to measure it)."""
        self._table = names()
        self._model = model
        self._plans: dict[str, Plan] = {}

    def detect(
        self, keys: Sequence[str], arena: NDArray[np.uint8], offsets: NDArray[np.int64], binary: NDArray[np.bool_]
    ) -> tuple[list[str], list[str]]:
        """Give language and method per row; row i is ``arena[offsets[i]:offsets[i + 1]]`` under the name ``keys[i]``.

        Methods: ``filename``, ``shebang``, ``modeline``, ``extension``, ``xml``, ``manpage``, ``heuristics``,
        ``classifier``, or ``""``. A binary row has no language.
        """
        plans = [self._plans.get(key) or self._plan(key) for key in keys]
        answers = [plan.answer for plan in plans]
        for i in np.flatnonzero(binary).tolist():
            answers[i] = _NONE
        undecided = np.fromiter((not plan.answer[0] for plan in plans), np.bool_, len(plans)) & ~binary
        fixed = np.fromiter((plan.answer[1] == "filename" for plan in plans), np.bool_, len(plans)) | binary
        scripts = _begin(arena, offsets, b"#!") & ~fixed
        traced = self._traced(np.flatnonzero(undecided), arena, offsets)
        for i in self._usual(plans, np.flatnonzero(undecided & ~scripts & ~traced), arena, offsets):
            answers[i], undecided[i] = plans[i].usual or _NONE, False
        content, bounds = np.ascontiguousarray(arena).data, offsets.tolist()
        for i in np.flatnonzero(undecided | scripts).tolist():
            answers[i] = self._look(plans[i], content[bounds[i] : bounds[i + 1]], traced=bool(traced[i]))
        return [a[0] for a in answers], [a[1] for a in answers]

    def _plan(self, key: str) -> Plan:
        plan = self._plans[key] = _plan(key, self._table)
        return plan

    def _traced(
        self, rows: NDArray[np.int64], arena: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Say which of these rows may have a modeline or an XML declaration; the other rows of the batch have none."""
        traced = np.zeros(len(offsets) - 1, np.bool_)
        ends = (offsets[:-1][rows], offsets[1:][rows])
        traced[rows] = _ENDS.holds(arena, *ends, limit=2 * modeline.END_BYTES, lines=modeline.LINES) if pays() else True
        return traced

    def _usual(
        self, plans: list[Plan], rows: NDArray[np.int64], arena: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> list[int]:
        """Give the rows whose usual answer holds: no gate found a reason for a closer look."""
        if not pays():
            return []
        starts, stops = offsets[:-1], offsets[1:]
        rows = rows[~_begin(arena, offsets, _BOM)[rows]]
        rows = rows[np.fromiter((plans[i].usual is not None for i in rows.tolist()), np.bool_, len(rows))]
        groups: dict[int, list[int]] = {}
        for i in rows.tolist():
            groups.setdefault(id(plans[i].words), []).append(i)
        usual: list[int] = []
        for members in groups.values():
            words, group = plans[members[0]].words, np.array(members)
            held = words.holds(arena, starts[group], stops[group], limit=CONSIDERED_BYTES) if words else False
            usual += group[~np.broadcast_to(held, group.shape)].tolist()
        return usual

    def _look(self, plan: Plan, content: memoryview, *, traced: bool) -> Answer:
        """Follow the chain through a file's content; ``traced``: it may have a modeline."""
        text = bytes(content[:CONSIDERED_BYTES]).removeprefix(_BOM)
        tail = text if len(content) <= CONSIDERED_BYTES else bytes(content[-modeline.END_BYTES :])
        if b"\r" in text:
            text, tail = text.replace(b"\r\n", b"\n"), tail.replace(b"\r\n", b"\n")
        candidates = _narrow(plan.named, self._interpreted(text) if text.startswith(b"#!") else ())
        if len(candidates) == 1:
            return candidates[0], "shebang"
        traced = traced and not plan.answer[0]
        asked = self._table.aliases.get(modeline.mode(modeline.ends(text, tail)), "") if traced else ""
        if asked:
            return asked, "modeline"
        candidates = _narrow(candidates, plan.extension)
        if len(candidates) == 1:
            return candidates[0], "extension"
        return self._by_content(plan, candidates, text)

    def _by_content(self, plan: Plan, candidates: tuple[str, ...], text: bytes) -> Answer:
        """Decide among candidates, or find some, by the text."""
        if not candidates and _XML_MARK in b"\n".join(text[:_XML_BYTES].split(b"\n", _XML_LINES)[:_XML_LINES]):
            return _XML, "xml"
        if not candidates and plan.manpage:
            candidates = _MANPAGES
        if plan.block:
            judged = plan.block.judge(text)
            if len(judged) == 1:
                return judged[0], "heuristics"
            candidates = judged or candidates
        if not candidates:
            return _NONE
        chosen = (self._model or classifier.shipped()).choose(text, candidates)
        return (chosen, "manpage" if candidates is _MANPAGES else "classifier") if chosen else _NONE

    def _interpreted(self, text: bytes) -> tuple[str, ...]:
        program = shebang.interpreter(text)
        known = self._table.interpreters
        return known.get(program) or known.get(program.rstrip("0123456789"), ()) if program else ()


def _plan(key: str, table: Names) -> Plan:
    extension = suffix_key(key[key.find(".") :].lower() if "." in key else "", table)
    named = () if key in table.extensions else table.filenames.get(key, ())
    allowed = () if key.lower().endswith(table.generic) else table.extensions.get(extension, ())
    answer = _NONE
    if len(named) == 1:
        answer = named[0], "filename"
    elif not named and len(allowed) == 1:
        answer = allowed[0], "extension"
    block, manpage = heuristics.block_of(key) if key else None, bool(MANPAGE.search(key))
    usual = None
    if block and block.words and not named:
        usual = block.otherwise[0], "heuristics"
    elif not (named or allowed or block or manpage):
        usual = _NONE
    return Plan(answer, named, allowed, block, manpage, usual, block.words if block else None)


def _begin(arena: NDArray[np.uint8], offsets: NDArray[np.int64], mark: bytes) -> NDArray[np.bool_]:
    """Say which rows begin with a mark."""
    found = np.diff(offsets) >= len(mark)
    for place, byte in enumerate(mark):
        found[found] = arena[offsets[:-1][found] + place] == byte
    return found


def _narrow(candidates: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the candidates that the new evidence allows; evidence that allows none of them is ignored."""
    if not candidates:
        return new
    return tuple(name for name in candidates if name in new) or candidates
