"""What runs inside the room: plain Python of the standard library (3.8 and later), copied into the work tree.

An attack that succeeds does no harm: it stops at a bound, undoes what it did, and says so.
"""
