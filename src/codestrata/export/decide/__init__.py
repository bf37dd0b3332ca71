"""The decision: every file of the selection, kept or not, with its reason; nothing is analysed here."""

from codestrata.export.decide.report import report
from codestrata.export.decide.schema import DECISIONS, PAIRS
from codestrata.export.decide.stage import Decide

__all__ = ["DECISIONS", "PAIRS", "Decide", "report"]
