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
from pathlib import Path

from codestrata.sandbox.dummy.words import WORDS, Out
from codestrata.sandbox.dummy.world import Ended, World

__all__ = ["Ended", "World", "run", "run_words"]

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_NOT_FOUND = 127


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
    out: Out = world.say
    if len(words) > 2 and words[-2] in {">", ">>"}:  # noqa: PLR2004 -- a word, a sign, a path
        out = _into(world.path(words[-1]), append=words[-2] == ">>")
        words = words[:-2]
    name, *arguments = words
    word = WORDS.get(name)
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


def _into(path: Path, *, append: bool) -> Out:
    with path.open("ab" if append else "wb"):
        pass

    def out(data: bytes) -> None:
        with path.open("ab") as file:
            file.write(data)

    return out
