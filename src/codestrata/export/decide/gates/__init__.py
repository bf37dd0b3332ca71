"""Gates beyond the file's own marks and figures: asked in this order, after quality and before duplicates."""

from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.decide.gates.contaminated import CONTAMINATED
from codestrata.export.decide.gates.private import PRIVATE
from codestrata.export.decide.gates.profile import PROFILE
from codestrata.export.decide.gates.score import SCORE
from codestrata.export.decide.gates.select import SELECT

__all__ = ["GATES", "Case", "Gate"]

#: Every gate by its name; what it reads is part of a decision's key under that name.
GATES: dict[str, Gate] = {
    "profile": PROFILE,
    "select": SELECT,
    "score": SCORE,
    "private": PRIVATE,
    "contaminated": CONTAMINATED,
}
