"""Settings of recipes whose rows are not whole files."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Section

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]


class FimSettings(Section):
    """Fill in the middle: a text cut into prefix, middle and suffix."""

    rate: Share = 0.5
    """The share of files that are cut; the rest stays as it is. Source: StarCoder2 (arXiv:2402.19173), §5.3."""
    spm: Share = 0.5
    """Of those, the share in the order suffix, prefix, middle. Source: Bavarian et al. (arXiv:2207.14255)."""
    cut: Literal["character", "syntax"] = "character"
    """Cut anywhere, or around whole nodes of the syntax tree where there is one."""
    prefix: str = "<fim_prefix>"
    """The word before the prefix. Source: StarCoder."""
    middle: str = "<fim_middle>"
    """The word before the middle."""
    suffix: str = "<fim_suffix>"
    """The word before the suffix."""
    seed: int = 17
    """Another number, other cuts."""


class RepoSettings(Section):
    """Whole repositories as one text, files in the order of their imports."""

    context: Annotated[int, Meta(ge=256)] = 16_384
    """Tokens of one row at most; a repository with more has several. Source: StarCoder2, long context."""
    repo_word: str = "<repo_name>"
    """The word before the repository's name. Source: StarCoder2."""
    file_word: str = "<file_sep>"
    """The word before each file's path."""


class InstructSettings(Section):
    """Pairs of instruction and answer."""

    doc_words: Count = 3
    """Documentation of fewer words makes no pair; parameters do not count. Source: CodeSearchNet (arXiv:1909.09436)."""
    body_lines: Count = 3
    """Bodies with fewer lines of code make no pair. Source: CodeSearchNet (arXiv:1909.09436)."""
    most_lines: Count = 200
    """Bodies of more lines make no pair."""
    doc_lines: Count = 60
    """Documentation of more lines makes no pair: it is a manual, and asks for nothing."""
    issues: bool = True
    """Also pairs of an issue and the change that mends it, where analyze.threads_file has issues."""


class CommitSettings(Section):
    """Pairs of before and after with the message. Source: CommitPackFT (arXiv:2308.07124), its filters."""

    most_files: Annotated[int, Meta(ge=1)] = 1
    """Commits that change more files make no row."""
    most_bytes: Count = 50_000
    """A file with more bytes before or after makes no row. Source: CommitPackFT, commitpackft_filters1.py."""
    message_words: Count = 4
    """Subjects of fewer words make no row. Source: CommitPackFT, commitpackft_filters2.py."""
    verbs: bool = True
    """Only subjects that begin with a verb that asks for something: Add, Fix, Use."""


class VerifiedSettings(Section):
    """Tasks that were run: a commit's tests fail before it and pass after it."""

    most: Count = 50
    """Commits of one repository that are tried, the newest first."""
    timeout: Annotated[int, Meta(ge=1)] = 600
    """Seconds for each run of the tests."""
