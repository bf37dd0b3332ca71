"""Under which terms files of a task stand: what is no good to read as a row may still be part of a change."""

from __future__ import annotations

from codestrata.export.decide.reasons import BIT
from codestrata.export.quality.rules import RULES
from codestrata.export.shape.history.standing import ELSEWHERE

_UNREAD = ("size", "empty", "language", "generated", "minified", "test", "documentation", "select", "score")
#: Why a file may be left out of a dataset, and a change of it still be told.
OPEN = ELSEWHERE | sum(1 << BIT[name] for name in (*_UNREAD, "quality.profile", *(rule.reason for rule in RULES)))
