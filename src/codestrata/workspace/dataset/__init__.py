"""Datasets by recipe: one readable YAML file says what goes in; planned, built, explained, compared, amended."""
