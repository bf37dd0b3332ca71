"""Settings of export: what a dataset takes in. Where a figure is somebody's, its source stands beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Names, Section
from codestrata.settings.checks import ChecksSettings
from codestrata.settings.recipe import (
    DecontaminateSettings,
    GateSettings,
    MixtureSettings,
    PrivacySettings,
    SplitSettings,
    TokenSettings,
)
from codestrata.settings.shape import (
    CommitSettings,
    FimSettings,
    InstructSettings,
    PatternSettings,
    RepoSettings,
    VerifiedSettings,
)
from codestrata.settings.write import WriteSettings

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]


#: The quality profiles, and those of them that count textures or look at syntax trees.
Profile = Literal[
    "starcoder2",
    "starcoder",
    "deepseek",
    "opencoder",
    "seed-coder",
    "nemo",
    "data-juicer",
    "olmo",
    "strict",
    "none",
]
_TEXTURED = frozenset({"starcoder", "deepseek", "opencoder", "nemo", "data-juicer", "strict"})
_PARSED = frozenset({"opencoder", "seed-coder", "strict"})
#: What rows can be.
Recipe = Literal["pretrain", "repo", "fim", "instruct", "commits", "patterns", "verified"]


class LicenceSettings(Section):
    """Which licences may be exported. OR in an expression lets the better side count, AND asks for both."""

    policy: Literal["", "public-domain", "permissive", "weak-copyleft", "copyleft", "any"] = ""
    """A set of classes by name, in place of ``classes``, each with those before it: public-domain; permissive;
    weak-copyleft; copyleft (network copyleft, too); any (all classes that there are; unknown has its own setting)."""
    classes: Names = ("permissive", "public-domain")
    """Licence classes that may be exported (permissive, public-domain, weak-copyleft, copyleft, …)."""
    allow: Names = ()
    """SPDX ids that may be exported whatever their class."""
    deny: Names = ()
    """SPDX ids that may not be exported whatever their class; stronger than allow."""
    unknown: Literal["drop", "keep"] = "drop"
    """What becomes of files whose licence nobody found or knows."""
    confidence: Share = 0.0
    """A licence found with less confidence than this counts as not found."""


class FileSettings(Section):
    """Which files are looked at, before any question of quality."""

    max_bytes: Count = 10_000_000
    """Larger files are dropped. Source: StarCoder2 §2.1."""
    languages: Names = ()
    """Only these languages (Linguist's names); empty means all."""
    unknown_language: Literal["drop", "keep"] = "keep"
    """What becomes of text in no known language."""
    vendored: Literal["drop", "keep"] = "drop"
    """What becomes of other people's code kept in the repository."""
    generated: Literal["drop", "keep"] = "drop"
    """What becomes of generated files. Source: StarCoder2 §2.1 (go-enry's is_generated)."""
    minified: Literal["drop", "keep"] = "drop"
    """What becomes of minified files."""
    tests: Literal["drop", "keep"] = "keep"
    """What becomes of tests."""
    documentation: Literal["drop", "keep"] = "keep"
    """What becomes of documentation."""


class QualitySettings(Section):
    """The quality gate: StarCoder2's basic rules (arXiv:2402.19173 §2.1) with the thresholds of the paper."""

    enabled: bool = True
    """Apply the rules at all."""
    profile: Profile = "starcoder2"
    """Which published gate set is asked; see docs/quality.md. Thresholds below are those of starcoder2 and strict."""
    thresholds: dict[str, float] = {}  # noqa: RUF012 -- msgspec copies it
    """Other thresholds for checks of the profile, by their names: ``lines_min`` = 5."""
    score: Share = 0.0
    """The least quality score of a file: parses, documented, readable, tests, lint, alive; 0: none is asked for."""
    weights: dict[str, float] = {}  # noqa: RUF012 -- msgspec copies it
    """Other weights of the parts of the score: parses, documented, readable, tests, lint, alive."""
    skip: Names = ()
    """Rules to leave out, by their reason, such as quality.max_line."""
    max_lines: Count = 100_000
    """More lines than this: dropped."""
    mean_line: Count = 100
    """Longer lines than this on average, in characters: dropped (data and text languages excepted)."""
    max_line: Count = 1000
    """A line longer than this, in characters: dropped (data and text languages excepted)."""
    max_line_data: Count = 100_000
    """The same for data and text languages (HTML, JSON, Markdown, Roff, Roff Manpage, SMT, TeX, Text, XML)."""
    alpha: Share = 0.25
    """A smaller share of letters: dropped (Motorola 68K Assembly and WebAssembly excepted)."""
    alnum: Share = 0.25
    """A smaller share of letters and digits: dropped (Motorola 68K Assembly and WebAssembly only)."""
    encoded_max: Count = 1024
    """A longer stretch of base64, hexadecimal or escaped data, in characters: dropped."""
    encoded_share: Share = 0.5
    """A larger share of such data: dropped."""
    data_lines: Count = 512
    """More lines than this in Text, JSON, YAML, Web Ontology Language, Graphviz: dropped."""
    visible_chars: Count = 100
    """HTML with less visible text, in characters: dropped."""
    visible_share: Share = 0.2
    """HTML with a smaller share of visible text: dropped."""

    @property
    def textured(self) -> bool:
        """Say whether textures are needed."""
        return self.enabled and self.profile in _TEXTURED

    @property
    def parsed(self) -> bool:
        """Say whether syntax trees are needed."""
        return self.enabled and (self.profile in _PARSED or self.score > 0)


class DedupSettings(Section):
    """Duplicates: removed only where a twin is kept, and every removal names it."""

    level: Literal["none", "exact", "near"] = "near"
    """Keep every copy, one file of each content, or one of each group of nearly equal contents."""
    threshold: Annotated[float, Meta(gt=0, le=1)] = 0.7
    """Exact Jaccard of the 5-word shingle sets from which two files are near duplicates. Source: StarCoder2 §2.1."""
    languages: Names = ()
    """Look for near duplicates in these languages only; empty means in all."""
    min_words: Annotated[int, Meta(ge=5)] = 5
    """Files of fewer words are compared exactly only: they have no five words in a row."""
    normal: bool = False
    """Of files with the same words and signs in the same order, laid out otherwise, keep one."""
    syntax: bool = False
    """Of files with the same syntax tree, comments and layout aside, keep one; files are parsed for that."""
    repositories: Share = 0.0
    """Jaccard of what survives of two repositories from which the lesser goes as a copy, 0.8 for instance; 0: none
    does."""
    against: Names = ()
    """Folders of earlier datasets: what they have is left out of this one."""
    stable: bool = False
    """What the datasets of against have is not left out, but wins over all its twins: survivors stay who they were."""
    index: bool = False
    """Write index/ into the dataset, so that a later one can be held against it without measuring its texts again."""
    tables: bool = False
    """Write duplicates/ into the dataset: every pair of a duplicate and its kept twin, and how large clusters are."""


class ExportSettings(Section):
    """What a dataset takes in, and how it is written."""

    recipe: Recipe = "pretrain"
    """What a row is: a file, a repository, a file to fill in, an instruction with its answer, a commit, a pattern,
    a task that was run."""
    select: str = ""
    """A condition over the columns of table decisions that files must meet: ``language in ('Rust', 'Go') and lines
    > 5``."""
    licences: LicenceSettings = LicenceSettings()
    files: FileSettings = FileSettings()
    quality: QualitySettings = QualitySettings()
    dedup: DedupSettings = DedupSettings()
    opt_out: Names = ()
    """Whom or what to leave out: owner/*, owner/name, owner/name:path/glob, a repository id, purl, URL or blob id."""
    opt_out_file: str = ""
    """A file with one such entry per line; what follows ``#`` is the reason."""
    checks: ChecksSettings = ChecksSettings()
    privacy: PrivacySettings = PrivacySettings()
    decontaminate: DecontaminateSettings = DecontaminateSettings()
    mixture: MixtureSettings = MixtureSettings()
    split: SplitSettings = SplitSettings()
    fim: FimSettings = FimSettings()
    repo: RepoSettings = RepoSettings()
    instruct: InstructSettings = InstructSettings()
    commits: CommitSettings = CommitSettings()
    patterns: PatternSettings = PatternSettings()
    verified: VerifiedSettings = VerifiedSettings()
    tokens: TokenSettings = TokenSettings()
    gates: GateSettings = GateSettings()
    write: WriteSettings = WriteSettings()
