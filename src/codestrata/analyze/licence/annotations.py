"""Which annotations by glob cover which files of a snapshot, and how they and the files' own words go together."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import re2
from numpy.typing import NDArray

from codestrata.analyze.licence.globbed import AGGREGATE, CLOSEST, GLOBS, OVERRIDE
from codestrata.analyze.licence.ruling import Ruling, Words
from codestrata.model.licence import combine

_TOKEN = re.compile(rb"\\(.)|\*\*/|\*\*|\*|\?|[^\\*?]+", re.DOTALL)
_WILD = {b"**/": rb"(?:[^\n]*/)?", b"**": rb"[^\n]*", b"*": rb"[^/\n]*", b"?": rb"[^\n]"}
_EVERYWHERE = 1 << 20
#: Files of REUSE; the others are Debian's.
_REUSE = re.compile(rb"(?:^|/)(?:reuse\.toml|\.reuse/dep5)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A licence for the files that a glob covers.

    source: path of the file that says so; folder: what the glob starts at, with a slash at the end unless it is the
    root; literal: the part of a path that is spelt out; pattern: RE2 for the rest, empty when nothing is left.
    """

    source: bytes
    folder: bytes
    precedence: str
    expression: str
    literal: bytes
    pattern: bytes

    @property
    def depth(self) -> int:
        """Say how near it comes to its files: folders that are spelt out; a path in full is the nearest of all."""
        return self.literal.count(b"/") if self.pattern else _EVERYWHERE


def read(source: bytes, folder: bytes, text: str) -> list[Annotation]:
    """Read the annotations of one file as :mod:`globbed` writes them, in their order."""
    return [
        Annotation(source, folder, precedence, expression, *_parted(folder, glob.encode()))
        for precedence, expression, glob in json.loads(text)
    ]


def _parted(folder: bytes, glob: bytes) -> tuple[bytes, bytes]:
    """Part a glob into what is spelt out, with its folder before it, and a pattern for the rest."""
    literal, pattern = folder, b""
    for token in _TOKEN.finditer(glob.removeprefix(b"./")):
        wild = _WILD.get(token[0])
        if wild is None and not pattern:
            literal += token[1] or token[0]
        else:
            pattern += wild or re2.escape(token[1] or token[0])
    return literal, pattern


class Covered:
    """The paths of a snapshot, asked which of them a glob covers."""

    def __init__(self, paths: Sequence[bytes]) -> None:
        self._order = sorted(range(len(paths)), key=paths.__getitem__)
        self._paths = [paths[row] for row in self._order]

    def by(self, annotations: Iterable[Annotation]) -> dict[int, Annotation]:
        """Give row → the annotation of one file that counts there: the last that covers it."""
        found: dict[int, Annotation] = {}
        for annotation in annotations:
            found |= dict.fromkeys(self._rows(annotation), annotation)
        return found

    def _rows(self, annotation: Annotation) -> Iterator[int]:
        literal = annotation.literal
        first = bisect_left(self._paths, literal)
        if not annotation.pattern:
            if self._paths[first : first + 1] == [literal]:
                yield self._order[first]
            return
        last = bisect_left(self._paths, 1, first, key=lambda path: int(not path.startswith(literal)))
        if first == last:
            return
        text, ends = self._text
        begin, end = int(ends[first - 1]) if first else 0, int(ends[last - 1]) - 1
        whole = re2.compile(b"(?m)^" + re2.escape(literal) + b"(?:" + annotation.pattern + b")$", _bytewise())
        hits = [match.start() for match in whole.finditer(text[begin:end])]
        for k in np.searchsorted(ends, np.array(hits, np.int64) + begin, side="right").tolist():
            yield self._order[k]

    @cached_property
    def _text(self) -> tuple[bytes, NDArray[np.int64]]:
        """Give the paths as lines, and where each line ends."""
        return b"".join(path + b"\n" for path in self._paths), np.cumsum([len(path) + 1 for path in self._paths])


@cache
def _bytewise() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


def covering(paths: Sequence[bytes], words: Words, barrier: Callable[[int], int]) -> dict[int, list[Annotation]]:
    """Give row → the annotations that reach it, one of each file that has any, the topmost file first.

    One reaches as far as its glob is spelt out: ``barrier`` gives for a row the depth of the nearest folder upwards
    that is vendored or states a licence, and only a glob that names that folder gets past it. What Debian's
    maintainers say of upstream's files yields to upstream's own word in the same folder.
    """
    globs = np.array([word.method == GLOBS for word in words.distinct], np.bool_)
    stated = words.rows[globs[words.codes]].tolist() if globs.any() else []
    found: dict[int, list[Annotation]] = defaultdict(list)
    covered = Covered(paths if stated else [])
    for row in sorted(stated, key=lambda row: (paths[row].count(b"/"), paths[row])):
        debian = _REUSE.search(paths[row]) is None
        for at, annotation in covered.by(_annotations(paths[row], words.at(row).licence)).items():
            if 2 * annotation.depth - debian >= 2 * barrier(at):
                found[at].append(replace(annotation, precedence=CLOSEST) if debian else annotation)
    return found


def _annotations(path: bytes, text: str) -> list[Annotation]:
    folder = path.rpartition(b"/")[0]
    above, _, name = folder.rpartition(b"/")
    folder = above if name in {b"debian", b".reuse"} else folder
    return read(path, folder + b"/" if folder else b"", text)


def agreed(covering: Sequence[Annotation], own: Ruling | None) -> Ruling | None:
    """Put the annotations that cover a file, the topmost first, together with its own word; None: its own word stands.

    The first that overrides ends the search, and the file's own word is put aside; those that aggregate hold beside it
    (AND); of those that are for files without a word the nearest counts. Source: REUSE specification 3.3, "Order of
    precedence".
    """
    held: list[Annotation] = []
    closest = None
    for annotation in covering:
        if annotation.precedence == OVERRIDE:
            return _ruling([*held, *filter(None, [closest]), annotation], None)
        if annotation.precedence == AGGREGATE:
            held.append(annotation)
        elif annotation.precedence == CLOSEST:
            closest = annotation
    if own is None and closest is not None:
        held.append(closest)
    return _ruling(held, own) if held else None


def _ruling(held: Sequence[Annotation], own: Ruling | None) -> Ruling | None:
    expression = combine([*(a.expression for a in held), own.expression if own else ""])
    if own and own.expression == expression:
        return None
    return Ruling(expression, held[-1].source.decode("utf-8", "replace"), "manifest", own.confidence if own else 1.0)
