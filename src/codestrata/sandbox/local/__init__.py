"""The local runner: foreign code on the host's own programs, in namespaces of its own, under the kernel's limits.

A room is held by a *keeper* (``keeper/``): one small process that makes the namespaces and mounts and starts the
commands. When it ends, everything of the room ends with it, and it ends when its owner does.
"""
