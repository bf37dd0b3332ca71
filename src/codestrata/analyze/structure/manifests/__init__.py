"""Manifests and lock files: the packages a snapshot needs and consists of, in every ecosystem; nothing is run."""

from codestrata.analyze.structure.manifests.read import Manifests, read

__all__ = ["Manifests", "read"]
