"""Remarks: comments that say why, and attributes that deprecate, read off the trees of many files at once.

All comments of a batch lie in one buffer and a compiled matcher reads it once; only what it finds is looked at by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.reasons.commits import quoted
from codestrata.analyze.reasons.cues import Cue, hits
from codestrata.analyze.reasons.nearby import around
from codestrata.analyze.reasons.record import Source
from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.before import before
from codestrata.kernels.strings import gather
from codestrata.store.columns import Columns, Varlen

#: Bytes of the longest comment that is looked at, and how many remarks of a file are told: data can look like comments.
_LONGEST = 20_000
_MOST = 200
_LONGEST_ATTRIBUTE = 2000
_COMMENTS = ("comment", "line_comment", "block_comment")
_ATTRIBUTES = ("attribute_item", "attribute_declaration", "decorator", "annotation")
#: Words of licences: all in small letters, as they have to be found, and what they are a part of.
_LEGAL_WORDS = (b"copyright", b"warrant", b"permission is hereby", b"licensed under", b"licenced under")
_LEGAL = re.compile(rb"copyright|warrant(?:y|ies)\b|permission is hereby|licen[sc]ed under")
_WORD = re.compile(rb"[Dd]eprecated")
_DEPRECATES = re.compile(rb"(?s)[^\w]*(?:[\w.:]*\.)?[Dd]eprecated\b[^\"']{0,80}[\"'].{8,400}")

Int64s = NDArray[np.int64]
_Found = tuple[int, str, str, int, int]


def remarks(nodes: Nodes) -> Mapping[str, Rows]:
    """Give table **remarks**: the sentences of comments in which words say why; see ``data/cues.toml``."""
    found = sorted(_unique([*_from_comments(nodes), *_from_attributes(nodes)]))
    if not found:
        return {}
    files, cues, fields, starts, ends = zip(*found, strict=True)
    begin, end = np.array(starts, np.int64), np.array(ends, np.int64)
    file = np.array(files, np.int64)
    breaks = nodes.breaks()
    base = before(breaks, nodes.offsets)[file]
    columns: Columns = {
        "cue": Varlen.of(cues),
        "field": Varlen.of(fields),
        "start": begin - nodes.offsets[file],
        "end": end - nodes.offsets[file],
        "line": (before(breaks, begin) - base + 1).astype(np.int32),
        "last_line": (before(breaks, end - 1) - base + 1).astype(np.int32),
    }
    return {"remarks": Rows(file, columns)}


def _unique(found: list[_Found]) -> list[_Found]:
    kept: dict[tuple[int, str, int], _Found] = {}
    count: dict[int, int] = {}
    for one in found:
        key = (one[0], one[2], one[3])
        if key not in kept and count.get(one[0], 0) < _MOST:
            count[one[0]] = count.get(one[0], 0) + 1
            kept[key] = one
    return list(kept.values())


def _from_comments(nodes: Nodes) -> Iterator[_Found]:
    starts, ends = _blocks(nodes)
    if not len(starts):
        return
    buffer, places = _laid(nodes, starts, ends)
    found = list(hits(buffer, "comment"))
    which = np.searchsorted(places, [hit.start for hit in found], side="right") - 1
    last = np.array([hit.end - 1 for hit in found], np.int64) - places[which]
    grouped: dict[int, list[tuple[Cue, tuple[int, int]]]] = {}
    sentences = around(nodes.arena, starts[which], ends[which], last)
    for hit, block, at in zip(found, which.tolist(), sentences, strict=True):
        if at is not None:
            grouped.setdefault(block, []).append((hit.cue, at))
    files = (np.searchsorted(nodes.offsets, starts[list(grouped)], side="right") - 1).tolist()
    for (block, within), file in zip(grouped.items(), files, strict=True):
        start = int(starts[block])
        text = nodes.arena[start : int(ends[block])].tobytes()
        if not _legal(text):
            for quote in quoted(Source("file", "", text), within, "comment"):
                yield file, quote.cue, _field(quote.field), start + quote.start, start + quote.end


def _legal(text: bytes) -> bool:
    small = text.lower()
    return any(word in small for word in _LEGAL_WORDS) and _LEGAL.search(small) is not None


def _field(field: str) -> str:
    return "decision" if field == "decision_point" else field


def _blocks(nodes: Nodes) -> tuple[Int64s, Int64s]:
    """Give where comments begin and end; those under one another at the same column are one."""
    which = nodes.of_kind(*_COMMENTS)
    starts, ends = nodes.start[which], nodes.end[which]
    if not len(which):
        return starts, ends
    breaks = nodes.breaks()
    line = before(breaks, starts)
    column = starts - np.concatenate(([-1], breaks))[line]
    last = before(breaks, np.maximum(ends - 1, starts))
    file = before(nodes.offsets, starts + 1)
    same = (line[1:] - last[:-1] <= 1) & (column[1:] == column[:-1]) & (file[1:] == file[:-1])
    near = np.flatnonzero(same)
    same[near] = _blank(nodes, ends[near], starts[near + 1])
    first = np.flatnonzero(np.concatenate(([True], ~same)))
    until = np.concatenate((first[1:], [len(which)])) - 1
    starts, ends = starts[first], ends[until]
    short = ends - starts <= _LONGEST
    return starts[short], ends[short]


def _blank(nodes: Nodes, starts: Int64s, ends: Int64s) -> NDArray[np.bool_]:
    """Say of pieces of the arena whether there is nothing but white space in them."""
    buffer, places = _laid(nodes, starts, ends)
    if not len(places):
        return np.zeros(0, np.bool_)
    ink: Int64s = np.add.reduceat(np.frombuffer(buffer, np.uint8) > ord(" "), places, dtype=np.int64)
    return np.equal(ink, 0)


def _laid(nodes: Nodes, starts: Int64s, ends: Int64s) -> tuple[bytes, Int64s]:
    """Lay pieces of the arena end to end, with an empty line between; gives where each begins."""
    lengths = ends - starts
    places = np.concatenate(([0], np.cumsum(lengths + 2)))
    buffer = np.full(int(places[-1]), ord("\n"), np.uint8)
    gather(nodes.arena, starts, lengths, buffer, places[:-1])
    return buffer.tobytes(), places[:-1]


def _from_attributes(nodes: Nodes) -> Iterator[_Found]:
    """Give attributes, decorators and annotations that deprecate and say more than that."""
    which = nodes.of_kind(*_ATTRIBUTES)
    if not len(which):
        return
    starts, ends = nodes.start[which], nodes.end[which]
    buffer, places = _laid(nodes, starts, ends)
    words = [found.start() for found in _WORD.finditer(buffer)]
    for one in (np.searchsorted(places, words, side="right") - 1).tolist():
        text = nodes.arena[starts[one] : min(ends[one], starts[one] + _LONGEST_ATTRIBUTE + 1)].tobytes()
        if len(text) <= _LONGEST_ATTRIBUTE and _DEPRECATES.match(text):
            file = int(np.searchsorted(nodes.offsets, starts[one], side="right")) - 1
            yield file, "deprecated attribute", "decision", int(starts[one]), int(ends[one])
