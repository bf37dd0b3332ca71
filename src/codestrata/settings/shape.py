"""Settings of recipes whose rows are not whole files."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Names, Section

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]


#: What a syntax-aware middle may be.
NodeKind = Literal["function", "block", "statement", "arguments", "expression"]


class FimSettings(Section):
    """Fill in the middle: a text cut into prefix, middle and suffix."""

    rate: Share = 0.5
    """The share of texts that are cut; the rest stays as it is. Source: StarCoder2 (arXiv:2402.19173), §5."""
    spm: Share = 0.5
    """Of those, the share in the order suffix, prefix, middle. Source: Bavarian et al. (arXiv:2207.14255), §3."""
    cut: Literal["character", "syntax"] = "character"
    """Cut anywhere, or around whole nodes of the syntax tree where there is one; files without a tree are cut anywhere.
    Source of the second: Gong et al., AST-FIM (arXiv:2506.00204)."""
    kinds: tuple[NodeKind, ...] = ("function", "block", "statement", "arguments", "expression")
    """Which nodes a syntax-aware middle may be; each of those a text has is as likely as the others."""
    chunk: Count = 0
    """Longer files are cut into chunks of at most so many characters, at lines, and each chunk is a text of its own;
    0: files stay whole. Source of the idea: StarCoder2 §5, which cuts chunks of a repository's context."""
    words: Literal["starcoder", "santacoder", "deepseek-coder", "qwen2.5-coder", "codegemma", "codellama"] = "starcoder"
    """The words between the parts, as a model's tokenizer knows them; docs/recipes-fim-repo.md has their sources."""
    prefix: str = ""
    """The word before the prefix, in place of the model's."""
    middle: str = ""
    """The word before the middle, in place of the model's."""
    suffix: str = ""
    """The word before the suffix, in place of the model's."""
    end: str = ""
    """The word after the middle, in place of the model's, which mostly has none."""
    collisions: Literal["whole", "drop"] = "whole"
    """What becomes of a text that has one of these words in it: it stays uncut, or makes no row."""
    seed: int = 17
    """Another number, other cuts."""


class RepoSettings(Section):
    """Whole repositories as one text, files in the order of their imports."""

    context: Annotated[int, Meta(ge=256)] = 16_384
    """Tokens of one row at most; a repository with more has several. Source: StarCoder2 (arXiv:2402.19173), §5, long
    context."""
    named: Share = 1.0
    """The share of repositories whose rows name the repository and the paths; the others have the words alone. Source
    of the idea: StarCoder2 §5, which names half of them."""
    repo_word: str = "<repo_name>"
    """The word before the repository's name. Source: StarCoder2 §5."""
    file_word: str = "<file_sep>"
    """The word before each file's path."""
    seed: int = 17
    """Another number, others are named."""


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
    issue_files: Annotated[int, Meta(ge=1)] = 5
    """A change of more files answers no issue."""
    issue_words: Count = 15
    """An issue of fewer words, title and text together, asks for nothing that can be understood."""


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


class PatternSettings(Section):
    """Entries of the strata: places where code shows a pattern, and decisions with their reasons, in their context."""

    levels: Names = ()
    """Only these levels, L1 to L8; empty means those that were looked for (analyze.levels)."""
    confidence: Share = 0.5
    """Patterns that are less sure make no row."""
    most: Annotated[int, Meta(ge=1)] = 20
    """Places of one rule in one repository that make a row at most, chosen by a hash: idioms are all over."""
    code_bytes: Annotated[int, Meta(ge=100)] = 4000
    """Bytes of code that a row shows at most, of the place and of what is around it."""


class VerifiedSettings(Section):
    """Tasks that were run: a commit's tests fail before it and pass after it."""

    most: Count = 50
    """Commits of one repository that are tried, the newest first."""
    most_files: Annotated[int, Meta(ge=2)] = 20
    """Commits that change more files are not tried."""
    timeout: Annotated[int, Meta(ge=1)] = 600
    """Seconds for each run of the tests."""
    runs: Annotated[int, Meta(ge=1)] = 2
    """Runs of the tests before, and after, of a commit that is a task by one of each; a test that ends otherwise in
    another run is left out. Source of the idea: SWE-bench-Live (arXiv:2505.23419), which runs tests several times."""
    unbuilt: Literal["compare", "keep", "drop"] = "compare"
    """Where tests of the commit keep others from being built or loaded before it: compare with the files before and
    their own tests, so that what passed there is not said to be mended; keep all as mended; or make no task of it.
    Source of the first: Multi-SWE-bench (arXiv:2504.02605), which runs three stages."""
    dated: bool = True
    """With a pipeline that is derived, fetch packages as they were on the day of the commit, where their client can.
    Source of the idea: RepoLaunch, SWE-bench-Live (arXiv:2505.23419)."""
    margin_days: Count = 1
    """Days after the commit until which packages may have come out."""
    pipeline: str = ""
    """A pipeline file that says how tests are run, with a report of them; empty: one is derived for every commit from
    its manifests, or its CI files."""
