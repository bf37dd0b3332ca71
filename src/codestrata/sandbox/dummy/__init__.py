"""A runner for tests of pipelines: executes nothing foreign, and says at once what a script asks it to say."""

from codestrata.sandbox.dummy.runner import DummyRunner

__all__ = ["DummyRunner"]
