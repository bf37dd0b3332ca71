"""Clusters: the same code, the same shape, nearly the same text, over all repositories of a run."""
