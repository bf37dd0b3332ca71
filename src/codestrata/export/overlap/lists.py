"""Which lists the settings name: those that are shipped, by name, and files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from codestrata.errors import InvalidInput
from codestrata.export.overlap.evalset import EvalSet, read
from codestrata.settings.recipe import DecontaminateSettings

#: What the files of lists end with.
SUFFIX = ".evalset"


def shipped() -> dict[str, Path]:
    """Give the lists that come with this package, by name."""
    folder = Path(str(files("codestrata.export.overlap"))) / "data"
    return {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}


def place(name: str) -> Path:
    """Find the list of a name, or the file. Raises InvalidInput where there is neither."""
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file():
        hint = f"lists that are shipped: {', '.join(known) or 'none'}; strata dataset evalset makes others"
        raise InvalidInput("neither a list that is shipped nor a file", where=name, hint=hint)
    return path.absolute()


@cache
def _read(path: Path, _changed: tuple[int, int]) -> EvalSet:
    return read(path)


def load(path: Path) -> EvalSet:
    """Read a list, once as long as its file stays the same."""
    try:
        found = path.stat()
    except OSError as error:
        raise InvalidInput(error.strerror or str(error), where=str(path)) from error
    return _read(path, (found.st_size, found.st_mtime_ns))


def chosen(settings: DecontaminateSettings) -> list[tuple[Path, EvalSet]]:
    """Give the lists that the settings name, in the order of their digests, each once.

    Raises InvalidInput where one is missing, damaged, of another version, or of n-grams of another length.
    """
    found = {one.digest: (path, one) for path in map(place, settings.lists) for one in [load(path)]}
    listed = [found[digest] for digest in sorted(found)]
    for path, one in listed:
        check_length(one, settings.ngram, str(path))
    return listed


def check_length(one: EvalSet, ngram: int, where: str) -> None:
    """Raise InvalidInput for a list that was made with n-grams of another length."""
    if one.ngram != ngram:
        hint = f"--set export.decontaminate.ngram={one.ngram}, or make it again with --ngram {ngram}"
        told = f"the list has {one.ngram}-grams, the settings ask for {ngram}-grams"
        raise InvalidInput(told, where=where, hint=hint)


def digest(lists: Sequence[EvalSet]) -> str:
    """Digest lists together: 16 hexadecimal digits."""
    text = "\n".join([str(one.ngram) + one.digest for one in lists])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
