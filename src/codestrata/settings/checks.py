"""Settings of what a pipeline's results say about a dataset's repositories."""

from __future__ import annotations

from codestrata.settings.base import Section


class ChecksSettings(Section):
    """Which pipeline's results join the dataset, and what they must say. Results come from ``strata ci fleet``."""

    pipeline: str = ""
    """A pipeline's name, or the beginning of its hash; its columns join every row. Empty: none, or with ``require`` the
    one that ran last."""
    require: str = ""
    """What a repository's results must say, as a condition over the pipeline's columns:
    ``builds and tests_passed > 0 and flaky = 0``. A repository without results does not meet it."""
