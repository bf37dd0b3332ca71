"""Splits: which of train, validation and test a repository's files are in, so that no twin of one is in another."""

from codestrata.export.split.divide import Divided, divide, histories
from codestrata.export.split.shares import SPLITS, check, split_of_day

__all__ = ["SPLITS", "Divided", "check", "divide", "histories", "split_of_day"]
