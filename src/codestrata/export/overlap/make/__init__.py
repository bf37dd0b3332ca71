"""Making lists of evaluation sets: from a file's records to problems, from problems to hashes."""

from codestrata.export.overlap.make.build import build
from codestrata.export.overlap.make.fields import ROLES, problems
from codestrata.export.overlap.make.records import records

__all__ = ["ROLES", "build", "problems", "records"]
