"""What ``strata doctor sandbox`` prints: every runner with its layers and grade, and what became of attacks."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codestrata.cli.context import Context
from codestrata.cli.say import as_json, line
from codestrata.errors import EXIT_PARTIAL, NothingDone

if TYPE_CHECKING:
    from codestrata.sandbox.attacks import Outcome
    from codestrata.sandbox.base import Layer
    from codestrata.workspace.sandbox import Examined, Rooms

_STATES = {"ok": "✓", "weak": "~", "missing": "✗"}
_VERDICTS = {"contained": "✓", "escaped": "✗", "not tried": "-"}
#: The widths of an attack's name and of what it tries.
_NAME, _AIM = 18, 52
#: The width of the text where it is not a terminal's.
_WIDTH = 120


def tell_rooms(ctx: Context, *, attacks: bool, runner: str, image: str, json: bool) -> None:
    """Try the runners, and tell of each as it comes; ends with 3 when an attack got through, 4 when nothing runs."""
    from codestrata.workspace.sandbox import Rooms

    found = []
    with Rooms(ctx.settings().sandbox, runner, image) as rooms:
        for examined in rooms.probe():
            found.append(examined)
            if json:
                list(_made(rooms, examined) if attacks else ())
            else:
                _tell(rooms, examined, attacks=attacks)
    if json:
        as_json([one.as_dict() for one in found])
    else:
        _legend(found)
    if any(one.escaped for one in found):
        raise SystemExit(EXIT_PARTIAL)
    if not any(one.caps.usable for one in found):
        raise SystemExit(NothingDone.exit_code)


def _tell(rooms: Rooms, examined: Examined, *, attacks: bool) -> None:
    caps = examined.caps
    version = f" {caps.version}" if caps.version else ""
    gives = f"gives {', '.join(sorted(caps.provides))}" if caps.usable else "nothing can be run"
    line(f"{caps.runner}{version}: {gives}")
    width = max((len(layer.name) for layer in caps.layers), default=0)
    for layer in caps.layers:
        _layer(layer, width)
    if attacks and caps.usable:
        line()
        heads = _heads()
        for outcome in _made(rooms, examined):
            if head := heads.get(outcome.attack):
                line(f"  attacks {head}")
            _attack(outcome)
        line()
        _count(examined)
    _block(f"grade {examined.grade}", examined.lacking or "every layer holds")
    line()


def _layer(layer: Layer, width: int) -> None:
    _block(f"{_STATES[layer.state]} {layer.name:<{width}}", layer.detail)
    if layer.hint and layer.state != "ok":
        _block(" " * (width + 2), f"→ {layer.hint}")


def _heads() -> dict[str, str]:
    """Give what stands above an attack: what its group wants, above the first of it."""
    from codestrata.sandbox.attacks.table import GROUPS

    return {group[0].id: wanted for wanted, group in GROUPS.items()} | {"remains": "when all is over"}


def _attack(outcome: Outcome) -> None:
    _block(f"{_VERDICTS[outcome.verdict]} {outcome.attack:<{_NAME}} {outcome.aim:<{_AIM}}", outcome.detail, least=24)


def _count(examined: Examined) -> None:
    counts: dict[str, int] = {}
    for outcome in examined.outcomes:
        counts[outcome.verdict] = counts.get(outcome.verdict, 0) + 1
    seconds = sum(outcome.seconds for outcome in examined.outcomes)
    told = ", ".join(f"{counts[word]} {word}" for word in _VERDICTS if word in counts)
    line(f"  {len(examined.outcomes)} attacks in {seconds:.0f} s: {told}")


def _made(rooms: Rooms, examined: Examined) -> Iterator[Outcome]:
    """Make the attacks; on a terminal, say how far it is meanwhile."""
    from codestrata.workspace.sandbox import ATTEMPTS

    shown = sys.stderr.isatty()
    for number, outcome in enumerate(rooms.attack(examined), start=1):
        if shown:
            sys.stderr.write("\r\033[K")
        yield outcome
        if shown and number < ATTEMPTS:
            sys.stderr.write(f"  attack {number + 1} of {ATTEMPTS}")
            sys.stderr.flush()


def _legend(found: list[Examined]) -> None:
    """Say what the grades mean that were given."""
    from codestrata.sandbox.grades import GRADES

    for letter in sorted({one.grade for one in found}):
        line(f"{letter}: {GRADES[letter]}")


def _block(left: str, text: str, *, least: int = 40) -> None:
    """Print a text beside what it is about, wrapped in its own column where the terminal leaves it one."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    left = f"  {left}  "
    first, *rest = textwrap.wrap(text, max(width - len(left), least)) or [""]
    line(f"{left}{first}".rstrip())
    for more in rest:
        line(" " * len(left) + more)
