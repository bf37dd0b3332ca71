"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.parts import Argument, Option

Rules = Annotated[
    list[str] | None, Option("--rules", metavar="DIR", help="Know the rules in this folder, too; repeatable.")
]
Source = Annotated[str, Argument(metavar="LIST", help="A CSV or name list, or one URL, purl, path or archive.")]
Workers = Annotated[int | None, Option("--workers", "-j", metavar="N", help="How many work at once.")]
Out = Annotated[Path, Option("--out", "-o", metavar="FOLDER", help="Where the dataset goes.")]
AsJson = Annotated[bool, Option("--json", help="Print as JSON.")]
