"""Settings of how a dataset is written."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Section

Format = Literal["parquet", "jsonl", "jsonl.zst", "json", "csv", "webdataset"]


class WriteSettings(Section):
    """Files, formats and sizes of a dataset."""

    format: Format = "parquet"
    """What the shards are: Parquet (zstd inside), JSON Lines, the same under zstd, JSON arrays, CSV (RFC 4180), or tar
    files as WebDataset reads them."""
    also: tuple[Format, ...] = ()
    """Further formats of the same rows, each in a folder of its name beside ``data/``."""
    zstd_level: Annotated[int, Meta(ge=1, le=19)] = 3
    """How hard zstd works on JSON Lines; texts inside Parquet are packed at level 1, once per content."""
    shard_mb: Annotated[int, Meta(ge=1, le=2048)] = 64
    """Text per shard aimed at, in MB (10^6 bytes); boundaries move a little so that later commits move few of them."""
    name: str = "codestrata-dataset"
    """What the dataset card calls the dataset."""
    version: str = ""
    """The version that the card and croissant.json name; a recipe has it as ``version``."""
