"""How long running a plan may take: what comes after each limit, and everything together. All times are seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.ci.plan import Plan

#: Cleanup jobs get so long together, beside the plan's own time; and after the run was taken back.
CLEANUP, CLEANUP_AFTER_STOP = 300.0, 10.0
#: Running jobs get so long to come to an end after they were cancelled, and after their time is over.
AFTER_STOP, AFTER_LIMIT = 60.0, 180.0
#: Laying out the files before the first job, and writing results after the last.
AROUND = 600.0
#: A run that is taken back gets so long to end what runs, clean up and remove its rooms.
TAKEN_BACK = CLEANUP_AFTER_STOP + AFTER_STOP


def longest(plan: Plan) -> float:
    """Give the most that running a plan may take, by limits of its own.

    An engine that cuts a run off earlier would take a slow runner, or slow uploads, for a worker that hangs, and would
    lose what the run knows of itself: its own classes, its cleanup jobs, its rooms.
    """
    return plan.timeout + AFTER_LIMIT + CLEANUP + AFTER_LIMIT + AROUND
