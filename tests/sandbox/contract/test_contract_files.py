"""The contract: layers, packed files, and rooms that know nothing of each other."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.errors import LimitExceeded, StrataError


def test_layers_stack_with_what_was_changed_added_and_deleted(lab: Lab) -> None:
    """A room stands on the tree and the layers in their order; home is kept, /tmp is not."""
    files = {"keep": "1\n", "change": "1\n", "drop": "1\n", "folder/x": "1\n", "folder/y": "1\n"}
    tree = lab.tree(files)
    with lab.room(tree=tree) as room:
        script = "echo 2 > change\nrm drop\nrm -r folder\nmkdir made\necho m > made/file\necho h > ~/note"
        assert room.run(script).exit.code == 0
        first = lab.kept(room)
    with lab.room(tree=tree, layers=(first,)) as room:
        assert room.run("cat keep change made/file ~/note").text == "1\n2\nm\nh"
        assert room.run("test ! -e drop\ntest ! -e folder").exit.code == 0
        assert room.run("mkdir folder\necho z > folder/z\nrm made/file\necho 3 > change").exit.code == 0
        second = lab.kept(room)
    with lab.room(tree=tree, layers=(first, second)) as room:
        assert room.run("cat change folder/z").text == "3\nz"
        assert room.run("test -e made\ntest ! -e made/file\ntest ! -e folder/x\ntest ! -e drop").exit.code == 0
    with lab.room(tree=tree, layers=(first,)) as room:
        assert room.run("cat change").text == "2"


def test_a_file_may_become_a_folder_and_a_link(lab: Lab) -> None:
    """What is what may change from layer to layer; links stay links."""
    tree = lab.tree({"a": "1\n", "b/c": "1\n"})
    with lab.room(tree=tree) as room:
        assert room.run("rm a\nmkdir a\necho in > a/x\nrm -r b\necho f > b\nln -s b l").exit.code == 0
        layer = lab.kept(room)
    with lab.room(tree=tree, layers=(layer,)) as room:
        assert room.run("cat a/x b").text == "in\nf"
        out = lab.place / "l.tar"
        assert lab.runner.pack(room.room, ["l"], out, 1 << 20) == 1
        with tarfile.open(out) as tar:
            assert tar.getmember("l").linkname == "b"


def test_a_layered_room_runs_nothing_more(lab: Lab) -> None:
    """After ``layer`` a room can only be destroyed."""
    with lab.room() as room:
        lab.kept(room)
        with pytest.raises(StrataError):
            room.run("echo on")


def test_what_is_packed_can_be_unpacked_elsewhere(lab: Lab) -> None:
    """Globs, whole folders, the home folder; the count is of files and links."""
    with lab.room(
        {"src/a.py": "a\n", "src/deep/b.py": "b\n", "src/c.txt": "c\n", "out/x/y": "y\n", "z": "z\n"}
    ) as room:
        room.run("mkdir ~/.cache\necho h > ~/.cache/entry\nln -s ../z out/link")
        out = lab.place / "kept.tar"
        assert lab.runner.pack(room.room, ["**/*.py", "out", "~/.cache"], out, 1 << 20) == 5
        with tarfile.open(out) as tar:
            names = {member.name for member in tar if not member.isdir()}
        assert names == {"src/a.py", "src/deep/b.py", "out/x/y", "out/link", "~/.cache/entry"}
    with lab.room({"z": "other\n"}) as room:
        lab.runner.unpack(room.room, out)
        assert room.run("cat src/deep/b.py out/x/y ~/.cache/entry out/link").text.startswith("b\ny\nh")
        assert room.run("echo more > src/a.py\necho own > ~/.cache/entry").exit.code == 0


def test_packing_stops_at_its_limit_and_follows_no_link(real: Lab) -> None:
    """Too much is an error and leaves no file; a link to the host's files is only a link."""
    with real.room() as room:
        room.run(
            'head -c 300000 /dev/zero > big; ln -s /etc/passwd passwd; ln -s /etc etc; printf x > "a\nb"; mkfifo pipe'
        )
        out = real.place / "big.tar"
        with pytest.raises(LimitExceeded):
            real.runner.pack(room.room, ["big"], out, 100_000)
        assert not out.exists()
        assert real.runner.pack(room.room, ["passwd", "etc", "a*", "pipe"], out, 100_000) == 3
        with tarfile.open(out) as tar:
            kinds = {member.name: member.type for member in tar}
        assert kinds == {"passwd": tarfile.SYMTYPE, "etc": tarfile.SYMTYPE, "a\nb": tarfile.REGTYPE}


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("/outside", tarfile.REGTYPE, ""),
        ("a/../../outside", tarfile.REGTYPE, ""),
        ("~/../../outside", tarfile.REGTYPE, ""),
        ("hard", tarfile.LNKTYPE, "/etc/passwd"),
        ("device", tarfile.CHRTYPE, ""),
        ("link/outside", tarfile.REGTYPE, "{host}"),
    ],
)
def test_a_hostile_archive_reaches_nothing_outside(lab: Lab, name: str, kind: bytes, target: str) -> None:
    """Refused, or contained; never a file on the host, never through a link."""
    host = lab.place / "host"
    host.mkdir()
    archive = lab.place / "hostile.tar"
    with tarfile.open(archive, "w") as tar:
        if target.startswith("{"):
            link = tarfile.TarInfo(name.split("/", maxsplit=1)[0])
            link.type, link.linkname = tarfile.SYMTYPE, str(host)
            tar.addfile(link)
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, target, 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(member, io.BytesIO(b"evil"))
    with lab.room() as room:
        with contextlib.suppress(StrataError):
            lab.runner.unpack(room.room, archive)
        assert room.run("echo on").text == "on"
    assert list(host.iterdir()) == []
    assert not list(lab.place.rglob("outside"))
    assert not Path("/outside").exists()


