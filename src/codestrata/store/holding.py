"""Holding a workspace: lock it, open its catalogue, and put right what a crash left behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from codestrata.errors import StorageError
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout
from codestrata.store.lock import WorkspaceLock


@contextmanager
def hold(layout: Layout) -> Iterator[Catalogue]:
    """Hold the workspace for writing; raises WorkspaceBusy when somebody else does."""
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make the workspace: {error.strerror}", where=str(layout.root)) from error
    with WorkspaceLock(layout.lock) as lock:
        lock.dirty = True
        with Catalogue(layout.catalogue) as catalogue:
            catalogue.interrupt_runs()
            catalogue.ledger.release()
            if lock.unclean:
                catalogue.ledger.acquit()
                tidy(layout, catalogue)
            yield catalogue
            lock.dirty = catalogue.untidy


def tidy(layout: Layout, catalogue: Catalogue) -> None:
    """Delete what no commit knows: unfinished work, and table files whose commit never came."""
    from codestrata.store.tables import remove_leftovers

    shutil.rmtree(layout.scratch, ignore_errors=True)
    if layout.tables.exists():
        remove_leftovers(layout.tables, catalogue.table_paths())
