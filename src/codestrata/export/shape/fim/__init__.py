"""Recipe fim: texts cut into prefix, middle and suffix."""
