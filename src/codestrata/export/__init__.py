"""export: decide what stays, write it, say where it came from."""
