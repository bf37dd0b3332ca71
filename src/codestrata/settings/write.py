"""Settings of how a dataset is written."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Section


class WriteSettings(Section):
    """Files, formats and sizes of a dataset."""

    format: Literal["parquet", "jsonl", "jsonl.zst"] = "parquet"
    """What the shards are: Parquet (zstd inside), JSON Lines, or JSON Lines under zstd."""
    shard_mb: Annotated[int, Meta(ge=1, le=2048)] = 64
    """Text per shard aimed at, in MB (10^6 bytes); boundaries move a little so that later commits move few of them."""
    name: str = "codestrata-dataset"
    """What the dataset card calls the dataset."""
