"""Settings of analyze."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Names, Section

Level = Literal["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8"]


class AnalyzeSettings(Section):
    """How much of what there is gets analysed."""

    max_blob_bytes: Annotated[int, Meta(ge=0)] = 10_000_000
    """Larger files are listed, not read. Source: StarCoder2 (arXiv:2402.19173), section 2.1."""
    max_parsed_bytes: Annotated[int, Meta(ge=0)] = 1_048_576
    """Larger files get no syntax tree: what is larger is data or made by a program, and costs more than it tells."""
    threads_file: str = ""
    """A file of issues and pull requests, a JSON object a line, to find reasons in (L8); see docs/reasons.md."""
    levels: tuple[Level, ...] = ()
    """Levels of patterns to look for (L1 to L8), in trees, manifests, history; without any, only what datasets need."""
    rules: Names = ()
    """Folders of rules of your own, looked for beside ours."""
