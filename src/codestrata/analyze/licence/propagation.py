"""Which licence governs each file of a snapshot.

In this order, the first that says anything:

1. the file's own word: its SPDX tag (REUSE: or one in ``<file>.license`` beside it), or a notice in its first comment;
   or what ``REUSE.toml`` and DEP-5 files say of its path, as they go together (see :mod:`annotations`);
2. the nearest directory upwards that says anything: its licence files (see :mod:`directory`; a ``LICENSES`` folder
   where there is none), and where there is none either, its package manifests;
3. what the list of repositories declared;
4. the nearest read-me or notice file, with little confidence.

``CITATION.cff`` says how to cite the work: it is asked at the root, where licence files and manifests say nothing. In
folders of documentation and samples, documents *about* licences abound: there only a file called just ``LICENSE`` or
``COPYING``, or one that holds a whole text, is a licence file. A manifest nearer to the file than any licence file
governs its package. A licence file that nobody can read makes its directory unknown, it does not let the licence above
shine through. Vendored folders (``third_party``, ``node_modules``) are other people's: what is said above them or by
the list does not reach into them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence.annotations import agreed, covering
from codestrata.analyze.licence.declared import declared as read_declared
from codestrata.analyze.licence.directory import Evidence, is_plain, settled, together
from codestrata.analyze.licence.folders import ABOUT, DESCRIBES, VENDORED
from codestrata.analyze.licence.globbed import GLOBS
from codestrata.analyze.licence.kinds import CITATION, LICENCE, MANIFESTS, NOTICE, README
from codestrata.analyze.licence.ruling import Ruling, Words
from codestrata.kernels.paths import parts
from codestrata.kernels.strings import distinct
from codestrata.model.licence import combine, normalise
from codestrata.store.columns import Varlen

#: What the list of repositories says was read off a forge's page.
DECLARED = 0.7
#: The licence of a directory whose licence file nobody can read.
UNREADABLE = "LicenseRef-Unknown"

#: What a citation file says of the licence is at most as sure as that.
CITED = 0.6
_REUSE = b"LICENSES"
_SIDECAR = b".license"


def govern(paths: Varlen, kinds: Sequence[str], words: Words, declared: str) -> tuple[list[Ruling], NDArray[np.int64]]:
    """Give the distinct rulings and, for each path, the index of its own: int64[n].

    kinds: kind of each path, see :mod:`kinds`; declared: the word of the list of repositories, or "".
    """
    tree = _Tree(paths, kinds, words, declared)
    index: dict[Ruling, int] = {}
    of_folder = [index.setdefault(tree.ruling(folder), len(index)) for folder in tree.folders]
    which = np.array(of_folder, np.int64)[tree.folder_of]
    headers = [word.header() for word in words.distinct]
    own = [-1 if ruling is None else index.setdefault(ruling, len(index)) for ruling in headers]
    said = np.array(own, np.int64)[words.codes]
    itself = (said >= 0) & tree.speaks_for_itself()
    which[words.rows[itself]] = said[itself]
    own_words = dict(zip(words.rows[itself].tolist(), said[itself].tolist(), strict=True))
    for row, ruling in tree.sidecars():
        own_words[row] = which[row] = index.setdefault(ruling, len(index))
    rulings = list(index)
    stated = covering(tree.paths, words, lambda row: tree.barrier(tree.folders[tree.folder_of[row]]))
    for row, covered in stated.items():
        found = agreed(covered, rulings[own_words[row]] if row in own_words else None)
        if found is not None:
            which[row] = index.setdefault(found, len(index))
    return list(index), which


class _Tree:
    """The folders of a snapshot, and what is said in each."""

    def __init__(self, paths: Varlen, kinds: Sequence[str], words: Words, declared: str) -> None:
        self.paths = paths
        self.kinds = kinds
        self.named = np.fromiter(map(bool, kinds), np.bool_, len(kinds))
        self.words = words
        self.declared = read_declared(declared).expression
        starts, (names, _) = paths.offsets[:-1], parts(paths.data, paths.offsets)
        # without the slash, of which the root has none
        self.folder_of, first = distinct(paths.data, starts, np.maximum(names - 1, starts))
        self.folders = [paths[i].rpartition(b"/")[0] for i in first.tolist()]
        self._ruled: dict[bytes, Ruling | None] = {}
        self._last: dict[bytes, Ruling] = {}
        self._barriers: dict[bytes, int] = {}

    @cached_property
    def _told(self) -> dict[bytes, dict[str, list[int]]]:
        """Group the rows of named kinds by the folder they speak of."""
        told: dict[bytes, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row in np.flatnonzero(self.named).tolist():
            folder = self.folders[self.folder_of[row]]
            while DESCRIBES.search(folder):
                folder = folder.rpartition(b"/")[0]
            told[folder][self.kinds[row]].append(row)
        return told

    @cached_property
    def _reuse(self) -> dict[bytes, list[int]]:
        """Group the rows in ``LICENSES`` folders by the folder that one stands in."""
        rows: dict[bytes, list[int]] = {}
        for number, folder in enumerate(self.folders):
            above, _, name = folder.rpartition(b"/")
            if name == _REUSE:
                rows[above] = np.flatnonzero(self.folder_of == number).tolist()
        return rows

    def ruling(self, folder: bytes) -> Ruling:
        """Give what governs the files of a folder that say nothing themselves."""
        found = self._nearest(folder)
        lost = found is None or (found.expression == UNREADABLE and "/" not in found.source)
        if lost and self.declared and not any(map(VENDORED.fullmatch, folder.split(b"/"))):
            return Ruling(self.declared, "", "declared", DECLARED)
        return found or self._mentioned(folder)

    def _nearest(self, folder: bytes) -> Ruling | None:
        """Look in a folder and upwards, not out of a vendored one."""
        if folder not in self._ruled:
            found = self._said_in(folder)
            above, _, name = folder.rpartition(b"/")
            if found is None and folder and not VENDORED.fullmatch(name):
                found = self._nearest(above)
            self._ruled[folder] = found
        return self._ruled[folder]

    def _said_in(self, folder: bytes) -> Ruling | None:
        """Give what the licence files of one folder, or its manifests, say."""
        silent = folder not in self._told and folder not in self._reuse
        if silent or folder.rpartition(b"/")[2] == _REUSE:
            return None
        told = self._told.get(folder, {})
        files = together([self._licence_file(row) for row in told.get(LICENCE, ())]) or self._reuse_file(folder)
        manifests = [self._evidence(row) for kind in MANIFESTS if kind != CITATION for row in told.get(kind, ())]
        manifests = sorted((e for e in manifests if e.expression), key=lambda e: (-e.confidence, e.path))
        if files:
            others = [*manifests, *(self._evidence(row) for row in told.get(README, ())), *self._citations(folder)]
            return next((_settle(files, word) for word in others if settled(files, word)), _file(files))
        if manifests:
            first, last = manifests[0], manifests[-1]
            return Ruling(combine([e.expression for e in manifests]), first.path, "manifest", last.confidence)
        plain = [row for row in told.get(LICENCE, ()) if is_plain(self._name(row))]
        unread = [self._name(row) for row in plain if self.words.at(row).method != GLOBS]
        if unread:
            return Ruling(UNREADABLE, unread[0], "file", 0.0)
        cited = next(iter(self._citations(folder)), None)
        return Ruling(cited.expression, cited.path, "manifest", min(cited.confidence, CITED)) if cited else None

    def _citations(self, folder: bytes) -> list[Evidence]:
        """Read the citation file, which speaks of the repository as a whole or not at all."""
        found = [self._evidence(row) for row in self._told.get(folder, {}).get(CITATION, ())] if not folder else []
        return [evidence for evidence in found if evidence.expression]

    def _mentioned(self, folder: bytes) -> Ruling:
        """Give what the nearest read-me or notice file mentions."""
        if folder not in self._last:
            told = self._told.get(folder, {})
            listed = [self._evidence(row) for kind in (README, NOTICE) for row in told.get(kind, ())]
            found = next((_file(evidence) for evidence in listed if evidence.expression), None)
            above, _, name = folder.rpartition(b"/")
            if found is None and folder and not VENDORED.fullmatch(name):
                found = self._mentioned(above)
            self._last[folder] = found or Ruling()
        return self._last[folder]

    def speaks_for_itself(self) -> NDArray[np.bool_]:
        """Say which words are about the very file: tags always; the rest in other files than licences and manifests."""
        tagged = np.array([bool(word.tag) for word in self.words.distinct], np.bool_)[self.words.codes]
        vague = np.array([bool(word.vague()) for word in self.words.distinct], np.bool_)[self.words.codes]
        itself = tagged | ~self.named[self.words.rows]
        for k in np.flatnonzero(itself & vague).tolist():
            family = self.words.distinct[self.words.codes[k]].vague()
            around = self.ruling(self.folders[self.folder_of[self.words.rows[k]]]).expression
            itself[k] = not re.search(rf"\b{family}-", around)  # else it says what the folder says, only less
        return itself

    def sidecars(self) -> Iterator[tuple[int, Ruling]]:
        """Give (row, ruling) of files with a tag in ``<file>.license`` beside them. Source: REUSE specification 3.3."""
        ends = self.paths.offsets[1:]
        long = np.flatnonzero(np.diff(self.paths.offsets) >= len(_SIDECAR))
        last = long[self.paths.data[ends[long] - 1] == _SIDECAR[-1]]  # few end so, and these are looked at
        sidecars = [row for row in last.tolist() if self.paths[row].endswith(_SIDECAR)]
        rows = {path: row for row, path in enumerate(self.paths)} if sidecars else {}
        for sidecar in sidecars:
            row, tag = rows.get(self.paths[sidecar].removesuffix(_SIDECAR)), self.words.at(sidecar).tag
            if row is not None and tag:
                yield row, Ruling(tag, self._name(sidecar), "header", 1.0)

    def barrier(self, folder: bytes) -> int:
        """Give the depth of the nearest folder upwards that says anything or is vendored; -1 where there is none."""
        if folder not in self._barriers:
            above, _, name = folder.rpartition(b"/")
            if self._said_in(folder) is not None or VENDORED.fullmatch(name):
                self._barriers[folder] = folder.count(b"/") + bool(folder)
            else:
                self._barriers[folder] = self.barrier(above) if folder else -1
        return self._barriers[folder]

    def _evidence(self, row: int) -> Evidence:
        word = self.words.at(row)
        return Evidence(self._name(row), word.licence, word.confidence)

    def _licence_file(self, row: int) -> Evidence:
        """Read a licence file; one that is not called so (``bsd.md``, a sidecar) must hold a whole text."""
        word, name = self.words.at(row), self._name(row)
        if ABOUT.search(self.paths[row].rpartition(b"/")[0]):
            called = is_plain(name)
        else:
            called = re.search(r"licen|copy|legal", name.rpartition("/")[2], re.IGNORECASE) is not None
        if word.method == GLOBS or (word.method != "text" and (not called or self.paths[row].endswith(_SIDECAR))):
            return Evidence(name, "", 0.0)
        return self._evidence(row) if word.licence else Evidence(name, word.tag, 1.0)

    def _reuse_file(self, folder: bytes) -> Evidence | None:
        """Read a ``LICENSES`` folder: its files are named by SPDX ids. Source: REUSE specification 3.3."""
        names = sorted(self._name(row) for row in self._reuse.get(folder, ()))
        expression = combine([normalise(name.rpartition("/")[2].rpartition(".")[0]) for name in names])
        return Evidence(names[0], expression, 1.0) if expression else None

    def _name(self, row: int) -> str:
        return self.paths[row].decode("utf-8", "replace")


def _file(evidence: Evidence) -> Ruling:
    return Ruling(evidence.expression, evidence.path, "file", evidence.confidence)


def _settle(files: Evidence, word: Evidence) -> Ruling:
    """Let a manifest or read-me say how the licences of the licence files relate."""
    if word.expression == files.expression:
        return _file(files)
    return Ruling(word.expression, word.path, "manifest", files.confidence)
