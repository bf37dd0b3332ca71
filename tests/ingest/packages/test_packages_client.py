"""How clients are run: what they may see, what they may use, and that nothing of them stays."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from codestrata.errors import AnalysisTimeout, CloneFailed, LimitExceeded, MissingExtra
from codestrata.ingest.packages.client import Bounds, Client, run_client

ANY = Client("python", "install Python", ("TOOL_*", "ONE"), {"TOOL_HOME": (".tool", ("config", "credentials"))})
PRINT = "import json, os; print(json.dumps(dict(os.environ)))"


def run(tmp_path: Path, code: str, seconds: float = 20.0, file_bytes: int = 1 << 30) -> bytes:
    """Run a Python program as the client."""
    bounds = Bounds(seconds, file_bytes)
    return run_client(ANY, [sys.executable, "-c", code], tmp_path, bounds, "pkg:x/y").output


def test_the_environment_is_what_the_client_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Configuration, proxies and certificates pass; tokens of others, loader variables and Python's own do not."""
    dropped = ("GITHUB_TOKEN", "LD_LIBRARY_PATH", "NODE_OPTIONS", "PYTHONPATH", "ONE_MORE", "GIT_DIR")
    passed = ("TOOL_TOKEN", "ONE", "https_proxy", "SSL_CERT_FILE")
    for name in dropped + passed:
        monkeypatch.setenv(name, f"/{name}")
    seen = json.loads(run(tmp_path, PRINT))
    assert {n: seen.get(n) for n in passed} == {n: f"/{n}" for n in passed}
    assert not set(dropped) & set(seen)
    assert seen["TMPDIR"] == str(tmp_path / "tmp")


def test_a_home_of_its_own_with_the_users_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The client writes to a fresh home; the user's configuration is there by link, nothing else."""
    old = tmp_path / "user" / ".tool"
    old.mkdir(parents=True)
    (old / "config").write_text("mine")
    (old / "cache").write_text("big")
    monkeypatch.setenv("HOME", str(old.parent))
    monkeypatch.delenv("TOOL_HOME", raising=False)
    home = Path(json.loads(run(tmp_path, PRINT))["TOOL_HOME"])
    assert home == tmp_path / "tool_home"
    assert {p.name: p.read_text() for p in home.iterdir()} == {"config": "mine"}


def test_limits(tmp_path: Path) -> None:
    """No core files, no file above the limit, no time above the deadline."""
    code = "import resource as r; print([r.getrlimit(x)[0] for x in (r.RLIMIT_CORE, r.RLIMIT_FSIZE, r.RLIMIT_CPU)])"
    assert json.loads(run(tmp_path, code)) == [0, 1 << 30, 21]
    with pytest.raises(LimitExceeded, match="wrote a file larger than 1000 bytes"):
        run(tmp_path, "f = open('big', 'wb'); f.write(bytes(5000)); f.flush()", file_bytes=1000)


def test_past_the_deadline_the_whole_group_ends(tmp_path: Path) -> None:
    """A client that started others and sleeps is ended with them, at once."""
    code = "import os, time; os.fork(); open(f'{os.getpid()}.pid', 'w'); time.sleep(60)"
    start = time.monotonic()
    with pytest.raises(AnalysisTimeout, match="python took longer than 1 s"):
        run(tmp_path, code, seconds=1.0)
    assert time.monotonic() - start < 10
    pids = [int(p.stem) for p in tmp_path.glob("*.pid")]
    assert len(pids) == 2
    for pid in pids:
        assert _gone(pid)


def _gone(pid: int) -> bool:
    """Wait a moment for a process to be gone, or a zombie that nobody has collected yet."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_output_without_end(tmp_path: Path) -> None:
    """A client that floods its output is ended; memory stays bounded."""
    with pytest.raises(CloneFailed, match="ended by signal 9"):
        run(tmp_path, "import sys\nwhile True: sys.stdout.write('x' * 65536)")


def test_a_client_that_is_not_there(tmp_path: Path) -> None:
    """It is missing, with what to install."""
    with pytest.raises(MissingExtra, match=r"python is not installed \(install Python\)"):
        run_client(ANY, ["no-such-client-anywhere"], tmp_path, Bounds(5.0, 1 << 20), "pkg:x/y")


def test_credentials_in_messages(tmp_path: Path) -> None:
    """What a client prints about addresses is kept without user and password."""
    code = "import sys; sys.exit('error: cannot reach https://user:hunter2@example.org/x')"
    ended = run_client(ANY, [sys.executable, "-c", code], tmp_path, Bounds(5.0, 1 << 20), "pkg:x/y")
    assert ended.last_line == "error: cannot reach https://***@example.org/x"


def test_nothing_is_read_from_the_terminal(tmp_path: Path) -> None:
    """A client that asks a question gets the end of its input."""
    assert run(tmp_path, "import sys; print(repr(sys.stdin.read()))").strip() == b"''"
