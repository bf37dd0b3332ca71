"""Settings of private data, evaluation sets, mixtures, splits, and what must hold of a whole dataset."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Names, Section

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Action = Literal["keep", "redact", "drop"]


class PrivacySettings(Section):
    """Secrets and personal data: kept, replaced by typed placeholders, or a reason to leave the file out."""

    secrets: Action = "keep"
    """Keys, tokens and passwords, by providers' patterns, entropy and context."""
    private_keys: Action = "keep"
    """Private keys in PEM and the like."""
    emails: Action = "keep"
    """E-mail addresses."""
    addresses: Action = "keep"
    """Public IP addresses; private, documentation and version-like ones are not looked for."""
    names: Action = "keep"
    """Names of people in headers: author, copyright and maintainer lines."""
    confidence: Share = 0.5
    """What is found with less confidence than this stays as it is. Source: docs/privacy.md, where it is measured."""
    most: Count = 0
    """A file with more secrets than this is dropped, whatever becomes of each; 0: no such limit."""
    authors: Literal["pseudonym", "drop", "keep"] = "pseudonym"
    """Authors of commits, in recipes that have them: a hash that names cannot be tried on, nothing, or as they are."""
    author_secret: str = ""
    """The name of the secret whose value keys a hash of the author's address: the same author has the same pseudonym in
    every repository. Empty: a hash of the author's first commit, which holds in one history."""


class DecontaminateSettings(Section):
    """Evaluation sets whose problems must not be in the dataset."""

    lists: Names = ()
    """Lists of hashed n-grams: names of those that are shipped, or files made by ``strata dataset evalset``; empty:
    none is looked for."""
    action: Literal["drop", "keep"] = "drop"
    """What becomes of files that hold a problem: left out, or kept and reported."""
    ngram: Annotated[int, Meta(ge=3, le=50)] = 10
    """Words in a row that make a match; a list is made for one length. Source: DeepSeek-Coder (arXiv:2401.14196),
    §2.3."""
    least: Annotated[int, Meta(ge=1)] = 1
    """Different n-grams of one problem that a file must hold. Source: DeepSeek-Coder, §2.3: any."""
    share: Share = 0.0
    """The share of a problem's n-grams that a file must hold; 0.5 is that of Tülu 3 (arXiv:2411.15124), §3.2."""
    common: Count = 5
    """N-grams in so many repositories are nobody's, in files that hold less than half of the problem; 0: never."""


class MixtureSettings(Section):
    """How much of what: shares are reached by leaving rows out, chosen by a hash of seed and content."""

    languages: dict[str, float] = {}  # noqa: RUF012 -- msgspec copies it
    """Language → weight; with any, languages that are not named are left out, and the text in each is in these
    proportions at most: the scarcest language, by its weight, keeps all it has."""
    most_per_repository: Count = 0
    """Rows of one repository at most; 0: no limit."""
    sample: Share = 1.0
    """The share of rows that stays; a larger share keeps all that a smaller one keeps."""
    seed: int = 17
    """Another number, another choice."""


class SplitSettings(Section):
    """Train, validation, test: no twin of a file in one stands in another."""

    by: Literal["family", "repository", "time"] = "family"
    """What stays together: families (forks, and repositories that share duplicates of code), single repositories, or
    what is older than a date. A file whose twin is nevertheless kept in another split is left out, reason leak."""
    validation: Share = 0.0
    """The share of families or repositories in split validation."""
    test: Share = 0.0
    """The share of families or repositories in split test."""
    seed: int = 17
    """Another number, another choice."""
    validation_from: str = ""
    """By time: snapshots (rows of commits: commits) from this day on, in UTC, are in split validation: 2025-06-01."""
    test_from: str = ""
    """By time: those from this day on are in split test."""


class GateSettings(Section):
    """What must hold of a finished dataset; a gate that fails refuses it, and names the rows."""

    enabled: bool = True
    """Look at all before a dataset is published."""
    texts: bool = False
    """Look through every text once more: secrets, evaluation sets, and whether it is what its hash says."""
    force: bool = False
    """Publish although a gate fails; the card and the manifest say so."""
    parse_rate: Share = 0.0
    """The least share of rows, in languages with a grammar, whose text parses without an error node."""
    duplicates: Share = 0.0
    """The largest share of rows whose text stands in another row, too, unless duplicates were asked for."""
    drift: Annotated[float, Meta(ge=0)] = 0.0
    """The largest change of any language's share against the dataset that is replaced; 0: not looked at."""
    least_rows: Count = 0
    """The least number of rows."""


class TokenSettings(Section):
    """Counting tokens as a model would see them."""

    tokenizer: str = ""
    """A tokenizer.json (Hugging Face tokenizers; extra ``tokens``) or a tiktoken file; empty: an estimate by words,
    marks, bytes and lines, no library."""
