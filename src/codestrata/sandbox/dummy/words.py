"""The words of the dummy's language, each as what it does in a world; :mod:`language` says what they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import HOME, Connection
from codestrata.sandbox.dummy.world import Ended, World

Out = Callable[[bytes], None]


def _echo(_: World, words: list[str], out: Out) -> None:
    out(" ".join(words).encode("utf-8", "surrogateescape") + b"\n")


def _printf(_: World, words: list[str], out: Out) -> None:
    out(words[0].replace("\\n", "\n").encode("utf-8", "surrogateescape"))


def _cat(world: World, words: list[str], out: Out) -> None:
    for word in words:
        out(world.path(word).read_bytes())


def _mkdir(world: World, words: list[str], _: Out) -> None:
    deep = words[0] == "-p"
    for word in words[deep:]:
        world.path(word).mkdir(parents=deep, exist_ok=deep)


def _rm(world: World, words: list[str], _: Out) -> None:
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


def _ln(world: World, words: list[str], _: Out) -> None:
    __, target, name = words
    world.path(name).symlink_to(target)


def _test(world: World, words: list[str], _: Out) -> None:
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


def _cd(world: World, words: list[str], _: Out) -> None:
    if not world.path(words[0]).is_dir():
        raise Ended(1, reason=f"{words[0]}: no such folder")
    world.folder = PurePosixPath(HOME, words[0][2:]) if words[0].startswith("~/") else world.folder / words[0]


def _false(_: World, __: list[str], ___: Out) -> None:
    raise Ended(1)


def _exit(_: World, words: list[str], __: Out) -> None:
    raise Ended(int(words[0]) & 255 if words else 0)


def _write(world: World, words: list[str], _: Out) -> None:
    path = world.path(words[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(" ".join(words[1:]) + "\n")


def _env(world: World, words: list[str], out: Out) -> None:
    out(world.env.get(words[0], "").encode() + b"\n")


def _result(_: World, words: list[str], __: Out) -> None:
    result = ResultClass(words[0])
    code = {ResultClass.PASSED: 0, ResultClass.FAILED: 1}.get(result, 137)
    raise Ended(code, result, " ".join(words[1:]) or ("" if not code else f"the script asked for {result}"))


def _fail_until(world: World, words: list[str], _: Out) -> None:
    key, attempt, how = words
    if world.reached(key) < int(attempt):
        if not how.isdigit():
            raise Ended(137, ResultClass(how), f"fails until attempt {attempt}")
        raise Ended(int(how), reason=f"fails until attempt {attempt}")


def _signal(_: World, words: list[str], __: Out) -> None:
    number = int(words[0])
    raise Ended(128 + number, ResultClass.FAILED, f"ended by signal {number}", {"signal": number})


def _allocate(world: World, words: list[str], _: Out) -> None:
    if int(words[0]) > world.command.limits.memory:
        raise Ended(137, ResultClass.OOM, f"over {world.command.limits.memory} bytes of memory", {"oom_kills": 1})


def _fill(world: World, words: list[str], _: Out) -> None:
    world.filled += int(words[0])
    if world.filled > world.job.limits.disk:
        raise Ended(1, ResultClass.DISK, f"over {world.job.limits.disk} bytes of disk", {"disk_full": True})


def _spawn(world: World, words: list[str], _: Out) -> None:
    limit = world.command.limits.processes
    if int(words[0]) > limit:
        raise Ended(1, ResultClass.POLICY, f"over {limit} processes", {"processes_refused": int(words[0]) - limit})


def _connect(world: World, words: list[str], _: Out) -> None:
    from codestrata.sandbox.proxy.rules import listed

    allowed = listed(words[0], world.command.network.hosts)
    reason = "" if allowed else "not on the list"
    fault = "" if allowed else "denied"
    world.connections.append(Connection(words[0], 443, allowed, reason=reason, fault=fault))
    if not allowed:
        raise Ended(1, ResultClass.POLICY, f"{words[0]} may not be reached", {"connections_refused": 1})


Word = Callable[[World, list[str], Out], None]
WORDS: dict[str, Word] = {
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
