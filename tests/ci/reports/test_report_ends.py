"""A report that was cut off is told from a whole one, wherever its format has an end that shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.ci.reports import FORMATS, Source, parse
from codestrata.ci.tools import TOOLS

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
FILES = {one.name: one for one in sorted((RECORDED / "formats").iterdir())}
OURS = [(TOOLS[one.stem].format, one) for one in sorted((RECORDED / "tools").iterdir()) if one.stem in TOOLS]
WHOLE = [
    *[
        (one, FILES[f"{one}{end}"])
        for one in FORMATS
        for end in (".txt", ".xml", ".json", ".jsonl")
        if f"{one}{end}" in FILES
    ],
    *OURS,
]
#: Formats whose end does not show although they are never empty: lists of lines.
OPEN = {"cargo-tree", "mir", "go-vet-json"}


@pytest.mark.parametrize(("format_", "path"), WHOLE, ids=lambda one: getattr(one, "name", one))
def test_what_real_tools_wrote_is_whole_and_cut_off_is_not(format_: str, path: Path) -> None:
    """The recorded report is whole; its first half is not, or its format is silent, so that its step has to tell."""
    data = path.read_bytes()
    assert parse(format_, data, Source()).whole
    half = b"\n".join(data.split(b"\n")[: data.count(b"\n") // 2]) if data.count(b"\n") > 3 else data[: len(data) // 2]
    if not FORMATS[format_].silent and format_ not in OPEN:
        assert not parse(format_, half, Source()).whole


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_an_empty_report_is_one_only_of_silent_formats(format_: str) -> None:
    """Where a format always has something, nothing at all is no judgement."""
    for data in (b"", b" \n"):
        found = parse(format_, data, Source())
        assert found.whole is FORMATS[format_].silent
        assert bool(found.problems) is not found.whole


def test_what_a_tool_says_of_single_files_leaves_its_report_whole() -> None:
    """Bandit lists a file that it cannot parse; the rest it did look at."""
    told = parse("bandit-json", b'{"results": [], "errors": [{"filename": "a.py", "reason": "no Python"}]}', Source())
    assert (told.whole, told.problems) == (True, ["a.py: no Python"])
