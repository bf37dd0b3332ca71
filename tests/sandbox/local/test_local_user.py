"""The local runner without root: in a user namespace, watched, and saying so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.contract.lab import Lab

_SCRIPT = """
import json, sys
from dataclasses import replace
from pathlib import Path
from codestrata.errors import StrataError
from codestrata.sandbox.base import Command, Isolation, Job, Limits
from codestrata.sandbox.local import LocalRunner
from codestrata.settings.sandbox import SandboxSettings
place = Path(sys.argv[1])
limits = Limits(wall=20.0, memory=96 << 20, processes=40, disk=48 << 20)
runner = LocalRunner(SandboxSettings(), place / "scratch")
caps = runner.probe()
seen = {"provides": sorted(caps.provides), "reason": caps.reason}
seen["layers"] = {layer.name: str(layer.state) for layer in caps.layers}
if not caps.usable:
    print(json.dumps(seen)); sys.exit()
tree = place / "tree"
(tree / "d").mkdir(parents=True)
(tree / "a").write_text("1\\n")
def run(room, script, **more):
    handle = runner.start(room, Command(script, limits=replace(limits, **more)))
    text = b"".join(runner.stream(handle)).decode()
    ended = runner.wait(handle)
    return [str(ended.result), text.strip()]
room = runner.prepare(Job("first", tree, limits=limits))
seen["who"] = run(room, "id -un; echo 2 >> a; rmdir d; mkdir d; touch d/new; echo h > ~/h; cat a | tr '\\\\n' ' '")
seen["wall"] = run(room, "sleep 9", wall=0.3)
seen["cpu"] = run(room, "while :; do :; done", cpu_seconds=0.3)
seen["oom"] = run(room, "head -c 900M /dev/zero | tail -c 900M | wc -c")
seen["fork"] = run(room, "for i in $(seq 200); do sleep 9 & sleep 0.005; done; wait")  # as slow as a watcher sees
seen["disk"] = run(room, "head -c 200M /dev/zero > big")
seen["after"] = run(room, "rm -f big; (setsid sleep 9 &); echo on")
seen["packed"] = runner.pack(room, ["a", "~/h"], place / "kept.tar", 1 << 20)
runner.layer(room, place / "layer")
runner.destroy(room)
room = runner.prepare(Job("second", tree, (place / "layer",), limits=limits))
seen["layer"] = run(room, "cat a ~/h | tr '\\\\n' ' '; ls d")
runner.unpack(room, place / "kept.tar")
seen["unpacked"] = run(room, "cat a ~/h | tr '\\\\n' ' '; echo 3 >> a")
runner.destroy(room)
folder = runner.prepare(Job("large", tree, limits=replace(limits, disk=1 << 50)))
seen["large"] = run(folder, "echo x > y; cat a y | tr '\\\\n' ' '")
seen["kind"] = folder.backing["kind"]
runner.layer(folder, place / "second")
runner.destroy(folder)
try:
    runner.prepare(Job("third", tree, isolation=Isolation.STRICT))
except StrataError as error:
    seen["strict"] = str(error)
seen["left"] = [path.name for path in (place / "scratch").iterdir()]
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """Give what a process of an ordinary user saw."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if os.geteuid() or not shutil.which("setpriv") or not python:
        pytest.skip("needs root, to become somebody else, setpriv, and a python that others can run")
    import codestrata

    paths = [str(Path(codestrata.__file__).parents[1]), sysconfig.get_path("purelib")]
    become = ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"]
    env = {"PATH": os.defpath, "PYTHONPATH": ":".join(paths), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    if subprocess.run([*become, python, "-c", "import msgspec"], env=env, capture_output=True, check=False).returncode:
        pytest.skip("the python that others can run has not the libraries")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        Path(place).chmod(0o777)
        done = subprocess.run([*become, python, "-c", _SCRIPT, place], env=env, capture_output=True, check=False)
        assert not done.returncode, done.stderr.decode()
        found = json.loads(done.stdout)
    if not found["provides"]:
        pytest.skip(found["reason"])
    return found


def test_an_ordinary_user_gets_the_user_namespace_and_no_more(seen: dict[str, Any]) -> None:
    """Watched limits are reported as weak, and strict isolation is refused."""
    assert seen["provides"] == ["userns"]
    assert {seen["layers"][name] for name in ("memory", "processes", "processor", "host user")} == {"weak"}
    assert {seen["layers"][name] for name in ("namespaces", "system calls", "network", "files")} == {"ok"}
    assert "strict" in seen["strict"]


def test_an_ordinary_users_commands_work_and_are_held(seen: dict[str, Any]) -> None:
    """Files as ever; every limit ends what goes over it."""
    assert seen["who"] == ["passed", "ci\n1 2"]
    assert [seen[name][0] for name in ("wall", "cpu", "oom", "fork", "disk")] == [
        "timeout", "timeout", "oom", "policy", "disk",
    ]  # fmt: skip
    assert seen["after"] == ["passed", "on"]


def test_an_ordinary_users_layers_and_archives(seen: dict[str, Any]) -> None:
    """Kept as trees, deletions and all; large disks are folders."""
    assert seen["packed"] == 2
    assert seen["layer"] == ["passed", "1 2 h new"]
    assert seen["unpacked"] == ["passed", "1 2 h"]
    assert (seen["large"], seen["kind"]) == (["passed", "1 x"], "folder")
    assert seen["left"] == []


def test_without_bubblewrap_there_is_a_hint(local: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not usable, and what to do about it."""
    from codestrata.sandbox.local import host, probing, ways

    monkeypatch.setattr(ways.shutil, "which", lambda name: None)
    monkeypatch.setattr(ways, "USUAL", "/nonexistent/bwrap")
    found = host.find_ways(local.place)
    caps = probing.probe(found, local.place, host._launcher(found))
    assert not caps.usable
    assert "apt-get install bubblewrap" in caps.reason
    assert caps.layers[0].state == "missing"
