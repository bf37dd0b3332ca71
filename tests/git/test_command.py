"""The hardened runner: what a git process sees, how it is limited, how it ends, what it may say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from codestrata.errors import AnalysisTimeout, LimitExceeded
from codestrata.git.command import _LAUNCH, GitFailed, GitLimits, run_git, stream_git
from codestrata.git.config import CONFIG, ENVIRONMENT, FSCK_WARN
from codestrata.git.guard import end_all, redacted

#: Lets a test look at a process that git starts: an alias of ours, which no repository could set.
SPY = "alias.spy"


def spy(script: str, **options: object) -> str:
    """Run a shell script below git, with everything git itself was given."""
    return run_git(["spy"], config=[(SPY, f"!{script}")], **options).decode()  # type: ignore[arg-type]


def ends(pid: int) -> bool:
    """Tell whether a process is gone, or only a zombie, within five seconds: a kill takes a moment."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text("ascii"):
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_nothing_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A git process sees our environment only: no token, no proxy, no loader or GIT_ variable."""
    for name in ("GITHUB_TOKEN", "https_proxy", "LD_PRELOAD_X", "GIT_DIR", "GIT_TRACE", "GIT_SSL_NO_VERIFY"):
        monkeypatch.setenv(name, "leak")
    seen = spy("env")
    assert "leak" not in seen
    assert "HOME=/nonexistent" in seen


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, value, _ in CONFIG])
def test_every_line_of_the_configuration_beats_the_repository(tmp_path: Path, key: str, value: str) -> None:
    """What the repository's own configuration says of a key is overruled by ours."""
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    for folder in ("objects", "refs"):
        (tmp_path / folder).mkdir()
    section, _, name = key.rpartition(".")
    head, _, rest = section.partition(".")
    title = f'[{head} "{rest}"]' if rest else f"[{head}]"
    (tmp_path / "config").write_text(f"{title}\n\t{name} = planted\n")
    assert run_git(["config", "--get", key], git_dir=tmp_path).decode().rstrip("\n") == value


def test_each_line_has_a_reason_and_stands_once() -> None:
    """The tables are knowledge: every line says why it is there, and none stands twice."""
    for table in (ENVIRONMENT, CONFIG):
        assert all(reason for _, _, reason in table)
        assert len({key for key, _, _ in table}) == len(table)
    assert len(set(FSCK_WARN)) == len(FSCK_WARN)


def test_git_knows_every_fsck_id_we_soften(make_repo, tmp_path: Path) -> None:
    """A misspelt or undemotable fsck id would make every fetch fail: all of them are accepted."""
    source = make_repo("source", {"a": "1"})
    target = tmp_path / "target.git"
    run_git(["init", "--bare", "-q", str(target)])
    spec = "+refs/heads/main:refs/heads/main"
    run_git(["fetch", "--", f"file://{source.path}", spec], git_dir=target, protocols=("file",))
    assert run_git(["rev-parse", "refs/heads/main"], git_dir=target).decode().strip() == source.commits[0]


@pytest.mark.parametrize("url", ["file:///x", "ssh://h/x", "git://h/x", "ext::sh -c true", "http://h/x", "https://h/x"])
def test_no_transport_unless_named(url: str) -> None:
    """Without ``protocols`` git speaks to nobody, whatever the URL."""
    with pytest.raises(GitFailed, match=r"transport '\w+' not allowed"):
        run_git(["ls-remote", "--", url])


