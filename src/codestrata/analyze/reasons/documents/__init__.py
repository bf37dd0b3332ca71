"""Structured documents: decision records, proposals and design notes, read by their headings."""
