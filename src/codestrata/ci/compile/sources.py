"""The files of a pipeline: the root file, and those it includes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestrata.ci.compile.merge import joined
from codestrata.ci.document import Mark, Problems, Scalar, Several, Table, Value, read, shown
from codestrata.ci.forms.detect import V1, form_of, to_v1
from codestrata.errors import InvalidInput

#: Files below one another, and files in all, at most.
_DEEPEST, _MOST = 8, 100


@dataclass(frozen=True, slots=True)
class Source:
    """What the files say, as one map in version 1's form; ``form`` is how the root file was written."""

    table: Table
    form: str


def file_bytes(path: Path) -> bytes:
    """Read a file; raises InvalidInput where that cannot be."""
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "is the name right?" if isinstance(error, FileNotFoundError) else ""
        raise InvalidInput(f"cannot read the file: {error.strerror}", where=str(path), hint=hint) from error


def gather(data: bytes, where: str, folder: Path | None, problems: Problems) -> Source | None:
    """Read a pipeline's bytes and all it includes; ``folder`` holds the root file: nothing outside is included."""
    found = read(data, where, problems)
    if found is None:
        return None
    if not isinstance(found, Table):
        said = f"a pipeline is a map, not {shown(found)}"
        problems.error(found.mark, "wrong-type", said, "begin with jobs: or steps:")
        return None
    form = form_of(found)
    table = to_v1(found, form, problems)
    if table is None:
        return None
    included = list(_Including(folder, problems, Path(where).name).of(table, Path(), 0)) if form == V1 else []
    return Source(joined(table, included, problems).without("include"), form)


class _Including:
    """Follows ``include``: each file once, none outside the root file's folder, no cycles."""

    def __init__(self, folder: Path | None, problems: Problems, root: str) -> None:
        self.folder = folder.resolve() if folder else None
        self.problems = problems
        self.open: list[Path] = [self.folder / root] if self.folder else []
        self.seen: set[Path] = set()

    def of(self, table: Table, below: Path, depth: int) -> Iterator[tuple[str, Table]]:
        """Give the files that a file includes, those they include first."""
        value = table.get("include")
        for one in value.items if isinstance(value, Several) else (value,):
            if isinstance(one, Scalar) and one.value is not None:
                yield from self._one(one, below, depth)

    def _one(self, name: Scalar, below: Path, depth: int) -> Iterator[tuple[str, Table]]:
        path = self._path(name, below, depth)
        if path is None or path in self.seen or self.folder is None:
            return
        self.seen.add(path)
        shown_name = path.relative_to(self.folder)
        found = self._read(path, str(shown_name), name)
        if isinstance(found, Table):
            self.open.append(path)
            yield from self.of(found, shown_name.parent, depth + 1)
            self.open.pop()
            yield str(shown_name), found
        elif found is not None:
            self.problems.error(found.mark, "wrong-type", f"an included file is a map, not {shown(found)}")

    def _path(self, name: Scalar, below: Path, depth: int) -> Path | None:
        """Give the path that is meant, or say why it cannot be."""
        tell, mark = self.problems.error, name.mark
        if self.folder is None:
            tell(mark, "include", "nothing can be included here: the pipeline is no file", "write it in one text")
            return None
        try:
            path = (self.folder / below / name.text).resolve()
        except (OSError, RuntimeError, ValueError):
            tell(mark, "include", f'"{name.text[:80]}" is no path')
            return None
        if name.text.startswith(("/", "~")) or not path.is_relative_to(self.folder):
            tell(
                mark,
                "include",
                f'"{name.text[:80]}" is outside the folder of the root file',
                "use a relative path below it",
            )
        elif path in self.open:
            circle = [*self.open[self.open.index(path) :], path]
            told = " -> ".join(str(one.relative_to(self.folder)) for one in circle)
            tell(mark, "cycle-of-includes", f"files include one another in a circle: {told}", "leave one include out")
        elif depth >= _DEEPEST or len(self.seen) >= _MOST:
            tell(mark, "include", f"more than {_DEEPEST} levels or {_MOST} files of include", "include fewer")
        else:
            return path
        return None

    def _read(self, path: Path, shown_name: str, name: Scalar) -> Value | None:
        if not path.is_file():
            hint = "the path is relative to the file that includes it"
            self.problems.error(name.mark, "include", f'there is no file "{name.text[:80]}"', hint)
            return None
        try:
            data = path.read_bytes()
        except OSError as error:
            self.problems.error(name.mark, "include", f'cannot read "{name.text[:80]}": {error.strerror}')
            return None
        return read(data, shown_name, self.problems)


def start(where: str) -> Mark:
    """Give the beginning of a file."""
    return Mark(where, 1, 1)
