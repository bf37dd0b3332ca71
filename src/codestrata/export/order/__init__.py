"""Whole repositories: in which order their files are read, and which of them share a row."""
