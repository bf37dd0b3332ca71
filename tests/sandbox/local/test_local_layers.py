"""Layers of the local runner: kept in a moment, and what stands on them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.errors import InvalidInput


def test_a_large_layer_is_kept_without_copying(local: Lab) -> None:
    """The image moves; what was in /tmp is not in it."""
    with local.room() as room:
        if room.room.backing["kind"] != "image":
            pytest.skip("no images here")
        room.run("head -c 20M /dev/zero > big; head -c 10M /dev/zero > /tmp/other; mkdir -p d/e; echo x > d/e/f")
        image = Path(room.room.backing["path"]).stat().st_ino
        begun = time.monotonic()
        layer = local.kept(room)
        assert time.monotonic() - begun < 2
    assert (layer / "disk").stat().st_ino == image
    with local.room(layers=(layer,)) as room:
        assert room.run("stat -c %s big; cat d/e/f; ls -A /tmp | wc -l").text.split() == [str(20 << 20), "x", "0"]
        assert room.run("echo y >> d/e/f; mv d g; rm big").exit.code == 0


def test_many_layers_and_rooms_side_by_side_share_them(local: Lab) -> None:
    """A layer is read-only: two rooms stand on it at once, each with files of its own."""
    tree, layers = local.tree({"a": "0\n"}), []
    for number in range(6):
        with local.room(tree=tree, layers=tuple(layers)) as room:
            assert room.run(f"echo {number} >> a; echo {number} > n{number}; rm -f n{number - 2}").exit.code == 0
            layers.append(local.kept(room))
    with local.room(tree=tree, layers=tuple(layers)) as one, local.room(tree=tree, layers=tuple(layers)) as two:
        assert one.run("rm n5; echo one > a; cat a").text == "one"
        assert two.run("cat a | tr '\\n' ' '; ls").text.split() == ["0", "0", "1", "2", "3", "4", "5", "a", "n4", "n5"]


def test_layers_of_jobs_side_by_side_join(local: Lab) -> None:
    """Two jobs stand on a first one; a fourth stands on all three, and sees what each added and deleted."""
    tree = local.tree({"base": "b\n", "one/x": "1\n", "two/x": "2\n"})
    with local.room(tree=tree) as room:
        room.run("echo f > first")
        first = local.kept(room)
    sides = []
    for name in ("one", "two"):
        with local.room(tree=tree, layers=(first,)) as room:
            room.run(f"rm -r {name}; echo {name} > by-{name}; echo {name} > ~/{name}")
            sides.append(local.kept(room))
    with local.room(tree=tree, layers=(first, *sides)) as room:
        assert room.run("ls; ls ~").text.split() == ["base", "by-one", "by-two", "first", "one", "two"]


def test_a_layer_of_another_runner_is_refused(local: Lab) -> None:
    """What it means is not known here."""
    layer = local.place / "foreign"
    layer.mkdir()
    (layer / "layer.json").write_text(json.dumps({"kind": "copied", "deleted": {}}))
    with pytest.raises(InvalidInput, match="layer"), local.room(layers=(layer,)):
        pass
    assert not list((local.place / "scratch").iterdir())


def test_owners_modes_and_links_survive_in_layers(local: Lab) -> None:
    """Executable bits, links, hard links and empty folders come back as they were."""
    with local.room() as room:
        room.run("echo '#!/bin/sh' > run; chmod 751 run; ln -s run soft; ln run hard; mkdir -m 700 empty; mkfifo pipe")
        layer = local.kept(room)
    with local.room(layers=(layer,)) as room:
        seen = room.run("stat -c '%A %h %u' run empty pipe; readlink soft; test run -ef hard && echo same").text
    assert seen.splitlines() == ["-rwxr-x--x 2 1000", "drwx------ 2 1000", "prw-r--r-- 1 1000", "run", "same"]


def test_nothing_of_the_host_is_changed_by_layers(local: Lab) -> None:
    """The tree stays as it is, down to its times."""
    tree = local.tree({"a/b": "1\n"})
    before = [(path, path.lstat().st_mtime_ns, path.lstat().st_ctime_ns) for path in sorted(tree.rglob("*"))]
    with local.room(tree=tree) as room:
        room.run("chmod 700 a; touch a/b; mv a c")
        local.kept(room)
    after = [(path, path.lstat().st_mtime_ns, path.lstat().st_ctime_ns) for path in sorted(tree.rglob("*"))]
    assert after == before
    assert tree.stat().st_uid == os.getuid()
