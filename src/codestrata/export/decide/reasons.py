"""Why a file is not in the dataset: every reason there is, in the order in which they are asked.

The first that holds is the file's ``reason``; column ``failed`` has a bit for each that holds. The order is part of the
published format: new reasons are added at the end of their group and the stage's version rises.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestrata.export.quality.rules import RULES


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: its name, as it stands in column ``reason``, and what it means."""

    name: str
    about: str


REASONS: tuple[Reason, ...] = (
    Reason("not_a_file", "a symbolic link or a submodule"),
    Reason("quarantine", "the repository is in quarantine"),
    Reason("opt_out", "the owner asked not to be included"),
    Reason("unverified", "the results of a pipeline do not meet what is required"),
    Reason("size", "too many bytes"),
    Reason("unread", "the content was never analysed: object missing, damaged or over a limit"),
    Reason("lfs", "the content is a Git LFS pointer; the file itself lies elsewhere"),
    Reason("binary", "not text"),
    Reason("encoding", "text in no known character encoding"),
    Reason("empty", "no word and no sign in it"),
    Reason("language", "not one of the languages asked for, or of none that is known"),
    Reason("licence", "the licence is not one that the policy lets through"),
    Reason("vendored", "other people's code kept in the repository"),
    Reason("generated", "written by a program"),
    Reason("minified", "made small for machines"),
    Reason("test", "a test"),
    Reason("documentation", "documentation"),
    *(Reason(rule.reason, rule.about) for rule in RULES),
    Reason("quality.profile", "a check of the quality profile fails"),
    Reason("select", "the recipe's condition does not hold"),
    Reason("score", "its quality score is too low"),
    Reason("private", "secrets or personal data in it, and the policy leaves such files out"),
    Reason("contaminated", "a problem of an evaluation set is in it"),
    Reason("exact_duplicate", "the same content is kept elsewhere"),
    Reason("normal_duplicate", "the same words and signs, laid out otherwise, are kept elsewhere"),
    Reason("syntax_duplicate", "the same syntax, with other comments and layout, is kept elsewhere"),
    Reason("near_duplicate", "nearly the same content is kept elsewhere"),
    Reason("repository_duplicate", "its repository is nearly a copy of another"),
    Reason("earlier_duplicate", "an earlier dataset has it"),
    Reason("leak", "a twin of it is in another split"),
    Reason("mixture", "left out so that the mixture has its shares"),
)

#: Reason name → its bit in column ``failed``.
BIT: dict[str, int] = {reason.name: k for k, reason in enumerate(REASONS)}


def names(failed: int) -> list[str]:
    """Give the names behind a value of column ``failed``."""
    return [reason.name for k, reason in enumerate(REASONS) if failed >> k & 1]
