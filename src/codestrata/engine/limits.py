"""From the engine's settings to the ledger's limits and the number of workers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codestrata.store.ledger import Ledger
from codestrata.store.retry import Terms

if TYPE_CHECKING:
    from codestrata.settings.engine import EngineSettings
    from codestrata.store.database import Database

#: The pool whose tasks mostly wait for the network; every other pool is bound by the processor.
NETWORK = "net"
_MOST_THREADS = 8


def ledger(database: Database, settings: EngineSettings) -> Ledger:
    """Open the ledger with the limits that the settings give."""
    terms = Terms(
        attempts=settings.attempts,
        backoff=settings.backoff_seconds,
        lease_seconds=settings.lease_seconds,
        pools={NETWORK: settings.network},
        per_key=settings.per_host,
    )
    return Ledger(database, terms=terms)


def processors(settings: EngineSettings) -> int:
    """Give the number of workers for work bound by the processor: one for each core this process may use."""
    return settings.workers or len(os.sched_getaffinity(0))


def threads(settings: EngineSettings) -> int:
    """Give the number of threads for one task that others wait for; each may take some hundred megabytes."""
    return min(processors(settings), _MOST_THREADS)


def workers(settings: EngineSettings, ready: Mapping[str, int]) -> int:
    """Give the number of workers for so many tasks of each pool."""
    most = {NETWORK: settings.network}
    busy = sum(min(n, most.get(pool, processors(settings))) for pool, n in ready.items())
    return min(busy, max(processors(settings), most[NETWORK] if ready.get(NETWORK) else 0))