def test_a_repository_in_the_current_folder_is_not_found(make_repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``git_dir`` there is no repository, wherever we stand."""
    monkeypatch.chdir(make_repo("here", {"a": "1"}).path)
    with pytest.raises(GitFailed, match="not a git repository"):
        run_git(["log"])


def test_limits_reach_git_and_its_children() -> None:
    """Address space, CPU, file size, open files and core size are limited in whatever git starts."""
    limits = GitLimits(memory=1 << 30, cpu_seconds=77, file_bytes=1 << 20, open_files=99)
    seen = spy("ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c", limits=limits).split()
    assert seen == [str(1 << 20), "77", str(1 << 11), "99", "0"]


def test_a_stricter_limit_that_holds_already_stays() -> None:
    """Where this process is itself limited below what git may use, git runs within that."""
    nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    inner = ["/bin/sh", "-c", _LAUNCH, "sh", "1000000", "10", "10", "999", "sh", "-c", "ulimit -n; ulimit -t"]
    command = [*nobody, "sh", "-c", 'ulimit -n 100; exec "$@"', "sh", *inner]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.split() == ["100", "10"]


def test_processor_time_is_bounded() -> None:
    """A process that burns its processor time is ended, with that reason."""
    with pytest.raises((LimitExceeded, GitFailed)):
        spy("while :; do :; done", limits=GitLimits(cpu_seconds=1), timeout=20)


def test_a_file_cannot_outgrow_its_limit(tmp_path: Path) -> None:
    """The kernel stops a file (a pack) that grows too large; nothing beyond the limit reaches the disk."""
    target = tmp_path / "big"
    with pytest.raises((LimitExceeded, GitFailed)):
        spy(f"head -c 10000000 /dev/zero > {target}", limits=GitLimits(file_bytes=1 << 20))
    assert target.stat().st_size <= 1 << 20


def test_the_deadline_ends_the_whole_family(tmp_path: Path) -> None:
    """Past the deadline git and every process below it are gone, in about that time."""
    note = tmp_path / "pid"
    began = time.monotonic()
    with pytest.raises(AnalysisTimeout):
        spy(f"sleep 100 & echo $! > {note}; wait", timeout=0.5)
    assert time.monotonic() - began < 5
    assert ends(int(note.read_text()))


def test_what_git_leaves_behind_is_ended(tmp_path: Path) -> None:
    """A child that outlives a git that ended well is ended too, and is not waited for."""
    note = tmp_path / "pid"
    began = time.monotonic()
    spy(f"sleep 100 >/dev/null 2>&1 & echo $! > {note}")
    assert time.monotonic() - began < 5
    assert ends(int(note.read_text()))


def test_leaving_a_stream_early_ends_git_without_complaint(make_repo) -> None:
    """Who has seen enough just leaves the block."""
    repo = make_repo("many", {f"file{i}": "x" for i in range(3000)})
    with stream_git(["ls-tree", "-r", "HEAD"], git_dir=repo.path) as stream:
        assert stream.read(10)


def test_an_error_in_the_block_is_the_one_that_is_seen(make_repo) -> None:
    """The caller's own exception passes through, and git is ended."""
    repo = make_repo("repo", {"a": "1"})
    with pytest.raises(KeyError), stream_git(["log"], git_dir=repo.path):
        raise KeyError


def test_watch_ends_git_with_a_reason() -> None:
    """``watch`` is asked while git runs; its reason is the error."""
    with pytest.raises(LimitExceeded, match="enough"):
        spy("sleep 100", watch=lambda: "enough")


def test_end_all_ends_what_threads_wait_for() -> None:
    """An interrupt can end every git of this process from any thread."""
    errors: list[Exception] = []

    def wait() -> None:
        try:
            spy("sleep 100")
        except LimitExceeded as error:
            errors.append(error)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    end_all("interrupted")
    for thread in threads:
        thread.join(10)
    assert [str(error.message) for error in errors] == ["interrupted"] * 3


def test_git_dies_with_its_parent(tmp_path: Path) -> None:
    """Kill -9 on the process that started git ends git too (Linux, util-linux's setpriv)."""
    if not Path("/usr/bin/setpriv").exists():
        pytest.skip("no setpriv on this machine")
    note = tmp_path / "pid"
    program = textwrap.dedent(f"""
        from codestrata.git.command import run_git
        run_git(["spy"], config=[("alias.spy", "!echo $PPID > {note}; sleep 100")])
    """)
    parent = subprocess.Popen([sys.executable, "-c", program])
    while not note.exists() or not note.read_text().strip():
        time.sleep(0.02)
    child = int(note.read_text())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert ends(child)


def test_messages_are_bounded_and_their_end_is_kept() -> None:
    """However much git is made to say, 64 KiB of it are kept, and the last line tells."""
    with pytest.raises(GitFailed, match="fatal: the end") as caught:
        spy("head -c 5000000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo fatal: the end >&2; exit 3")
    assert len(caught.value.stderr) <= 64 << 10


def test_output_can_be_bounded() -> None:
    """More output than asked for is an error, not memory."""
    with pytest.raises(LimitExceeded, match="more than 1000 bytes"):
        spy("head -c 100000 /dev/zero", max_output=1000)


def test_stdin_of_any_size_does_not_block(make_repo) -> None:
    """A long list of ids goes in while a longer answer comes out."""
    repo = make_repo("repo", {"a": "1"})
    asked = f"{repo.commits[0]}\n".encode() * 20_000
    answer = run_git(["cat-file", "--batch-check"], git_dir=repo.path, stdin=asked)
    assert answer.count(b" commit ") == 20_000


def test_a_secret_is_in_no_argument_and_no_message(tmp_path: Path) -> None:
    """A secret given as configuration reaches git by its environment, and is cut out of what git says."""
    config = [("http.https://example.org/.extraHeader", "Authorization: Basic c2VjcmV0")]
    out = tmp_path / "args"
    script = f"cat /proc/$PPID/cmdline /proc/$$/cmdline > {out}; echo fatal: got c2VjcmV0 >&2; exit 1"
    with pytest.raises(GitFailed) as caught:
        run_git(["spy"], config=[*config, (SPY, f"!{script}")], redact=["c2VjcmV0"])
    arguments = out.read_bytes().replace(script.encode(), b"")
    assert b"c2VjcmV0" not in arguments
    assert "c2VjcmV0" not in str(caught.value) + caught.value.stderr
    assert "***" in caught.value.stderr


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://user:pass@host/x", "https://***@host/x"),
        ("Authorization: Bearer abc", "Authorization: ***"),
        ("token abc and abcdef", "token *** and ***"),
    ],
)
def test_redaction(text: str, clean: str) -> None:
    """Credentials in URLs, Authorization headers and named secrets disappear, the longest secret first."""
    assert redacted(text, ["abc", "abcdef"]) == clean


def test_killing_signals_are_named(make_repo) -> None:
    """A git that crashes says by which signal, at once, whoever still holds its output open."""
    began = time.monotonic()
    with pytest.raises(GitFailed, match=r"signal 11|ended with 139|died of signal 11"):
        run_git(["spy"], config=[(SPY, "!kill -SEGV $PPID; sleep 5")])
    assert time.monotonic() - began < 3
