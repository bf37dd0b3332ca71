"""The only place that starts git: empty environment, hardened configuration, limits, a deadline, one group to kill.

Secrets travel as configuration in the environment of one process (``GIT_CONFIG_VALUE_n``): never in an argument list,
a URL or a file; ``redact`` names them so that no message can repeat them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from codestrata.errors import LimitExceeded, MissingExtra
from codestrata.git.config import CONFIG, ENVIRONMENT, FSCK_WARN, fsck_config
from codestrata.git.guard import Guard
from codestrata.git.verdict import GitFailed, judge

__all__ = ["DEFAULT_LIMITS", "GitFailed", "GitLimits", "GitStream", "run_git", "stream_git"]

Pairs = Sequence[tuple[str, str]]

#: Sets limits, then becomes git. Only positional parameters: nothing is ever pasted into the script.
#: A limit that cannot be set is above a stricter one that holds already.
#: A file that grows too large is then an error that git reports, not a signal that ends its child in silence.
#: setpriv (util-linux) makes the kernel end git when its parent dies, even by kill -9.
_LAUNCH = (
    'trap "" XFSZ; { ulimit -c 0; ulimit -v "$1"; ulimit -t "$2"; ulimit -f "$3"; ulimit -n "$4"; } 2>/dev/null; '
    "shift 4; "
    'if [ -x /usr/bin/setpriv ]; then exec /usr/bin/setpriv --pdeathsig=KILL -- "$@"; else exec "$@"; fi'
)


@dataclass(frozen=True, slots=True)
class GitLimits:
    """What one git process and each of its children may use: bytes of address space, CPU seconds, bytes of a file."""

    memory: int = 3 << 30
    cpu_seconds: int = 600
    file_bytes: int = 4 << 30
    open_files: int = 256


DEFAULT_LIMITS = GitLimits()


@dataclass(slots=True)
class GitStream:
    """A running git's output. Leaving the block before the end of the output ends git without complaint."""

    stdout: IO[bytes]
    at_end: bool = field(default=False, init=False)

    def read(self, size: int = 1 << 20) -> bytes:
        """Give up to ``size`` bytes, as they come; ``b""`` at the end."""
        data = os.read(self.stdout.fileno(), size)
        self.at_end = not data
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer; gives the bytes read, fewer than its length only at the end."""
        got = 0
        while got < len(buffer):
            n = os.readv(self.stdout.fileno(), [buffer[got:]])
            if not n:
                self.at_end = True
                break
            got += n
        return got

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """Give the whole output piece by piece."""
        while data := self.read(size):
            yield data


def run_git(
    args: Sequence[str],
    *,
    git_dir: Path | None = None,
    stdin: bytes | None = None,
    limits: GitLimits = DEFAULT_LIMITS,
    timeout: float = 600.0,
    config: Pairs = (),
    environment: Pairs = (),
    protocols: Sequence[str] = (),
    redact: Sequence[str] = (),
    watch: Callable[[], str] | None = None,
    max_output: int = 1 << 30,
) -> bytes:
    """Run git to its end and give its output. Raises GitFailed, AnalysisTimeout (deadline) or LimitExceeded."""
    out = bytearray()
    with stream_git(
        args,
        git_dir=git_dir,
        stdin=stdin,
        limits=limits,
        timeout=timeout,
        config=config,
        environment=environment,
        protocols=protocols,
        redact=redact,
        watch=watch,
    ) as stream:
        for chunk in stream.chunks():
            out += chunk
            if len(out) > max_output:
                msg = f"git {args[0]} gave more than {max_output} bytes"
                raise LimitExceeded(msg, where=str(git_dir or ""))
    return bytes(out)


@contextmanager
def stream_git(
    args: Sequence[str],
    *,
    git_dir: Path | None = None,
    stdin: bytes | IO[bytes] | int | None = None,
    limits: GitLimits = DEFAULT_LIMITS,
    timeout: float = 600.0,
    config: Pairs = (),
    environment: Pairs = (),
    protocols: Sequence[str] = (),
    redact: Sequence[str] = (),
    watch: Callable[[], str] | None = None,
) -> Iterator[GitStream]:
    """Run git and read its output while it runs.

    ``stdin`` is bytes, an open file, or a descriptor (the reading end of a pipe the caller feeds). ``watch`` is asked
    a few times a second; a non-empty answer is a reason to end git with LimitExceeded.
    """
    where = f"git {args[0]}" + (f" in {git_dir.name}" if git_dir else "")
    command = ["git", *([f"--git-dir={git_dir.absolute()}"] if git_dir else []), *args]
    pairs = [*_safe_directory(git_dir), *config]
    source = _as_file(stdin)
    try:
        process = _start(command, source, _environment(pairs, environment, protocols), limits)
    finally:
        if isinstance(stdin, bytes):
            os.close(source)
    assert process.stdout is not None  # noqa: S101 - opened with PIPE
    assert process.stderr is not None  # noqa: S101 - opened with PIPE
    guard = Guard(process, timeout, watch)
    stream = GitStream(process.stdout)
    try:
        yield stream
    except BaseException:
        guard.kill()
        guard.finish()
        if guard.reason or guard.timed_out:
            judge(process.returncode, guard, where, redact, timeout)
        raise
    finally:
        if not stream.at_end:
            guard.kill()
        guard.finish()
        process.stdout.close()
    if stream.at_end or guard.reason or guard.timed_out:
        judge(process.returncode, guard, where, redact, timeout)


def _safe_directory(git_dir: Path | None) -> list[tuple[str, str]]:
    return [("safe.directory", str(git_dir.absolute()))] if git_dir else []


def _environment(config: Pairs, environment: Pairs, protocols: Sequence[str]) -> dict[str, str]:
    pairs = [(key, value) for key, value, _ in CONFIG] + fsck_config(FSCK_WARN) + list(config)
    env = {name: value for name, value, _ in ENVIRONMENT}
    env["GIT_ALLOW_PROTOCOL"] = ":".join(protocols)
    env["GIT_CONFIG_COUNT"] = str(len(pairs))
    for i, (key, value) in enumerate(pairs):
        env[f"GIT_CONFIG_KEY_{i}"] = key
        env[f"GIT_CONFIG_VALUE_{i}"] = value
    return env | dict(environment)


def _as_file(stdin: bytes | IO[bytes] | int | None) -> int:
    if stdin is None:
        return subprocess.DEVNULL
    if isinstance(stdin, int):
        return stdin
    if not isinstance(stdin, bytes):
        return stdin.fileno()
    handle = os.memfd_create("stdin")
    view = memoryview(stdin)
    while view:
        view = view[os.write(handle, view) :]
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def _start(command: list[str], stdin: int, env: dict[str, str], limits: GitLimits) -> subprocess.Popen[bytes]:
    sizes = (limits.memory >> 10, limits.cpu_seconds, limits.file_bytes >> 9, limits.open_files)
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", _LAUNCH, "sh", *map(str, sizes), *command],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env=env,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise MissingExtra("there is no /bin/sh here") from error
