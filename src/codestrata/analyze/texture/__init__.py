"""What texts repeat and what their lines are made of, once per content: the counts that quality profiles ask for."""
