"""Recipe patterns: entries of the strata, each with its code and what surrounds it at three scales."""
