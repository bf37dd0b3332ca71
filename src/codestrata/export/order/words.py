r"""The words of a repository's text: before its name, and before each file.

Source: StarCoder2 (arXiv:2402.19173), §5: ``<repo_name>name<file_sep>path\ncode<file_sep>path\ncode…``, and for half
of the repositories the words between the files alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from codestrata.export.decide.columns import varlen
from codestrata.export.text import readable_paths

if TYPE_CHECKING:
    from codestrata.export.shape.pieces import Piece
    from codestrata.settings.shape import RepoSettings


def told(settings: RepoSettings) -> dict[str, Any]:
    """Give what the order and the text of a repository depend on, as JSON."""
    return settings.model_dump()


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands before a repository's files: ``repository`` at the beginning, ``file`` before each.

    ``most``: tokens that a row may have; ``words``: what no text may have in it.
    """

    repository: bytes
    word: bytes
    paths: tuple[bytes, ...]
    most: int
    words: tuple[bytes, ...]

    @classmethod
    def of(cls, settings: Mapping[str, Any], piece: Piece) -> Self:
        """Take the words from the settings, and names and paths from the piece."""
        name = varlen(piece.files, "full_name")[0]
        named = _chance(name, settings["seed"]) < settings["named"]
        paths = readable_paths(varlen(piece.files, "path")) if named else [b""] * len(piece)
        words = tuple(word.encode() for word in (settings["repo_word"], settings["file_word"]) if word)
        repository = settings["repo_word"].encode() + name if named else b""
        return cls(repository, settings["file_word"].encode(), tuple(paths), settings["context"], words)

    def file(self, number: int) -> bytes:
        """Give what stands before a file."""
        path = self.paths[number]
        return self.word + path + b"\n" if path else self.word


def _chance(name: bytes, seed: int) -> float:
    digest = hashlib.blake2b(name + seed.to_bytes(8, "little", signed=True), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2**64
