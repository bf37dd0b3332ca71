"""The ``analyze.privacy`` stage: every text that nobody has looked through for secrets and personal data.

Nothing is due while settings ``export.privacy`` keep everything. What is found is found once per blob, whatever a
dataset then does with it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from codestrata.analyze.privacy.due import due, pieces
from codestrata.analyze.privacy.reading import look
from codestrata.analyze.syntax.due import places
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.privacy.kinds import KINDS, edition
from codestrata.settings.recipe import PrivacySettings
from codestrata.store.columns import Columns, Varlen, rows

NAME = "analyze.privacy"


def asked(settings: PrivacySettings) -> bool:
    """Say whether anything is to be done about what would be found."""
    return bool(settings.most) or any(getattr(settings, name) != "keep" for name in set(KINDS.values()))


class Privacy:
    """Texts that were not looked through → tables **inspected** and **private**."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces; a blob that several repositories hold is read from the first of them."""
        if not asked(view.settings.export.privacy):
            return
        made_by = edition(view.settings.analyze.max_blob_bytes)
        files = view.files("inspected", stage=NAME, version=made_by)
        known = f"(select blob from {view.tables.scan(files)})" if files else ""
        for blobs in pieces(due(view, known)):
            yield _partition(view, blobs, made_by)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the blobs and look through their texts."""
        hint = partition.hint
        ids = np.frombuffer(base64.b64decode(hint["ids"]), np.uint8).reshape(len(hint["encoding"]), -1)
        encodings = [hint["encodings"][i] for i in hint["encoding"]]
        held = [
            ([io.workspace / at for at in place["git_dirs"]], np.array(place["rows"], np.int64))
            for place in hint["places"]
        ]
        inspected, private, counts = look(ids, encodings, held, lambda done: io.progress(done // 1_000_000))
        return Outcome({"inspected": inspected, "private": private}, counts=counts)


def _partition(view: View, blobs: Columns, made_by: str) -> Partition:
    snapshots, titles = view.snapshots(), {r.id: r.full_name for r in view.repositories()}
    held = [([snapshots[i].git_dir for i in which], at.tolist()) for which, at in places(blobs)]
    first = titles[snapshots[int(np.asarray(blobs["place"])[0])].repository_id]
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    ids, encodings = blobs["blob"], blobs["encoding"]
    assert isinstance(ids, Varlen)  # noqa: S101 -- the question gives them so
    assert isinstance(encodings, Varlen)  # noqa: S101 -- same
    words = sorted(set(encodings.strings()))
    hint: dict[str, Any] = {
        "ids": base64.b64encode(ids.data.tobytes()).decode(),
        "encodings": words,
        "encoding": [words.index(name) for name in encodings.strings()],
        "places": [{"git_dirs": dirs, "rows": at} for dirs, at in held],
    }
    digest = hashlib.blake2b(ids.data.tobytes() + encodings.data.tobytes(), digest_size=16)
    return Partition(
        NAME,
        made_by,
        {"blobs": digest.hexdigest(), "count": rows(blobs)},
        title=f"{first}{more}",
        weight=max(1, int(np.asarray(blobs["size"]).sum()) // 1_000_000),
        hint=hint,
    )
