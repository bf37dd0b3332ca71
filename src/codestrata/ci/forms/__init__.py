"""Forms of pipeline files: version 1, stages, and short ones; what their keywords are."""
