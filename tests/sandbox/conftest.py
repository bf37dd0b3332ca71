"""What tests of the sandbox share: a container engine, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.sandbox.contract.runners import absent
from tests.sandbox.dockerd import Dockerd


@pytest.fixture(scope="session")
def engine() -> Iterator[Callable[[], str]]:
    """Give a function that gives the address of a running engine; each test process has its own."""
    running: list[Dockerd] = []

    def address() -> str:
        if why := Dockerd.why_not():
            absent("docker", why)
        if not running:
            running.append(Dockerd().start())
        return running[0].address

    yield address
    for daemon in running:
        daemon.stop()
