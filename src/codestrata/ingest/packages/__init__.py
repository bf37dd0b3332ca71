"""Packages of PyPI, npm and crates → bare Git repositories: fetched by the registries' own clients, none of it run."""

from codestrata.ingest.packages.fetch import fetch

__all__ = ["fetch"]
