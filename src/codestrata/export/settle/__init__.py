"""Duplicates among rows that are not files: functions, commits, whatever a shape gives a digest."""
