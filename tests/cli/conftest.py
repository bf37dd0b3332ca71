"""Fixtures of the command line's tests: calling strata, and the small world of the acceptance tests."""

from tests.acceptance.conftest import world
from tests.cli.calling import strata

__all__ = ["strata", "world"]
