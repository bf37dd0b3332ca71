"""The door of discover: what names repositories, and which of them have the files that are asked for."""

from codestrata.discover.rejected import Rejected
from codestrata.discover.require import COLUMNS, Filtered, filter_rows, has_files, write_names
from codestrata.discover.sources import discover

__all__ = ["COLUMNS", "Filtered", "Rejected", "discover", "filter_rows", "has_files", "write_names"]
