"""Evaluation sets as lists of hashes, and what texts share with them."""
