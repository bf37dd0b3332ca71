"""Git: run safely, and read: objects, trees, history."""
