"""What is kept: the catalogue and task ledger (SQLite), bulk tables (Parquet), and who may write them.

``hold(Layout(root))`` is the way in for whoever writes; ``Catalogue(path, read_only=True)`` for whoever only looks.
"""
