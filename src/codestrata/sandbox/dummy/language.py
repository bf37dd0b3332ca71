"""The dummy's language: one command to a line, ``sh -e`` in miniature, and words to ask for every kind of end.

What a shell understands in the same way (a script of these lines alone runs on every runner):
  ``echo TEXT``, ``printf TEXT``, ``cat PATH …``, ``mkdir [-p] PATH …``, ``rm [-rf] PATH …``, ``ln -s TARGET PATH``,
  ``test -e PATH``, ``test ! -e PATH``, ``test A = B``, ``test A != B``, ``sleep SECONDS``, ``true``, ``false``,
  ``exit [CODE]``, ``cd PATH``; each with ``> PATH`` or ``>> PATH`` at its end; ``$NAME``, ``${NAME}``, quotes, ``#``.

Of its own:
  ``write PATH TEXT``          writes a line of text, making folders
  ``env NAME``                 prints a variable
  ``result CLASS [REASON]``    ends with a class: infra, timeout, oom, disk, policy, killed, cancelled, failed, passed
  ``fail-until ATTEMPT CODE``  fails until this runner reaches it for the ATTEMPT-th time; CODE may be a class
  ``signal NUMBER``            ends as if by a signal of its own
  ``allocate BYTES``           memory: over the limit it ends with oom
  ``fill BYTES``               disk: over the job's limit it ends with disk
  ``spawn COUNT``              processes: over the limit it ends with policy
  ``connect HOST``             network: logged; ends with policy when the host is not allowed

Paths are relative to the folder; ``~/`` and the work tree's own path work, too. Any other word ends with 127.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import HOME, WORK, Command, Connection, Job

_Out = Callable[[bytes], None]
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_NOT_FOUND = 127


class Ended(Exception):
    """The script is over: its exit status, its class ("" follows from the status), why, and the evidence."""

    def __init__(
        self,
        code: int,
        result: ResultClass | None = None,
        reason: str = "",
        evidence: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason)
        self.code, self.result, self.reason = code, result, reason
        self.evidence = dict(evidence or {})


@dataclass(slots=True)
class World:
    """What a script can touch: its room's two folders, its variables, and what the runner does for it."""

    job: Job
    command: Command
    work: Path
    home: Path
    env: Mapping[str, str]
    say: Callable[[bytes], None]
    pause: Callable[[float], None]
    reached: Callable[[str], int]
    connections: list[Connection] = field(default_factory=list)
    filled: int = 0
    folder: PurePosixPath = field(default_factory=lambda: PurePosixPath(WORK))

    def path(self, name: str) -> Path:
        """Give the host's path for one of the room; Ended where it leads out of it."""
        full = PurePosixPath(HOME, name[2:]) if name.startswith("~/") else self.folder / name
        parts: list[str] = []
        for part in full.parts[1:]:
            if part != "..":
                parts.append(part)
            elif parts:
                parts.pop()
        for root, place in ((WORK, self.work), (HOME, self.home)):
            inside = PurePosixPath("/", *parts)
            if inside.is_relative_to(root):
                found = place / inside.relative_to(root)
                if any(above.is_symlink() for above in (found, *found.parents) if above.is_relative_to(place)):
                    raise Ended(1, reason=f"{name}: the dummy follows no links")
                return found
        raise Ended(1, reason=f"{name}: no such file")


def run(script: str, world: World) -> None:
    """Run a script; raises Ended when it does not come to its end."""
    for number, line in enumerate(script.splitlines(), 1):
        world.pause(0)
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise Ended(2, reason=f"line {number}: {error}") from error
        if words:
            run_words([_filled(word, world) for word in words], world, number)


def _filled(word: str, world: World) -> str:
    return _VARIABLE.sub(lambda found: world.env.get(found[1] or found[2], ""), word)


def run_words(words: list[str], world: World, number: int = 1) -> None:
    """Run one command, given as its words; ``number`` is its line."""
    out: _Out = world.say
    if len(words) > 2 and words[-2] in {">", ">>"}:  # noqa: PLR2004 -- a word, a sign, a path
        out = _into(world.path(words[-1]), append=words[-2] == ">>")
        words = words[:-2]
    name, *arguments = words
    word = _WORDS.get(name)
    if not word:
        world.say(f"{name}: not found\n".encode())
        raise Ended(_NOT_FOUND, reason=f"{name} is no word of the dummy's")
    try:
        if name == "fail-until":
            arguments = [f"{number}:{world.command.script}", *arguments]
        word(world, arguments, out)
    except (OSError, ValueError, IndexError) as error:
        world.say(f"{name}: {error}\n".encode())
        raise Ended(1, reason=f"line {number}: {error}") from error


def _into(path: Path, *, append: bool) -> _Out:
    with path.open("ab" if append else "wb"):
        pass

    def out(data: bytes) -> None:
        with path.open("ab") as file:
            file.write(data)

    return out


def _echo(_: World, words: list[str], out: _Out) -> None:
    out(" ".join(words).encode("utf-8", "surrogateescape") + b"\n")


def _printf(_: World, words: list[str], out: _Out) -> None:
    out(words[0].replace("\\n", "\n").encode("utf-8", "surrogateescape"))


