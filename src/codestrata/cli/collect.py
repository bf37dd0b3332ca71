"""``strata collect``: promise A4."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, line, many, note


def collect(
    root: Annotated[Path, Argument(metavar="ROOT", help="A repository, or a folder of repositories.")],
    out: Annotated[Path, Argument(metavar="OUT.jsonl", help="One object per text file: name, path, content.")],
    json: AsJson = False,
) -> None:
    """Write every text file as one JSON object per line."""
    from codestrata.workspace import collect as collect_files

    done = collect_files(root, out)
    if json:
        as_json(asdict(done))
    else:
        for name, reason in done.failed.items():
            note(f"failed: {name}: {reason}")
        of = f"of {many(done.repositories, 'repository')}"
        line(f"{many(done.files, 'text file')} {of}, {many(done.binary, 'binary file')} skipped: {out}")
    if done.failed:
        raise SystemExit(3 if done.repositories else 4)
