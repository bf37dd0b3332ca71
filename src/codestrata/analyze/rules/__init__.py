"""Rules: what to look for in trees, as data with examples inside."""
