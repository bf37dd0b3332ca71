"""A draft: a pipeline on its way to a file, with the reasons of its parts as comments."""
