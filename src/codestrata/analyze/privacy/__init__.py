"""Which blobs hold secrets and personal data, and where."""
