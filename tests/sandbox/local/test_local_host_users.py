"""Rooms that root makes are different users for the host's kernel, whoever makes them, and nothing of that is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab

from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks
from codestrata.sandbox.base import HOST_USER, State
from codestrata.sandbox.local import link, users

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no others to give to rooms")
_HOLD = """
import os, sys, time
from pathlib import Path
from codestrata.sandbox.local import link, users
print(users.lease(Path(sys.argv[1]), (5000, 4))[0], flush=True)
time.sleep(60)
"""


@contextmanager
def other_process(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Have another process hold a lease; gives its user."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline()), process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_leases_of_two_processes_never_meet_and_end_with_them(tmp_path: Path) -> None:
    """No user is given twice while somebody holds it; a kill gives it back, and nothing has to be cleared up."""
    folder = tmp_path / "leases"
    with other_process(folder) as (taken, process):
        mine = [users.lease(folder, (5000, 4)) for _ in range(3)]
        assert sorted([taken, *(user for user, _ in mine)]) == [5000, 5001, 5002, 5003]
        with pytest.raises(OSError, match="every user is taken"):
            users.lease(folder, (5000, 4))
        process.kill()
        process.wait()
        again, file = users.lease(folder, (5000, 4))
        assert again == taken
    for held in (file, *(held for _, held in mine)):
        os.close(held)


def test_a_folder_of_somebody_elses_holds_no_leases(tmp_path: Path) -> None:
    """Who may write the file could take leases from others."""
    (tmp_path / "leases").mkdir()
    (tmp_path / "leases").chmod(0o777)
    with pytest.raises(OSError, match="somebody else's"):
        users.lease(tmp_path / "leases", (5000, 4))


@pytest.mark.parametrize(
    ("maps", "first"),
    [
        ("0 0 4294967295\n", 1_900_000_000),
        ("0 100000 65536\n", 60_600),
        ("0 1000 1\n1 100000 65536\n", 60_600),
        ("0 1000 1\n", 0),
    ],
)
def test_only_users_that_are_mapped_are_given(tmp_path: Path, maps: str, first: int) -> None:
    """A container may have fewer users than a machine: there, another range, or none."""
    for name in ("uid_map", "gid_map"):
        (tmp_path / name).write_text(maps)
    assert users.span(tmp_path)[0] == first


@needs_root
def test_rooms_are_different_users_of_the_host(local: Lab) -> None:
    """Inside, everybody is 1000; outside, no two are the same, none is anybody on this host, and the doctor says so."""
    layer = next(layer for layer in local.runner.probe().layers if layer.name == HOST_USER)
    assert layer.state is State.OK, layer
    with local.room() as one, local.room() as two:
        own = {room.room.user for room in (one, two)}  # type: ignore[attr-defined]
        assert len(own) == 2
        assert not own & {0, 1000, users.NOBODY, *_owners()}
        handles = [room.start("id -u; sleep 30") for room in (one, two)]
        assert [next(local.runner.stream(handle)) for handle in handles] == [b"1000\n", b"1000\n"]
        assert own <= _owners()
        for handle in handles:
            local.runner.cancel(handle)
            local.runner.wait(handle)


def _owners() -> set[int]:
    """Give the users of all processes of this host."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.add(place.stat().st_uid)
    return found


