"""What a recipe has before its file says anything: the published practice, each figure with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codestrata.settings.tree import put

_STARCODER = "StarCoder (arXiv:2305.06161), §4: replaced before training"
_LEAK_FREE = "98/1/1 by family: no clone or fork of a training file in a test"


@dataclass(frozen=True, slots=True)
class Figure:
    """One setting of a preset, by its name from the root, with where its value is from."""

    key: str
    value: Any
    source: str


#: What all recipes share.
COMMON = (
    Figure("export.licences.classes", ["permissive", "public-domain"], "Blue Oak Council's list; The Stack v2"),
    Figure("export.quality.max_line", 1000, "characters; StarCoder2 (arXiv:2402.19173), §2.1"),
    Figure("export.quality.mean_line", 100, "characters; StarCoder2, §2.1"),
    Figure("export.quality.alpha", 0.25, "share of letters; StarCoder2, §2.1"),
    Figure("export.dedup.threshold", 0.7, "exact Jaccard of 5-word shingles; StarCoder2, §2.1"),
    Figure("export.dedup.normal", value=True, source="another layout of the same words and signs is no other text"),
    Figure("export.decontaminate.lists", ["humaneval", "verilogeval"], "10 words in a row; DeepSeek-Coder, §2.3"),
    Figure("export.privacy.secrets", "redact", _STARCODER),
    Figure("export.privacy.private_keys", "drop", "a file that is a key teaches nothing else"),
    Figure("export.privacy.emails", "redact", _STARCODER),
    Figure("export.privacy.addresses", "redact", _STARCODER),
    Figure("export.split.by", "family", _LEAK_FREE),
    Figure("export.split.validation", 0.01, _LEAK_FREE),
    Figure("export.split.test", 0.01, _LEAK_FREE),
    Figure("export.gates.texts", value=True, source="every text is looked through once more before it is published"),
)

_HISTORY = Figure("ingest.strategy", "full", "a commit's files before and after it are needed")

#: What each recipe has besides, or instead.
PRESETS: Mapping[str, tuple[Figure, ...]] = {
    "pretrain": (),
    "repo": (Figure("export.repo.context", 16_384, "tokens; StarCoder2, long context"),),
    "fim": (
        Figure("export.fim.rate", 0.5, "share of files that are cut; StarCoder2, §5.3"),
        Figure("export.fim.spm", 0.5, "of those, suffix first; Bavarian et al. (arXiv:2207.14255)"),
    ),
    "instruct": (
        Figure("export.instruct.doc_words", 3, "words; CodeSearchNet (arXiv:1909.09436), §2"),
        Figure("export.instruct.body_lines", 3, "lines; CodeSearchNet, §2"),
    ),
    "commits": (
        _HISTORY,
        Figure("export.commits.most_files", 1, "CommitPackFT (arXiv:2308.07124), its filters"),
        Figure("export.commits.most_bytes", 50_000, "bytes of a file; CommitPackFT, commitpackft_filters1.py"),
        Figure("export.commits.message_words", 4, "words; CommitPackFT, commitpackft_filters2.py"),
    ),
    "patterns": (
        Figure("analyze.levels", [f"L{n}" for n in range(1, 9)], "what the rows are made of"),
        Figure("export.patterns.most", 20, "places of one rule in one repository; idioms are all over"),
    ),
    "verified": (
        _HISTORY,
        Figure("export.verified.most", 50, "newest commits; fail-to-pass as SWE-bench (arXiv:2310.06770), §2.1"),
        Figure(
            "export.verified.timeout", 600, "seconds for a run of the tests; run before a row is made, as SWE-rebench"
        ),
        Figure("export.verified.runs", 2, "runs of each side; several, as SWE-bench-Live (arXiv:2505.23419)"),
        Figure(
            "export.verified.unbuilt",
            "compare",
            "with the commit before as it was, as Multi-SWE-bench (arXiv:2504.02605)",
        ),
        Figure(
            "export.verified.margin_days", 1, "days; packages of the commit's day, as RepoLaunch (arXiv:2505.23419)"
        ),
        Figure("export.dedup.level", "exact", "rows are no files: near twins of files take none away"),
    ),
}


def figures(kind: str) -> tuple[Figure, ...]:
    """Give the figures of a recipe: what all share, then its own."""
    return (*COMMON, *PRESETS[kind])


def preset(kind: str) -> dict[str, Any]:
    """Give a recipe's preset as a tree of settings."""
    tree: dict[str, Any] = {}
    for one in figures(kind):
        put(tree, one.key.split("."), one.value, where=f"preset {kind}")
    return tree
