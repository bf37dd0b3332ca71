"""Tasks that were run: commits whose tests fail before them and pass after them."""
