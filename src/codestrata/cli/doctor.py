"""``strata doctor``: what this machine can do, and what to install for the rest."""

from __future__ import annotations

from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line
from codestrata.errors import InvalidInput


def doctor(
    ctx: Context,
    part: Annotated[str, Argument(metavar="PART", help="Nothing, or sandbox: where foreign code can run.")] = "",
    attacks: Annotated[
        bool, Option("--attacks", help="Attack every runner of the sandbox, and say what held.")
    ] = False,
    runner: Annotated[str, Option("--runner", metavar="NAME", help="Look at one runner of the sandbox only.")] = "",
    json: AsJson = False,
) -> None:
    """Say what this machine can do, and what to install for the rest.

    Exit codes: 0 all that is needed is here; for the sandbox: something runs foreign code, and no attack got through ·
    3 an attack got through · 4 something that is needed is missing; for the sandbox: nothing runs foreign code.
    """
    if part == "sandbox":
        from codestrata.cli.rooms import tell_rooms

        tell_rooms(ctx, attacks=attacks, runner=runner, json=json)
        return
    if part or attacks or runner:
        raise InvalidInput(
            f"no part is called {part!r}" if part else "--attacks and --runner are about the sandbox",
            where="strata doctor",
            hint="strata doctor sandbox",
        )
    _machine(json=json)


def _machine(*, json: bool) -> None:
    """Tell of everything but the sandbox's layers."""
    from codestrata.workspace import examine

    found = examine()
    if json:
        as_json([check.as_dict() for check in found])
    else:
        for check in found:
            mark = {"ok": "✓", "slow": "~", "missing": "✗"}[check.state]
            line(f"{mark} {check.name:<22} {check.detail}")
            if check.hint:
                line(f"  {'':<22} → {check.hint}")
    if any(check.state == "missing" and check.needed for check in found):
        raise SystemExit(4)
