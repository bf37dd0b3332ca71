"""Comparing datasets: what came, what went and why, what changed, what moved to another split."""
