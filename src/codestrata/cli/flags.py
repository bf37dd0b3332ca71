"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Source = Annotated[str, typer.Argument(metavar="LIST", help="A CSV or name list, or one URL, purl, path or archive.")]
Workers = Annotated[int | None, typer.Option("--workers", "-j", metavar="N", help="How many work at once.")]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where the dataset goes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
