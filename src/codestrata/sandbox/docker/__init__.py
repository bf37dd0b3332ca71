"""The docker runner: rooms are containers of an engine on this machine."""

from codestrata.sandbox.docker.runner import DockerRunner

__all__ = ["DockerRunner"]
