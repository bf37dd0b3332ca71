"""The command line, for tests that make a list with it."""

from tests.cli.calling import strata

__all__ = ["strata"]
