"""Events: what history did, whatever anybody said: reverts, replaced dependencies, migrations."""
