"""The version of codestrata; it is part of what a dataset's bytes depend on."""

SOFTWARE = "0.1.0"
