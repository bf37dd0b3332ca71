"""Asking: what is known of patterns, contexts and likenesses, put together from the tables when somebody asks."""
