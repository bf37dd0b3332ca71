"""Amending a dataset that was published: rows taken out of it, and what says so; all else stays byte for byte."""
