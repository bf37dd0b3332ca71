"""Expressions of pipelines: small, typed before they run, total; no loops, no calls of anything but what is listed.

``parse`` reads one, ``Template`` a text with some in it. Where they stand decides what they see:
``conditions(…)`` and ``columns(…)`` give the types of names there, ``Surroundings(…).scope()`` and ``column_values(…)``
their values while something runs.
"""

from codestrata.ci.expressions.evaluate import Scope
from codestrata.ci.expressions.expression import Expression, parse
from codestrata.ci.expressions.mistakes import ExpressionError
from codestrata.ci.expressions.running import State, Surroundings, Tree, column_values
from codestrata.ci.expressions.scopes import columns, conditions, requirements
from codestrata.ci.expressions.template import Template, written
from codestrata.ci.expressions.types import ScopeTypes, Type

__all__ = [
    "Expression",
    "ExpressionError",
    "Scope",
    "ScopeTypes",
    "State",
    "Surroundings",
    "Template",
    "Tree",
    "Type",
    "column_values",
    "columns",
    "conditions",
    "parse",
    "requirements",
    "written",
]
