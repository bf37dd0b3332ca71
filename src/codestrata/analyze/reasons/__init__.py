"""Reasons (L8): why something was decided, told by quotations alone."""
