"""YAML files with the place of everything in them."""

from codestrata.ci.document.problem import Problem, Problems
from codestrata.ci.document.read import read
from codestrata.ci.document.values import Entry, Mark, Scalar, Several, Table, Value, shown

__all__ = ["Entry", "Mark", "Problem", "Problems", "Scalar", "Several", "Table", "Value", "read", "shown"]
