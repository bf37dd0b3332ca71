"""``strata doctor``: what this machine can do, and what to install for the rest."""

from __future__ import annotations

from codestrata.cli.flags import AsJson
from codestrata.cli.say import as_json, line


def doctor(json: AsJson = False) -> None:
    """Say what this machine can do, and what to install for the rest."""
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
