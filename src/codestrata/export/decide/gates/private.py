"""Secrets and personal data: files with what the policy does not let through, and files that nobody looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.decide.selection import table_file
from codestrata.export.private import SECRETS, Policy, listed, tables_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.store.columns import Columns

#: The rule of a file whose blob is not in table inspected: what cannot be told is not published.
UNSEEN = "nobody looked through it"


def _inputs(view: View) -> dict[str, list[str]]:
    if not Policy.of(view.settings.export.privacy).asks:
        return {}
    return {name: [file.path for file in tables_of(view, name)] for name in ("inspected", "private")}


def _judge(found: Verdicts, case: Case) -> None:
    policy = Policy.of(case.settings.privacy)
    if not policy.asks:
        return
    clean = found.clean
    found.put("private", clean[~_seen(case, clean)], rule=UNSEEN)
    told = _told(case, clean, policy)
    if not told:
        return
    rows = clean[np.asarray(told["nth"])]
    redactions = np.asarray(case.files["redactions"])
    redactions[rows] = np.asarray(told["redacted"])
    dropped, secrets = np.asarray(told["dropped"]) > 0, np.asarray(told["secrets"])
    _put(found, rows, dropped, varlen(told, "why"), value=np.asarray(told["dropped"]).astype(np.float64))
    if policy.most:
        many = ~dropped & (secrets > policy.most)
        _put(found, rows, many, varlen(told, "secret"), value=secrets.astype(np.float64), threshold=float(policy.most))
    redactions[found.failed > 0] = 0


def _put(
    found: Verdicts,
    rows: NDArray[np.int64],
    which: NDArray[np.bool_],
    why: Any,
    *,
    value: NDArray[np.float64],
    threshold: float = -1.0,
) -> None:
    rules = np.array(why.take(np.flatnonzero(which)).strings(), object)
    found.put("private", rows[which], rule=rules, value=value[which], threshold=threshold)


def _seen(case: Case, clean: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each file whether its blob was looked through."""
    seen = np.zeros(len(clean), np.bool_)
    inspected = [table_file("inspected", path) for path in case.inputs["private"]["inspected"]]
    if inspected and len(clean):
        found = case.tables.query(
            f"select nth from wanted semi join {case.tables.scan(inspected)} using (blob)",
            wanted=_wanted(case, clean),
        )
        seen[np.asarray(found["nth"])] = True
    return seen


def _told(case: Case, clean: NDArray[np.int64], policy: Policy) -> Columns:
    """Give, for files with anything that counts: nth, redacted, dropped, secrets (counts), why, secret (the first)."""
    private = [table_file("private", path) for path in case.inputs["private"]["private"]]
    if not (private and len(clean)):
        return {}
    dropped, secret = f"kind in ({listed(policy.drop)})", f"kind in ({listed(sorted(SECRETS))})"
    first = "coalesce(arg_min(detector || ', line ' || line, start) filter ({}), '')"
    return case.tables.query(
        f"""select nth, count(*) filter (kind in ({listed(policy.redact)}))::int as redacted,
                   count(*) filter ({dropped})::bigint as dropped, count(*) filter ({secret})::bigint as secrets,
                   {first.format(dropped)} as why, {first.format(secret)} as secret
            from wanted join {case.tables.scan(private)} using (blob)
            where {policy.sure()} group by nth order by nth""",
        wanted=_wanted(case, clean),
    )


def _wanted(case: Case, clean: NDArray[np.int64]) -> Columns:
    return {"blob": varlen(case.files, "blob").take(clean), "nth": np.arange(len(clean), dtype=np.int64)}


PRIVATE = Gate(_inputs, _judge)
