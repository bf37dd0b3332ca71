"""Loose objects that lie: exactly one zlib stream of exactly the declared size is read, nothing else."""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import RepoBuilder

from codestrata.git.objects import Objects
from codestrata.git.objects.loose import LooseDamaged, LooseFile, LooseObject
from codestrata.kernels.inflate import inflater

LOOSE = {
    "longer than it says": zlib.compress(b"blob 3\0four"),
    "shorter than it says": zlib.compress(b"blob 5\0four"),
    "without an end": zlib.compress(b"blob 4\0four")[:-3],
    "with something behind it": zlib.compress(b"blob 4\0four") + b"more",
    "without a header": zlib.compress(b"four"),
    "with a strange size": zlib.compress(b"blob 04\0four"),
    "empty": b"",
    "no zlib": b"blob 4\0four",
    "a checksum off": zlib.compress(b"blob 4\0four")[:-1] + b"?",
}


@pytest.mark.parametrize("data", LOOSE.values(), ids=LOOSE.keys())
def test_unsound_loose_objects(tmp_path: Path, data: bytes) -> None:
    """A loose object must be exactly one zlib stream of exactly the declared size."""
    path = tmp_path / "object"
    path.write_bytes(data)
    with pytest.raises(LooseDamaged), LooseObject(LooseFile(str(path), len(data))) as loose:
        loose.content()


@pytest.mark.parametrize("size", [0, 1, 50, 63, 64, 65, 57, 65_536, 200_000, 3_000_000])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_loose_objects_of_any_size(tmp_path: Path, size: int, level: int) -> None:
    """Loose objects are read whole, however their header and their pieces fall."""
    for content in (bytes(size), random.Random(size).randbytes(size)):
        (tmp_path / "object").write_bytes(zlib.compress(b"blob %d\0" % size + content, level))
        with LooseObject(LooseFile(str(tmp_path / "object"), 1)) as loose:
            assert (loose.kind, loose.size) == (b"blob", size)
            assert loose.content().tobytes() == content


@pytest.mark.skipif(not inflater(), reason="no native kernels here")
def test_a_named_pipe_is_not_opened(make_repo: Callable[..., RepoBuilder]) -> None:
    """A named pipe in the place of an object or an index would be waited for for ever."""
    store = make_repo("pipes").path
    (store / "objects" / "01").mkdir()
    os.mkfifo(store / "objects" / "01" / ("01" * 19))
    os.mkfifo(store / "objects" / "pack" / "pack-x.idx")
    objects = Objects(store)
    packs = objects._pack_set(20)
    assert not packs.packs
    assert not packs.complete
    assert objects._loose_size(np.ones(20, np.uint8)) == (-1, True)
