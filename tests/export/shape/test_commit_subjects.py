"""Subjects of commits as requests."""

from __future__ import annotations

import pytest

from codestrata.export.shape.commits.subjects import Message, asked, body, failed
from codestrata.settings.shape import CommitSettings

ASKED = {
    "shop: compute areas by multiplication (#12)": "Compute areas by multiplication",
    "fix(shop)!: handle shapes of no width": "Handle shapes of no width",
    "[shop] Add a width, fixes #12.": "Add a width",
    ":bug: Add a width [skip ci]": "Add a width",
    "Revert: add a width": "Revert: add a width",
    "[WIP] add a width": "[WIP] add a width",
    "Say why...": "Say why...",
}
PASSES = [
    "rust: don't run rust-2021-compatibility lints",
    "Explicitly show the width of shapes",
    "Un-break builds after PKCS#12 was added",
    "Also check the width of shapes",
    "Apply the width to all shapes",
]


@pytest.mark.parametrize("subject", ASKED)
def test_a_subject_loses_the_marks_of_trackers(subject: str) -> None:
    """Modules, types, numbers and full stops go; what says that it is to be undone or not done yet stays."""
    assert asked(subject) == ASKED[subject]


@pytest.mark.parametrize("subject", PASSES)
def test_what_asks_for_something_passes(subject: str) -> None:
    """No gate turns away what a programmer could do."""
    assert failed(Message(asked(subject), "Ada Example"), CommitSettings()) == ""


@pytest.mark.parametrize("subject", ["Revert: add a width to shapes", "[WIP] add a width to shapes"])
def test_what_is_undone_or_unfinished_does_not(subject: str) -> None:
    """A prefix may say so as well as a word."""
    assert failed(Message(asked(subject), "Ada Example"), CommitSettings()) in {"undone", "unfinished"}


def test_trailers_go_and_the_rest_of_a_message_stays() -> None:
    """People are named in trailers, reasons in the text above."""
    message = "Add a width\n\nShapes have one.\n\nReviewed-by: Ada <ada@example.org>\nChange-Id: I1234\n"
    assert body(message) == "Add a width\n\nShapes have one."
