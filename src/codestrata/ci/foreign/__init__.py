"""What others write: YAML with line numbers, shell scripts and what they need."""