def test_two_rooms_side_by_side_know_nothing_of_each_other(lab: Lab) -> None:
    """Same tree, other files."""
    tree = lab.tree({"a": "1\n"})
    with lab.room(tree=tree) as one, lab.room(tree=tree) as two:
        one.run("echo one > a\necho x > ~/x")
        two.run("echo two > a")
        assert (one.run("cat a").text, two.run("cat a").text) == ("one", "two")
        assert two.run("test -e ~/x").exit.code == 1


def test_destroying_twice_is_no_harm_and_ends_what_runs(lab: Lab) -> None:
    """A room goes with its commands."""
    with lab.room() as room:
        handle = room.start("sleep 30")
        lab.runner.destroy(room.room)
        assert lab.runner.wait(handle).result in {"cancelled", "killed", "infra"}
        lab.runner.destroy(room.room)


def test_nothing_is_left_in_scratch(lab: Lab) -> None:
    """Rooms leave no folder behind."""
    with lab.room() as room:
        room.run("mkdir d\necho x > d/x")
    left = [p for p in (lab.place / "scratch").rglob("*") if p.is_file() and "t-" in str(p)]
    assert left == []


_OWNER = """
import sys, time
from importlib import import_module
from pathlib import Path
from codestrata.sandbox.base import Command, Job
from codestrata.settings.sandbox import SandboxSettings
module, name, address, scratch, tree, job = sys.argv[1:]
runner = getattr(import_module(module), name)(SandboxSettings(docker_host=address), Path(scratch))
room = runner.prepare(Job(job, Path(tree)))
runner.start(room, Command("sleep 60"))
print("ready", flush=True)
time.sleep(60)
"""


def test_what_a_killed_owner_left_is_swept(lab: Lab) -> None:
    """And what a living owner has is left alone."""
    kind = type(lab.runner)
    job = f"lost-{os.getpid()}"
    address = getattr(getattr(lab.runner, "settings", None), "docker_host", "")
    words = [kind.__module__, kind.__name__, address, str(lab.place / "scratch"), str(lab.tree({"a": "1"})), job]
    with lab.room() as room:
        owner = subprocess.Popen([sys.executable, "-c", _OWNER, *words], stdout=subprocess.PIPE)
        assert owner.stdout
        with owner.stdout as stream:
            assert stream.readline() == b"ready\n"
        owner.kill()
        owner.wait()
        assert any(job in name for name in lab.runner.sweep())
        assert lab.runner.sweep() == []
        assert room.run("echo on").text == "on"
