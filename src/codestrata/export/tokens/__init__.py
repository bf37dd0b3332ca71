"""How many tokens a model would see: an estimate that needs no library, or a count with a tokenizer the user names."""
