"""Stretches of texts that are whole nodes of their trees: what a model may be asked to fill in."""
