"""GitHub Actions: a subset of its workflows, and its expressions."""
