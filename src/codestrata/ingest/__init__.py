"""Ingest: repositories of every origin, brought in bare, hardened and within limits."""
