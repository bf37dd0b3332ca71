"""Conversion: another system's pipeline file as one of ours, and a list of what could not be taken over."""

from codestrata.ci.convert.converted import Converted, convert
from codestrata.ci.convert.detect import KINDS

__all__ = ["KINDS", "Converted", "convert"]
