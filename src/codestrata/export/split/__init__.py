"""Splits: which of train, validation and test a repository's files are in, so that no twin of one is in another."""
