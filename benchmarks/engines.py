"""Container engines and a CI peer for ``sandbox.py``: started in temporary folders, with the flags that are printed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Self

CACHE = Path.home() / ".cache" / "codestrata-bench"
#: No bridge and no packet filter: nothing here needs them, and they would change the machine's own.
DOCKERD = ("--iptables=false", "--ip6tables=false", "--bridge=none", "--log-level=error")
#: What a step is given in a container, as in ours: no network, no privilege, limits, nothing to write to.
HARDENED = (
    "--rm", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only", "--memory=512m",
    "--pids-limit=128", "--cpus=2", "--user=1000",
)  # fmt: skip
#: podman's usual limits need a capability that few machines give; runc takes every control group.
PODMAN = ("--runtime=runc", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000")
IMAGE = "codestrata-bench:1"
ACT = "github.com/nektos/act@v0.2.80"


def busybox() -> bytes:
    """Give an image's only layer: a static busybox as ``true`` and ``sh``."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(shutil.which("busybox") or "", "bin/busybox")
        for name in ("true", "sh"):
            member = tarfile.TarInfo(f"bin/{name}")
            member.type, member.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(member)
    return out.getvalue()


class Dockerd:
    """A dockerd of the benchmark's own, with all it keeps in one temporary folder."""

    @staticmethod
    def why_not() -> str:
        """Say why none can be started here, or ""."""
        missing = [name for name in ("dockerd", "docker", "busybox") if not shutil.which(name)]
        return f"{missing[0]} is not here" if missing else "" if os.geteuid() == 0 else "only root can start dockerd"

    def __enter__(self) -> Self:
        """Start it, wait until it answers, and import the image."""
        self.folder = Path(tempfile.mkdtemp(prefix="dkb-"))
        self.address = f"unix://{self.folder}/docker.sock"
        places = (f"--data-root={self.folder}/data", f"--exec-root={self.folder}/run", f"--pidfile={self.folder}/pid")
        self.process = subprocess.Popen(
            ["dockerd", *DOCKERD, *places, "-H", self.address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 40
        while subprocess.run(self.client("version"), capture_output=True, check=False).returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise RuntimeError("dockerd did not start")
            time.sleep(0.2)
        subprocess.run(self.client("import", "-", IMAGE), input=busybox(), capture_output=True, check=True)
        return self

    def client(self, *words: str) -> list[str]:
        """Give a command line of the client."""
        return ["docker", "-H", self.address, *words]

    def __exit__(self, *_: object) -> None:
        """End it by its process, and remove its folder."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            if (place := line.split(" ")[1]).startswith(f"{self.folder}/"):
                subprocess.run(["umount", "-l", place], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Podman:
    """Podman with its store in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.places = (f"--root={folder}/store", f"--runroot={folder}/run", "--storage-driver=overlay")

    @staticmethod
    def why_not() -> str:
        """Say why it cannot be used; installs it where we may."""
        if not shutil.which("podman") and os.geteuid() == 0 and shutil.which("apt-get"):
            apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "podman", "runc"]
            subprocess.run(apt, capture_output=True, check=False)
        return "" if shutil.which("podman") and shutil.which("runc") else "podman or runc is not here"

    def prepare(self) -> str:
        """Import the image; gives what went wrong."""
        done = subprocess.run(
            ["podman", *self.places, "import", "-", IMAGE], input=busybox(), capture_output=True, check=False
        )
        return done.stderr.decode(errors="replace").strip()[-200:] if done.returncode else ""

    def run(self, *words: str) -> list[str]:
        """Give a command line that runs something."""
        return ["podman", *self.places, PODMAN[0], "run", *PODMAN[1:], *HARDENED, IMAGE, *words]


def act() -> Path | str:
    """Give the peer's program, made through Go's module proxy, or say why it cannot be had."""
    place = CACHE / "bin" / "act"
    if place.exists():
        return place
    if not shutil.which("go"):
        return "go is not here"
    environment = {**os.environ, "GOBIN": str(place.parent), "GOFLAGS": "-buildvcs=false"}
    done = subprocess.run(["go", "install", ACT], env=environment, capture_output=True, text=True, check=False)
    return place if place.exists() else (done.stderr.strip().splitlines() or ["go install failed"])[-1]


def act_command(program: Path, folder: Path, jobs: int) -> list[str]:
    """Make a repository with a workflow of ``jobs`` jobs of one step, ``true``; gives the command that runs it."""
    flows = folder / ".github" / "workflows"
    flows.mkdir(parents=True)
    lines = [f"  j{n}: {{runs-on: ubuntu-latest, steps: [{{run: 'true', shell: sh}}]}}" for n in range(jobs)]
    (flows / "bench.yml").write_text("on: push\njobs:\n" + "\n".join(lines) + "\n")
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-C", str(folder)]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "bench"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    return [str(program), "push", "-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--concurrent-jobs", "2"]
