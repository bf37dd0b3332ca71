"""Rows that are not whole files: each recipe makes its own of the files that are kept."""
