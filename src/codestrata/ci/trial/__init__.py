"""Trials: the tests of one commit, run over its own files and over those before it."""
