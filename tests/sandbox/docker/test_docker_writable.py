"""What containers of an image may write is on the room's disk: no root and no volume of the engine's grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab
from tests.sandbox.contract.runners import make
from tests.sandbox.docker.images import busybox

from codestrata.errors import StrataError
from codestrata.sandbox.base import Ready, Service

_MB = 1 << 20
SMALL = replace(LIMITS, disk=24 * _MB)
#: Fills folders until it is refused, says how much went into each, and then stays.
_FILL = """
dd if=/dev/zero of=/work/spare bs=1024k count=1
for at in /loose /data /run /var/tmp /var/log /tmp; do
  dd if=/dev/zero of=$at/big bs=1024k count=60 || :
done
rm /work/spare
ls -ln /*/big /var/*/big > /work/told || :
echo done > /work/ready
exec sleep 60
"""


@pytest.fixture
def lab(tmp_path: Path, engine: Callable[[], str]) -> Lab:
    """Give a laboratory around the docker runner."""
    return Lab(make("docker", tmp_path / "scratch", engine), tmp_path)


def volumes(lab: Lab) -> list[str]:
    """Give the names of the engine's volumes."""
    api = lab.runner._engine.api  # type: ignore[attr-defined]
    return [one["Name"] for one in api.volumes()["Volumes"] or ()]


def test_a_service_of_an_image_stays_within_the_limit_of_the_disk(lab: Lab) -> None:
    """It fills every folder it can: its root not at all, all others together no more than the job may."""
    image = busybox(lab, "loose/", "data/", "data/kept", "run/", "var/tmp/", "var/log/", volumes=["/data"])
    service = Service("greedy", command=_FILL, image=image, ready=Ready(command="cat /work/ready", timeout=20))
    with lab.room(services=(service,), limits=SMALL) as room:
        told = {line.split()[-1]: int(line.split()[4]) for line in room.run("cat told").text.splitlines()}
        assert "/loose/big" not in told
        assert told["/data/big"] > 10 * _MB
        assert sum(told.values()) <= 24 * _MB
        api = lab.runner._engine.api  # type: ignore[attr-defined]
        sizes = [one.get("SizeRw", 0) for one in api.containers(size=True)]
        assert len(sizes) >= 2  # the service, and who keeps its network
        assert max(sizes) < _MB
        assert volumes(lab) == []


def test_a_service_finds_what_its_image_has(lab: Lab) -> None:
    """A volume, and a folder for locks, begin as the image has them, and are its user's to write."""
    image = busybox(lab, "data/", "data/kept", "run/", "run/mine/", volumes=["/data", "/new/deep"])
    script = "cat /data/kept && for f in /run/mine/lock /data/more /new/deep/f; do echo x > $f; done && echo up > ready"
    service = Service(
        "own", command=f"{script}; exec sleep 60", image=image, ready=Ready(command="cat /work/ready", timeout=20)
    )
    with lab.room(services=(service,)) as room:
        assert room.run("cat ready").text == "up"


def test_a_service_that_needs_more_says_so(lab: Lab) -> None:
    """The hint names where it may write."""
    image = busybox(lab, "loose/")
    service = Service("odd", command="echo x > /loose/x", image=image, ready=Ready(tcp=9, timeout=5))
    with pytest.raises(StrataError) as failed:
        lab.runner.prepare(lab.job(services=(service,)))
    assert "Read-only file system" in str(failed.value)
    assert "/var/log" in failed.value.hint


def test_a_volume_of_a_jobs_image_is_within_the_limit_too(lab: Lab) -> None:
    """The engine would make one without a limit for every command."""
    image = busybox(lab, "data/", "data/kept", volumes=["/data", "/work", "/more"])
    with lab.room({"a": "1\n"}, image=image, limits=SMALL) as room:
        done = room.run("cat a /data/kept; cat /dev/zero > /data/big", limits=SMALL)
        assert done.exit.result == "disk", done
        assert room.run("rm /data/big; echo x > /more/f; cat /more/f").text == "x"
        assert volumes(lab) == []
