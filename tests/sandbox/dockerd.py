"""A container engine of the tests' own: a dockerd with all it keeps in one temporary folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from tests.sandbox.contract.lab import processes_with

_START = 40.0
#: No bridge and no packet filter: nothing here needs them, and they would change the machine's own.
_FLAGS = ("--iptables=false", "--ip6tables=false", "--bridge=none", "--log-level=error")


class Dockerd:
    """A running dockerd; ``address`` is what a client is given. Its folder is short: sockets lie in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dkr-"))
        self.address = f"unix://{self.folder}/docker.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def why_not() -> str:
        """Say why no engine can be started here, or ""."""
        if not shutil.which("dockerd"):
            return "dockerd is not installed"
        return "" if os.geteuid() == 0 else "only root can start dockerd"

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        places = [
            f"--data-root={self.folder}/data",
            f"--exec-root={self.folder}/run",
            f"--pidfile={self.folder}/docker.pid",
        ]
        with (self.folder / "log").open("ab") as log:
            command = ["dockerd", *_FLAGS, *places, "-H", self.address]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + _START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                said = (self.folder / "log").read_text()[-2000:]
                self.stop()
                raise RuntimeError(f"dockerd did not start: {said}")
            time.sleep(0.1)
        return self

    def answers(self) -> bool:
        """Say whether it answers."""
        import docker

        try:
            with socket.socket(socket.AF_UNIX) as door:  # the client leaves a socket open when nobody answers
                door.connect(f"{self.folder}/docker.sock")
        except OSError:
            return False
        try:
            client = docker.APIClient(self.address, version="1.41", timeout=5)
        except docker.errors.DockerException:
            return False
        try:
            return bool(client.ping())
        except Exception:  # noqa: BLE001 -- whatever the reason, it does not answer
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """Kill it, and the containerd it started, as a crash would; containers go on."""
        assert self.process
        containerd = self.folder / "run" / "containerd" / "containerd.pid"
        self.process.kill()
        self.process.wait()
        if containerd.exists():
            os.kill(int(containerd.read_text()), signal.SIGKILL)

    def stop(self) -> None:
        """End it and remove its folder."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._end_keepers()
        self._unmount()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_keepers(self) -> None:
        """End the containers' keepers that an engine leaves when it is killed: they name its folder."""
        for pid in processes_with(f"{self.folder}/"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _unmount(self) -> None:
        """Unmount what it left mounted below its folder."""
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            place = line.split(" ")[1]
            if place.startswith(f"{self.folder}/"):
                subprocess.run(["umount", "-l", place], check=False, capture_output=True)
