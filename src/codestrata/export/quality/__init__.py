"""Which text is worth learning from: StarCoder2's basic rules as a table, and the gate that asks them."""

from codestrata.export.quality.gate import Failure, asked, judge
from codestrata.export.quality.rules import COLUMNS, RULES, Rule, named_as_prose

__all__ = ["COLUMNS", "RULES", "Failure", "Rule", "asked", "judge", "named_as_prose"]
