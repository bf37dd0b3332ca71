"""Attacks on what the host has: processes, memory, disk, time, our patience for output."""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Optional

from .tell import escaped, held, refusal

CHUNK = 1 << 20


def _amount(name: str, least: int) -> int:
    return int(os.environ.get(name, least))


def fork_bomb() -> None:
    """Have children until it is refused, or until there are four times as many as allowed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    most = _amount("BOMB_COUNT", 256)
    for count in range(most):
        try:
            child = os.fork()
        except OSError as error:
            held(f"no process beyond {count}: {refusal(error)}")
        if child == 0:
            time.sleep(60)
            os._exit(0)
    escaped(f"{most} processes at once")


def thread_bomb() -> None:
    """Have threads until it is refused, or until there are four times as many as allowed."""
    threading.stack_size(64 << 10)
    most = _amount("BOMB_COUNT", 256)
    for count in range(most):
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError as error:
            held(f"no thread beyond {count}: {error}")
    escaped(f"{most} threads at once")


def _take(amount: int) -> Optional[mmap.mmap]:  # noqa: UP045 -- older Pythons read it
    """Take memory and touch every page of it."""
    taken = mmap.mmap(-1, amount)
    for start in range(0, amount, CHUNK):
        taken[start : start + CHUNK] = b"x" * min(CHUNK, amount - start)
    return taken


def memory_bomb() -> None:
    """Take 4 GB of memory."""
    amount = _amount("BOMB_BYTES", 4 << 30)
    kept = []
    for count in range(0, amount, 16 * CHUNK):
        try:
            kept.append(_take(16 * CHUNK))
        except (OSError, MemoryError, ValueError) as error:
            held(f"no memory beyond {count >> 20} MB: {error}")
    escaped(f"{amount >> 20} MB of memory taken")


def memory_shares() -> None:
    """Take memory in many small processes, each of which is below the limit."""
    children, ready = 16, os.pipe()
    for _ in range(children):
        try:
            child = os.fork()
        except OSError as error:
            held(f"no process for it: {refusal(error)}")
        if child == 0:
            kept = _take(24 * CHUNK)
            os.write(ready[1], b"x")
            time.sleep(60)
            os._exit(kept is None)
    got = b""
    os.set_blocking(ready[0], False)
    while len(got) < children:
        with contextlib.suppress(BlockingIOError):
            got += os.read(ready[0], 1)
        if os.waitpid(-1, os.WNOHANG) != (0, 0):
            held(f"one of {children} processes was ended after {len(got) * 24} MB")
        time.sleep(0.001)
    escaped(f"{children * 24} MB of memory taken by {children} processes")


def _fill(folder: str, amount: int) -> None:
    """Write a file of that many bytes into a folder."""
    try:
        with Path(folder, "fill").open("wb", buffering=0) as out:
            for _ in range(amount // CHUNK):
                _whole(out.fileno(), b"x" * CHUNK)
    except OSError as error:
        held(f"writing into {folder} ended: {refusal(error)}")
    escaped(f"{amount >> 20} MB written into {folder}")


def _whole(out: int, data: bytes) -> None:
    while data:
        data = data[os.write(out, data) :]


def memory_files() -> None:
    """Take memory as files in the memory's own file system."""
    folder = "/dev/shm"
    if not os.access(folder, os.W_OK):
        held(f"{folder} cannot be written")
    _fill(folder, _amount("BOMB_BYTES", 512 << 20))


def temporary_files() -> None:
    """Fill the folder for temporary files, wherever it lies."""
    _fill("/tmp", _amount("BOMB_BYTES", 512 << 20))


def disk_file() -> None:
    """Fill the disk with one file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _fill(".", _amount("BOMB_BYTES", 256 << 20))


def disk_files() -> None:
    """Fill the disk with many files, each of which is below any limit of one file, in every folder there is."""
    homes = [".", os.environ.get("HOME", "."), "/tmp", "/var/tmp", "/run"]
    folders = [one for one in homes if os.access(one, os.W_OK)]
    full: set[str] = set()
    for count in range(_amount("BOMB_COUNT", 320)):
        for folder in folders:
            try:
                Path(folder, f"fill-{count}").write_bytes(b"x" * CHUNK)
            except OSError as error:
                full.add(folder)
                if len(full) == len(folders):
                    held(f"{count} MB in each of {', '.join(folders)}: {refusal(error)}")
    escaped("more than 4 times the limit was written in many files")


def inodes() -> None:
    """Use up names instead of bytes: empty files."""
    most = _amount("BOMB_COUNT", 100_000)
    Path("names").mkdir(exist_ok=True)
    for count in range(most):
        try:
            os.close(os.open(f"names/{count}", os.O_CREAT | os.O_WRONLY))
        except OSError as error:
            held(f"no file beyond {count}: {refusal(error)}")
    escaped(f"{most} empty files in 64 MB of disk")


def log_flood() -> None:
    """Print 2 GB."""
    amount, block = _amount("BOMB_BYTES", 2 << 30), b"flood " * 10922 + b"fld\n"
    for _ in range(amount // len(block)):
        _whole(1, block)
    held("all of it was read, and dropped beyond the limit")


def no_newline() -> None:
    """Print without ever ending a line, then wait."""
    _whole(1, b"x" * (8 << 20))
    time.sleep(60)


def deaf() -> None:
    """Close the output, and sleep on."""
    sys.stdout.flush()
    os.close(1)
    os.close(2)
    time.sleep(60)


def _burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))


def processor() -> None:
    """Use processor time beyond the limit, in children that each stay below it."""
    for _ in range(12):
        child = os.fork()
        if child == 0:
            _burn(0.5)
            os._exit(0)
        os.waitpid(child, 0)
    escaped("6 processor seconds, where 1 is allowed")


def processors() -> None:
    """Use more processors at once than allowed."""
    start, children = time.monotonic(), []
    for _ in range(2):
        children.append(os.fork())
        if children[-1] == 0:
            _burn(0.5)
            os._exit(0)
    for child in children:
        os.waitpid(child, 0)
    share = 1.0 / (time.monotonic() - start)
    text = f"{share:.2f} processors' worth of time"
    if share > 0.75:
        escaped(f"{text}, where 0.5 are allowed")
    held(text)


def stubborn() -> None:
    """Ignore every signal that can be ignored, and sleep."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(60)
