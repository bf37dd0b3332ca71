"""Derivation: a pipeline proposed for a repository, from its manifests and its own CI files."""

from codestrata.ci.derive.derived import Derived, derive
from codestrata.ci.derive.files import Files, GitFiles

__all__ = ["Derived", "Files", "GitFiles", "derive"]
