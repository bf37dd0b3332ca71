"""Recipe repo: whole repositories as rows."""
