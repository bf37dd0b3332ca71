"""One dataset, looked at: figures, and a page that has them all and samples to browse."""
