"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Source = Annotated[str, typer.Argument(help="A CSV or name list, or one URL, purl, path or archive.")]
Workers = Annotated[int | None, typer.Option("--workers", "-j", help="Worker processes [default: one a core].")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Where the dataset goes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
