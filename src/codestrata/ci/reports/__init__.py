"""Reports of tools and test runners, read into records: findings, tests, coverage, metrics."""

from __future__ import annotations

from codestrata.ci.reports.base import MAX_BYTES, Parsed, Source
from codestrata.ci.reports.formats import FORMATS, Format, parse
from codestrata.ci.reports.lines import Lines

__all__ = ["FORMATS", "MAX_BYTES", "Format", "Lines", "Parsed", "Source", "parse"]
