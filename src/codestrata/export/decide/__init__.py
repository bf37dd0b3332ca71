"""The decision: every file of the selection, kept or not, with its reason; nothing is analysed here."""