def _cat(world: World, words: list[str], out: _Out) -> None:
    for word in words:
        out(world.path(word).read_bytes())


def _mkdir(world: World, words: list[str], _: _Out) -> None:
    deep = words[0] == "-p"
    for word in words[deep:]:
        world.path(word).mkdir(parents=deep, exist_ok=deep)


def _rm(world: World, words: list[str], _: _Out) -> None:
    options = words[0] if words[0].startswith("-") else ""
    for word in words[bool(options) :]:
        path = world.path(word)
        if path.is_dir() and "r" in options:
            _emptied(path)
            path.rmdir()
        else:
            path.unlink(missing_ok="f" in options)


def _emptied(folder: Path) -> None:
    for inner in folder.iterdir():
        if inner.is_dir() and not inner.is_symlink():
            _emptied(inner)
            inner.rmdir()
        else:
            inner.unlink()


def _ln(world: World, words: list[str], _: _Out) -> None:
    __, target, name = words
    world.path(name).symlink_to(target)


def _test(world: World, words: list[str], _: _Out) -> None:
    match words:
        case ["-e", path]:
            holds = world.path(path).exists()
        case ["!", "-e", path]:
            holds = not world.path(path).exists()
        case [left, "=", right]:
            holds = left == right
        case [left, "!=", right]:
            holds = left != right
        case _:
            raise Ended(2, reason="the dummy's test knows -e, = and !=")
    if not holds:
        raise Ended(1, reason=f"test {' '.join(words)}: it is not so")


def _cd(world: World, words: list[str], _: _Out) -> None:
    if not world.path(words[0]).is_dir():
        raise Ended(1, reason=f"{words[0]}: no such folder")
    world.folder = PurePosixPath(HOME, words[0][2:]) if words[0].startswith("~/") else world.folder / words[0]


def _false(_: World, __: list[str], ___: _Out) -> None:
    raise Ended(1)


def _exit(_: World, words: list[str], __: _Out) -> None:
    raise Ended(int(words[0]) & 255 if words else 0)


def _write(world: World, words: list[str], _: _Out) -> None:
    path = world.path(words[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(" ".join(words[1:]) + "\n")


def _env(world: World, words: list[str], out: _Out) -> None:
    out(world.env.get(words[0], "").encode() + b"\n")


def _result(_: World, words: list[str], __: _Out) -> None:
    result = ResultClass(words[0])
    code = {ResultClass.PASSED: 0, ResultClass.FAILED: 1}.get(result, 137)
    raise Ended(code, result, " ".join(words[1:]) or ("" if not code else f"the script asked for {result}"))


def _fail_until(world: World, words: list[str], _: _Out) -> None:
    key, attempt, how = words
    if world.reached(key) < int(attempt):
        if not how.isdigit():
            raise Ended(137, ResultClass(how), f"fails until attempt {attempt}")
        raise Ended(int(how), reason=f"fails until attempt {attempt}")


def _signal(_: World, words: list[str], __: _Out) -> None:
    number = int(words[0])
    raise Ended(128 + number, ResultClass.FAILED, f"ended by signal {number}", {"signal": number})


def _allocate(world: World, words: list[str], _: _Out) -> None:
    if int(words[0]) > world.command.limits.memory:
        raise Ended(137, ResultClass.OOM, f"over {world.command.limits.memory} bytes of memory", {"oom_kills": 1})


def _fill(world: World, words: list[str], _: _Out) -> None:
    world.filled += int(words[0])
    if world.filled > world.job.limits.disk:
        raise Ended(1, ResultClass.DISK, f"over {world.job.limits.disk} bytes of disk", {"disk_full": True})


def _spawn(world: World, words: list[str], _: _Out) -> None:
    limit = world.command.limits.processes
    if int(words[0]) > limit:
        raise Ended(1, ResultClass.POLICY, f"over {limit} processes", {"processes_refused": int(words[0]) - limit})


def _connect(world: World, words: list[str], _: _Out) -> None:
    from codestrata.sandbox.proxy.rules import listed

    allowed = listed(words[0], world.command.network.hosts)
    reason = "" if allowed else "not on the list"
    fault = "" if allowed else "denied"
    world.connections.append(Connection(words[0], 443, allowed, reason=reason, fault=fault))
    if not allowed:
        raise Ended(1, ResultClass.POLICY, f"{words[0]} may not be reached", {"connections_refused": 1})


_Word = Callable[[World, list[str], _Out], None]
_WORDS: dict[str, _Word] = {
    "echo": _echo,
    "printf": _printf,
    "cat": _cat,
    "mkdir": _mkdir,
    "rm": _rm,
    "ln": _ln,
    "test": _test,
    "sleep": lambda world, words, _: world.pause(float(words[0])),
    "true": lambda *_: None,
    "false": _false,
    "exit": _exit,
    "cd": _cd,
    "write": _write,
    "env": _env,
    "result": _result,
    "fail-until": _fail_until,
    "signal": _signal,
    "allocate": _allocate,
    "fill": _fill,
    "spawn": _spawn,
    "connect": _connect,
}
