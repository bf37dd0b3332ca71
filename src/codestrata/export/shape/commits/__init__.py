"""Recipe commits: a file before and after a change, and what the change was asked to do."""
