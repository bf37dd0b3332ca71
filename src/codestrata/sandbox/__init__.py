"""Where foreign code may run: one port, several runners, and attacks that show what they hold."""
