"""Syntax: trees of blobs as flat arrays, and what is read off them. Nothing here knows paths or repositories."""
