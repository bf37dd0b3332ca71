"""Memory of plans: a plan whose every input is known to be the same is not made again.

A plan sees the settings, the repositories of its run, and what has been committed for the stages before; with the code
itself that is all it can depend on. Facts that other runs have added since do not count: a plan that is all committed
asked for what was missing then, and what it gave is still there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.stages import load_stages
from codestrata.engine.stamp import code_stamp

if TYPE_CHECKING:
    from codestrata.settings import Settings
    from codestrata.store.plans import Plans

#: Sections that say how the work is done, never what there is to do.
_ASIDE = frozenset({"engine"})
#: Settings that name a file a plan reads end so, or are these; git's own are read by git, when it runs.
_FILE = "_file"
_FILES = frozenset({"tokenizer"})
#: Settings that name files, or folders of files a plan reads, and how those in folders end.
_FOLDERS = frozenset({"rules", "lists", "against"})
_READ = frozenset({".yaml", ".yml"})
#: Of a dataset this file says all.
_MANIFEST = "manifest.json"


class Memo:
    """The digests of one engine's plans. ``table`` names its stages, in order."""

    def __init__(self, plans: Plans, settings: Settings, table: str) -> None:
        self._plans = plans
        self._settings = settings
        self._table = table
        self._selections: dict[int, str] = {}
        self._traces: dict[tuple[int, str], str] = {}

    def digest(self, run: int, stage: str) -> str:
        """Digest everything that a run's plan of a stage depends on."""
        if run not in self._selections:
            self._selections[run] = self._plans.selection(run)
        parts = [stage, code_stamp(self._table), self._selections[run], _told(self._settings)]
        parts += [self._trace(run, one) for one in _before(self._table, stage)]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def changed(self, run: int, stage: str) -> None:
        """Note that a stage is about to be planned, or done, once more in a run."""
        self._traces.pop((run, stage), None)

    def _trace(self, run: int, stage: str) -> str:
        if (run, stage) not in self._traces:
            self._traces[run, stage] = self._plans.traces(run, stage)
        return self._traces[run, stage]


def _before(table: str, stage: str) -> Iterator[str]:
    for name in load_stages(table):
        if name == stage:
            return
        yield name


def _told(settings: Settings) -> str:
    tree = {name: part for name, part in settings.model_dump().items() if name not in _ASIDE}
    read = {path: _content(path) for name, part in tree.items() if name != "git" for path in _named(part)}
    return json.dumps([tree, read], sort_keys=True)


def _named(section: Mapping[str, Any]) -> Iterator[str]:
    """Give the paths of the files and folders that a section's settings name."""
    for name, value in section.items():
        if isinstance(value, dict):
            yield from _named(value)
        elif (name.endswith(_FILE) or name in _FILES) and value:
            yield value
        elif name in _FOLDERS:
            yield from value


def _content(path: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    try:
        for file in _files(Path(path)):
            digest.update(f"{file}\0".encode("utf-8", "surrogateescape") + file.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if (path / _MANIFEST).is_file():
        return [path / _MANIFEST]
    return sorted(p for p in path.rglob("*") if p.suffix in _READ) if path.is_dir() else [path]
