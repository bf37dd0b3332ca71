"""What the host puts up before an attack, and what it looks at afterwards.

Listeners, secrets, canaries and a sentinel: harmless things that only an attack that gets through would touch. All are
ours, found again by a random token, so that nothing else that happens on the machine is taken for an attack's doing.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from codestrata.sandbox.attacks import observe

#: Folders of the system where attacks try to leave a file.
FOLDERS = ("/", "/usr", "/usr/local", "/etc", "/opt", "/var", "/var/tmp", "/root", "/home", "/srv")  # noqa: S108 -- named, not used for ours

#: Where rooms see the folder that is mounted read-only.
SHARED = "/opt/strata-shared"

_SENTINEL = """
import ctypes, sys, time
secret = ctypes.create_string_buffer(sys.stdin.buffer.readline().strip())
print(ctypes.addressof(secret), flush=True)
time.sleep(3600)
"""


class Traps:
    """Traps below ``base``, a folder of ours; a context. ``token`` names them, ``secret`` is what must not come out."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.token = f"strata-attack-{secrets.token_hex(6)}"
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.tree = base / "tree"
        self.shared = base / "shared"
        self.beside = base / "beside"
        self.sprung: list[str] = []
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        """Put them up."""
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self.base, ignore_errors=True)
            self._files(stack)
            self._known = self._listeners(stack) | self._sentinel(stack)
            self._write_tree()
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Take them down."""
        self._closing.close()

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Give what must not be seen in a room."""
        return (self.secret.encode(),)

    def _files(self, stack: ExitStack) -> None:
        """Write secrets and canaries: in the home folder, beside the tree, in the environment, as an open file."""
        for folder in (self.shared, self.beside):
            folder.mkdir(parents=True)
        self.hidden = Path.home() / f".{self.token}"
        for path in (self.hidden, self.beside / "secret.txt"):
            path.write_text(self.secret, encoding="utf-8")
        stack.callback(self.hidden.unlink, missing_ok=True)
        self.canaries = (self.beside / "canary.txt", self.shared / "canary.txt")
        for path in self.canaries:
            path.write_text("untouched", encoding="utf-8")
        opened = (self.beside / "secret.txt").open("rb")
        stack.enter_context(opened)
        os.set_inheritable(opened.fileno(), True)  # noqa: FBT003 -- whoever forgets to close files would pass it on
        name = "CODESTRATA_ATTACK_TOKEN"
        os.environ[name] = self.secret  # what a child of a careless runner would inherit
        stack.callback(os.environ.pop, name, None)

    def _listeners(self, stack: ExitStack) -> dict[str, Any]:
        """Listen at the addresses this host has, and at a name without a file."""
        known: dict[str, Any] = {"tcp": [], "udp": [], "abstract": self.token}
        for host in observe.addresses():
            for kind, name in ((socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")):
                opened = socket.socket(socket.AF_INET, kind)
                opened.bind((host, 0))
                known[name].append(opened.getsockname())
                self._watch(stack, opened, f"the host was reached by {name.upper()} at {host}")
        opened = socket.socket(socket.AF_UNIX)
        opened.bind(f"\0{self.token}")
        self._watch(stack, opened, "a socket of the host's without a file was reached")
        return known

    def _watch(self, stack: ExitStack, opened: socket.socket, text: str) -> None:
        """Note whoever comes, until the socket is closed."""
        if opened.type == socket.SOCK_STREAM:
            opened.listen()
        take = opened.accept if opened.type == socket.SOCK_STREAM else lambda: opened.recv(64)

        def wait() -> None:
            with suppress(OSError):
                while came := take():
                    self.sprung.append(text)
                    if isinstance(came, tuple):
                        came[0].close()

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        stack.callback(_end, opened, thread)

    def _sentinel(self, stack: ExitStack) -> dict[str, Any]:
        """Start a process of the host's that holds a secret in its memory and its environment."""
        command = [sys.executable, "-c", f"# codestrata {self.token[::-1]}{_SENTINEL}"]
        self.sentinel = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.beside)
        stack.callback(self.sentinel.wait)
        stack.callback(self.sentinel.kill)
        asked, answer = self.sentinel.stdin, self.sentinel.stdout
        if asked is None or answer is None:
            return {}
        stack.callback(asked.close)
        stack.callback(answer.close)
        asked.write(f"{self.secret}\n".encode())
        asked.flush()
        return {"sentinel": self.sentinel.pid, "address": int(answer.readline())}

    def _write_tree(self) -> None:
        """Write the source tree that rooms are made for: the attacks, what they aim at, and a link to a secret."""
        inside = Path(__file__).parent / "inside"
        shutil.copytree(inside, self.tree / "inside", ignore=shutil.ignore_patterns("__pycache__"))
        (self.tree / "folder").mkdir()
        (self.tree / "target.txt").write_text("untouched", encoding="utf-8")
        (self.tree / "folder" / "canary.txt").write_text("untouched", encoding="utf-8")
        (self.tree / "link-to-secret").symlink_to(self.beside / "secret.txt")
        names = {one.name: str(one.readlink()) for one in Path("/proc/self/ns").iterdir()}
        told = self._known | {
            "secrets": [str(self.hidden), str(self.beside / "secret.txt")],
            "canaries": [str(self.beside / "canary.txt"), str(self.shared / "canary.txt")],
            "folders": [*FOLDERS, str(Path.home()), str(self.base), str(self.beside)],
            "shared": SHARED,
            "namespaces": names,
        }
        (self.tree / "traps.json").write_text(json.dumps(told), encoding="utf-8")
        self._before = observe.contents(self.tree)

    def found(self) -> str:
        """Say what the last attack touched, "" for nothing, and put everything right again."""
        left = self._left_files()
        touched = [*self.sprung, *self._changed(), *left, *self._processes()]
        self.sprung.clear()
        return "; ".join(touched)

    def _changed(self) -> list[str]:
        """Say what is no longer as it was: canaries, the tree, the sentinel, what it is traced by."""
        changed = []
        for path in self.canaries:
            if not path.exists() or path.read_text(encoding="utf-8") != "untouched":
                changed.append(f"a file of the host's was changed ({path.parent.name}/{path.name})")
                path.write_text("untouched", encoding="utf-8")
        if observe.contents(self.tree) != self._before:
            changed.append("the source tree of the host was changed")
            shutil.rmtree(self.tree)
            self._write_tree()
        if self.sentinel.poll() is not None:
            changed.append("a process of the host's was ended")
            self._known |= self._sentinel(self._closing)
            shutil.rmtree(self.tree)
            self._write_tree()
        return changed

    def _left_files(self) -> list[str]:
        """Remove files that an attack left in folders of the host's."""
        left = []
        for folder in (*FOLDERS, str(Path.home()), self.base, self.beside):
            path = Path(folder) / f".strata-{self.token}"
            with suppress(OSError):
                path.unlink()
                left.append(f"a file was written into {folder} of the host's")
        return left

    def _processes(self) -> list[str]:
        """Say which of the attack's processes still live, and end them."""
        deadline = time.monotonic() + 0.5
        while (alive := observe.processes(self.token)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for number in alive:
            with suppress(OSError):
                os.kill(number, 9)
        return [f"{len(alive)} of its processes lived on"] if alive else []


def _end(opened: socket.socket, thread: threading.Thread) -> None:
    """Close a socket that a thread waits at."""
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()
    thread.join(0.1)
