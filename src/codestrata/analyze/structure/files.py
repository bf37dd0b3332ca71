"""The files of a snapshot as detectors see them: paths, what each is, and its text when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.errors import StrataError
from codestrata.git.objects import Objects
from codestrata.model.paths import text_of

#: Bytes of a manifest or document that are read; a longer one is data.
MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class File:
    """A regular file: its content's id, what it is written in, and what its path says."""

    path: bytes
    blob: bytes
    size: int
    language: str = ""
    lines: int = 0
    vendored: bool = False
    test: bool = False
    documentation: bool = False
    generated: bool = False

    @property
    def name(self) -> str:
        """Give the last part of the path."""
        return self.text.rsplit("/", 1)[-1]

    @property
    def folder(self) -> str:
        """Give the path without its last part; "" at the top."""
        return self.text.rpartition("/")[0]

    @property
    def text(self) -> str:
        """Give the path as text."""
        return text_of(self.path)

    @property
    def own(self) -> bool:
        """Tell whether it is code of the project proper: neither somebody else's nor a test, document or product."""
        return not (self.vendored or self.test or self.documentation or self.generated)


@dataclass(slots=True)
class Files:
    """All regular files of a snapshot, by path."""

    by_path: Mapping[str, File]
    git_dir: Path
    _texts: dict[bytes, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[File]:
        """Give the files in the order of their paths."""
        return iter(self.by_path.values())

    def get(self, path: str) -> File | None:
        """Give the file at a path, or None."""
        return self.by_path.get(path)

    def read(self, file: File) -> str:
        """Give a file's text; "" for one that is too large, binary or lost."""
        if file.blob not in self._texts:
            self._texts[file.blob] = self._read(file)
        return self._texts[file.blob]

    def _read(self, file: File) -> str:
        if file.size > MOST:
            return ""
        try:
            raw = Objects(self.git_dir).one(file.blob)
        except StrataError:
            return ""
        return "" if b"\0" in raw else raw.decode("utf-8", "replace")
