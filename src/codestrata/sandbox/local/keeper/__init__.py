"""The keeper of a room: a process with nothing but the standard library (``python -I -S``).

It speaks JSON with its owner over one socket, a message to a packet, file descriptors beside it. It imports nothing
of the product outside this folder.
"""
