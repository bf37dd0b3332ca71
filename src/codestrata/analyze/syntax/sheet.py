"""Sheet: memory that the process which parses shares with the one that reads what it found. Needs no NumPy.

The texts of one batch end to end, and room for the columns of their nodes; of each file where its nodes end and what
its problem is; and how many files are done, so that nothing is lost when the parsing process dies in the middle.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Iterable
from itertools import accumulate
from typing import Self

from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.reading import NODES_MORE, NODES_PER_BYTE
from codestrata.kernels.nodes.treewalk import Columns

_WORD = 8


class Sheet:
    """A sheet for batches of at most ``size`` bytes in ``files`` files. Memory is committed only as it is used."""

    def __init__(self, fd: int, size: int, files: int) -> None:
        self.fd, self.size, self.files = fd, size, files
        self.room = NODES_PER_BYTE * size + NODES_MORE * files
        # done, then ends and problems of the files, then the columns, then the texts
        sizes = [
            _WORD,
            _WORD * files,
            _WORD * files,
            *(self.room * ctypes.sizeof(kind) for kind in TYPES.values()),
            size,
        ]
        places = [0, *accumulate(_aligned(part) for part in sizes)]
        self._columns = dict(zip(TYPES, places[3:], strict=False))
        self._texts = places[-2]
        if os.fstat(fd).st_size < places[-1]:
            os.ftruncate(fd, places[-1])
        self.memory = mmap.mmap(fd, places[-1])
        self._whole = memoryview(self.memory)
        self._base = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self._done = ctypes.c_int64.from_buffer(self.memory)
        self._ends, self._problems = ((ctypes.c_int64 * files).from_buffer(self.memory, at) for at in places[1:3])

    @classmethod
    def new(cls, size: int, files: int) -> Self:
        """Make one."""
        return cls(os.memfd_create("syntax"), size, files)

    def close(self) -> None:
        """Let go of the file; the memory goes with the last view of it."""
        os.close(self.fd)

    @property
    def done(self) -> int:
        """Say how many files are done."""
        return int(self._done.value)

    @done.setter
    def done(self, count: int) -> None:
        self._done.value = count

    def told(self, file: int) -> tuple[int, int]:
        """Give where the nodes of a file end, and the number of its problem; of file -1 that is 0, 0."""
        if file < 0:
            return 0, 0
        return self._ends[file], self._problems[file]

    def tell(self, file: int, end: int, problem: int) -> None:
        """Say of the next file where its nodes end, and what its problem is; it is done then."""
        self._ends[file], self._problems[file] = end, problem
        self._done.value = file + 1

    def columns(self) -> Columns:
        """Give the addresses of the columns."""
        return Columns(**{name: self._base + place for name, place in self._columns.items()}, room=0, base=0, first=0)

    def place(self, name: str) -> int:
        """Give where a column begins in the memory; ``arena``: where the texts do."""
        return self._texts if name == "arena" else self._columns[name]

    def write(self, texts: Iterable[bytes]) -> None:
        """Lay texts down; nothing is done of them."""
        at = self._texts
        for text in texts:
            self.memory[at : at + len(text)] = text
            at += len(text)
        self.done = 0

    def text(self, begin: int, end: int) -> memoryview:
        """Give bytes of the texts, where they lie: tree-sitter's package never lets go of a copy it has read from."""
        return self._whole[self._texts + begin : self._texts + end]


def _aligned(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
