"""Completion of the command line, as a script for bash (and, after ``bashcompinit``, for zsh)."""

from __future__ import annotations

from collections.abc import Iterable

from codestrata.cli.parts import Command

_SCRIPT = """\
# strata: completion of commands and options. Put this line into ~/.bashrc:  source <(strata --show-completion)
_strata() {{
  local word words={before!r}
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in
{cases}
      *) continue;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _strata strata
"""


def script(whole: Command, commands: Iterable[Command]) -> str:
    """Write the script: the commands and what stands before them; behind a command its options, and files."""
    chosen = {one.path.split()[-1]: _options(one) for one in commands}
    cases = "\n".join(f"      {name}) words={' '.join(words)!r};;" for name, words in chosen.items())
    return _SCRIPT.format(before=" ".join([*chosen, *_options(whole)]), cases=cases)


def _options(command: Command) -> list[str]:
    return [*(name for name in command.options if name.startswith("--")), "--help"]