@needs_root
def test_a_user_is_free_again_when_its_room_is_gone(local: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is the keeper's: as long as the room stands nobody gets it, and then somebody may."""
    own = users.lease
    monkeypatch.setattr(users, "lease", lambda: own(local.place / "leases", (1_900_000_000, 1)))
    with local.room() as one, local.room() as two:
        assert one.room.user == 1_900_000_000
        assert two.room.user == users.NOBODY
    with local.room() as three:
        assert three.room.user == 1_900_000_000


@needs_root
def test_a_layer_belongs_to_whoever_stands_on_it(local: Lab) -> None:
    """What one room wrote for itself alone, a later one with another user reads, changes and removes."""
    with local.room() as first:
        assert first.run("mkdir -m 700 d; echo 1 > d/a; chmod 600 d/a; echo h > ~/h; chmod 400 ~/h").exit.code == 0
        layer = local.kept(first)
    with local.room(layers=(layer,)) as second:
        assert second.run("cat d/a ~/h; echo 2 >> d/a; rm -f ~/h; stat -c %u d d/a").text.split() == [
            "1", "h", "1000", "1000",
        ]  # fmt: skip
        assert second.room.notes == []


@needs_root
@pytest.mark.parametrize("name", ["crowd-watchers", "crowd-queues"])
def test_rooms_of_one_user_take_from_one_another(
    local: Lab, monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    """Without users of their own the attacks get through: it is that which holds them."""

    def none() -> tuple[int, int]:
        raise OSError("no leases")

    monkeypatch.setattr(users, "lease", none)
    attack = next(replace(one, needs="") for one in ATTACKS if one.id == name)
    outcome = next(iter(run_attacks(local.runner, tmp_path / "attack", [attack])))
    assert outcome.verdict is Verdict.ESCAPED
    assert "another room was left none" in outcome.detail


def test_what_the_doctor_tells_is_not_attacked(local: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A runner that says that its rooms share a user is not called broken for it, nor whole."""
    caps = local.runner.probe()
    weak = [replace(one, state=State.WEAK, detail="ours") if one.name == HOST_USER else one for one in caps.layers]
    monkeypatch.setattr(type(local.runner), "probe", _giving(replace(caps, layers=tuple(weak))))
    chosen = [one for one in ATTACKS if one.needs]
    outcomes = list(run_attacks(local.runner, tmp_path / "attack", chosen))[:-1]
    assert [(one.verdict, one.detail) for one in outcomes] == [(Verdict.UNTRIED, "host user is weak: ours")] * 3


def _giving(caps: object) -> Callable[[object], object]:
    return lambda _: caps


@needs_root
def test_without_control_groups_processes_are_counted_by_user(local: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room's user has no more processes than the room may have, however quickly they come."""
    from codestrata.sandbox.local import host

    seen = host.seen_host(local.runner._scratch)  # type: ignore[attr-defined]
    monkeypatch.setattr(type(local.runner), "_host", replace(seen, ways=replace(seen.ways, groups=None)))
    with local.room() as room:
        begun = time.monotonic()
        done = room.run("for i in $(seq 400); do sleep 5 & done; wait", limits=replace(LIMITS, processes=32))
        assert time.monotonic() - begun < 5
        assert "annot fork" in done.text or done.exit.result.value == "policy"


#: Keepers on file systems without mapped owners: none has them; or only the room's own disk has.
_PLAIN = "kernel.bind_mapped = refuse"
_HALF = "kernel.bind_mapped = lambda s, *a, **k: own(s, *a, **k) if s == 'disk' else refuse()"


@needs_root
@pytest.mark.parametrize(("patch", "own"), [(_PLAIN, False), (_HALF, True)])
def test_where_owners_cannot_be_mapped_rooms_still_work(
    local: Lab, monkeypatch: pytest.MonkeyPatch, patch: str, *, own: bool
) -> None:
    """The disk's are shared as nobody, with a note; trees and layers are copied: files are the room's in each case."""
    before = (
        "import errno; from codestrata.sandbox.local.keeper import kernel; own = kernel.bind_mapped; "
        f"exec('def refuse(*a, **k): raise OSError(errno.EINVAL, 123)'); {patch}; "
    )
    local.runner.probe()
    tree = local.tree({"a": "0\n", "d/b": "0\n"})
    with local.room(tree=tree) as room:
        assert room.run("rm -r d; echo 1 >> a; chmod 600 a; echo h > ~/h").exit.code == 0
        layer = local.kept(room)
    monkeypatch.setattr(link, "_START", link._START.replace("from codestrata", f"{before}from codestrata", 1))
    with local.room(tree=tree, layers=(layer,)) as room:
        assert (room.room.user != users.NOBODY) == own  # type: ignore[attr-defined]
        notes = " ".join(room.room.notes)  # type: ignore[attr-defined]
        assert ("rooms share a user" in notes) != own
        assert ("a layer is copied" in notes) == own
        assert "the tree is copied" in notes
        assert room.run("ls; cat a ~/h; echo 2 >> a; stat -c %u a").text.split() == ["a", "0", "1", "h", "1000"]
        again = local.kept(room)
    monkeypatch.undo()
    with local.room(tree=tree, layers=(layer, again)) as room:
        assert room.run("ls -d *; cat a").text.split() == ["a", "0", "1", "2"]


@needs_root
def test_a_killed_owner_leaves_no_lease(local: Lab, tmp_path: Path) -> None:
    """The lock goes with the keeper, and that with its owner: the next process gets the user."""
    script = (
        "import sys, time; from pathlib import Path; from codestrata.sandbox.base import Job; "
        "from codestrata.sandbox.local import LocalRunner, users; "
        "from codestrata.settings.sandbox import SandboxSettings; "
        "own = users.lease; users.lease = lambda: own(Path(sys.argv[1]), (1_900_000_000, 1)); "
        "room = LocalRunner(SandboxSettings(), Path(sys.argv[2])).prepare(Job('x', Path(sys.argv[3]))); "
        "print(room.user, flush=True); time.sleep(60)"
    )
    folder, words = tmp_path / "leases", [str(tmp_path / "scratch"), str(local.tree({"a": "1"}))]
    with subprocess.Popen([sys.executable, "-c", script, str(folder), *words], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1900000000\n"
        with pytest.raises(OSError, match="every user is taken"):
            users.lease(folder, (1_900_000_000, 1))
        process.kill()
    end = time.monotonic() + 5
    while True:
        try:
            os.close(users.lease(folder, (1_900_000_000, 1))[1])
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.02)
        else:
            return
