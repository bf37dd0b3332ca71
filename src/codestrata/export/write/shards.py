"""Shards: what one holds, and writing it in every format that is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.engine.limits import threads
from codestrata.export.write.formats import FORMATS
from codestrata.store.columns import Columns
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.settings.write import WriteSettings


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard of a split.

    ``name``: its file's, without what says the format; ``key``: a digest of all that its rows depend on, "" where there
    are none. ``lots`` gives the rows, some at a time. ``copy`` writes the same rows as Parquet in a shorter way, where
    there is one, and gives the SHA-256.
    """

    name: str
    key: str
    lots: Callable[[], Iterator[Columns]]
    copy: Callable[[Path], str] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of a dataset: their columns, shards in blocks, and by split how many rows and bytes of text."""

    fields: Sequence[Field]
    blocks: Iterator[Sequence[Shard]]
    rows: Mapping[str, int]
    bytes: Mapping[str, int]


#: The shards of the dataset that stood here before: key in a format → file and its SHA-256.
Old = Mapping[str, tuple[Path, str]]


@dataclass(slots=True)
class Written:
    """What was written: path in the dataset → SHA-256, and → key, both in order."""

    sha256: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def names(split: str, count: int) -> list[str]:
    """Name the shards of a split, without their endings."""
    return [f"{split}-{n:05d}-of-{count:05d}" for n in range(count)]


def formats_of(settings: WriteSettings) -> list[str]:
    """List the formats that are asked for, the main one first."""
    return list(dict.fromkeys([settings.format, *settings.also]))


def folder(settings: WriteSettings, form: str) -> str:
    """Name the folder of a format: ``data`` for the main one, its own for a further one.

    A loader of Hugging Face takes all files of a dataset for the same format, so each format has a folder to load.
    """
    return "data" if form == settings.format else form


def write(view: View, content: Content, out: Path, old: Old) -> Written:
    """Write every shard in every format, each in its folder; one that stands in the old dataset is linked."""
    settings = view.settings.export.write
    done = Written()
    for form in formats_of(settings):
        (out / folder(settings, form)).mkdir(exist_ok=True)
    with ThreadPoolExecutor(threads(view.settings.engine)) as pool:
        for block in content.blocks:
            for name in formats_of(settings):
                for shard, (path, key, digest) in zip(
                    block, _each(pool, name, block, content.fields, (settings, out, old)), strict=True
                ):
                    done.sha256[path] = digest
                    done.keys[path] = key if shard.key else ""
    return done


def _each(
    pool: ThreadPoolExecutor,
    name: str,
    block: Sequence[Shard],
    fields: Sequence[Field],
    where: tuple[WriteSettings, Path, Old],
) -> Iterator[tuple[str, str, str]]:
    """Write shards in one format, copies side by side, others in turn; gives path, key and SHA-256 of each."""
    settings, out, old = where
    form = FORMATS[name]

    def one(shard: Shard) -> tuple[str, str, str]:
        path = f"{folder(settings, name)}/{shard.name}{form.suffix}"
        key = f"{name}:{settings.zstd_level}:{shard.key}" if form.packed else f"{name}:{shard.key}"
        if shard.key and key in old:
            return path, key, _link(out / path, *old[key])
        if name == "parquet" and shard.copy:
            return path, key, shard.copy(out / path)
        with form.begin(out / path, fields, settings.zstd_level) as sink:
            for lot in shard.lots():
                sink.write(lot)
            return path, key, sink.close()

    copied = name == "parquet" and all(shard.copy for shard in block)
    return iter(pool.map(one, block)) if copied else map(one, block)


def _link(path: Path, source: Path, digest: str) -> str:
    try:
        os.link(source, path)
    except OSError:  # not every file system can
        shutil.copyfile(source, path)
    return digest
