"""Running a registry's own client: its user configuration kept, everything else bounded.

The environment holds only what the client needs to find its configuration, its proxies and its certificates; files,
processor time and core dumps are limited; past the deadline the whole process group ends.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.errors import AnalysisTimeout, CloneFailed, LimitExceeded, MissingExtra
from codestrata.git.guard import Guard, redacted
from codestrata.ingest.packages.launch import NOT_INSTALLED

_LAUNCH = Path(__file__).with_name("launch.py")
_OUTPUT = 16 << 20
#: What programs print when the system refuses a file that large.
_TOO_LARGE = ("File too large", "EFBIG")
#: What every client may see: names, or beginnings of names when they end with *.
KEEP = (
    *("HOME", "PATH", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NETRC"),
    *("http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """A registry's client: its name, where to get it, what it may see of the environment.

    ``homes``: variable → the folder below HOME it stands for, and the files of it that hold configuration; the client
    gets an empty one of its own with links to those files.
    """

    name: str
    advice: str
    keep: tuple[str, ...]
    homes: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a client may run (seconds) and how large a file it may write (bytes)."""

    seconds: float
    file_bytes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a client ended: exit code (negative: the signal), output, and its last messages without credentials."""

    code: int
    output: bytes
    messages: str

    @property
    def last_line(self) -> str:
        """Give the line that says why it failed: the last that begins with error, else the last."""
        lines = [line.strip() for line in self.messages.splitlines() if line.strip()]
        telling = [line for line in lines if line.lower().startswith(("error", "npm error"))]
        return (telling or lines or [f"ended with {self.code}"])[-1][:300]


def run_client(client: Client, command: Sequence[str], scratch: Path, bounds: Bounds, where: str) -> Ended:
    """Run a client in ``scratch`` to its end. Raises MissingExtra, AnalysisTimeout or LimitExceeded."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(_LAUNCH), json.dumps(_spec(client, command, scratch, bounds))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=scratch,
        start_new_session=True,
    )
    guard = Guard(process, bounds.seconds, None)
    assert process.stdout is not None  # noqa: S101 - opened with PIPE
    with process.stdout as stream:
        try:
            output = stream.read(_OUTPUT)
        finally:
            if sys.exc_info()[0] or stream.read(1):
                guard.kill()
            guard.finish()
    messages = redacted(guard.stderr().decode("utf-8", "replace"), ())
    return _judged(client, Ended(process.returncode, output, messages), guard, bounds, where)


def _spec(client: Client, command: Sequence[str], scratch: Path, bounds: Bounds) -> dict[str, object]:
    temporary = scratch / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        "keep": [*KEEP, *client.keep],
        "set": {"LC_ALL": "C.UTF-8", "TMPDIR": str(temporary)},
        "homes": {
            variable: {"fresh": str(scratch / variable.lower()), "default": default, "files": files}
            for variable, (default, files) in client.homes.items()
        },
        "limits": {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": bounds.file_bytes, "RLIMIT_CPU": int(bounds.seconds) + 1},
        "command": list(command),
    }


def _judged(client: Client, ended: Ended, guard: Guard, bounds: Bounds, where: str) -> Ended:
    if guard.timed_out or ended.code == -signal.SIGXCPU:
        raise AnalysisTimeout(f"{client.name} took longer than {bounds.seconds:g} s", where=where)
    if ended.code == NOT_INSTALLED:
        raise MissingExtra(f"{client.name} is not installed", where=where, hint=client.advice)
    if ended.code == -signal.SIGXFSZ or (ended.code and any(sign in ended.messages for sign in _TOO_LARGE)):
        hint = "raise ingest.limits.max_pack_bytes"
        raise LimitExceeded(f"{client.name} wrote a file larger than {bounds.file_bytes} bytes", where=where, hint=hint)
    if ended.code < 0:
        raise CloneFailed(f"{client.name} was ended by signal {-ended.code}", where=where)
    return ended
