"""The published gate sets as named profiles."""

from codestrata.export.quality.profiles.check import Check, Profile
from codestrata.export.quality.profiles.opencoder import OPENCODER
from codestrata.export.quality.profiles.others import (
    DATA_JUICER,
    DEEPSEEK,
    NEMO,
    NONE,
    OLMO,
    SEED_CODER,
    STARCODER,
    STARCODER2,
    STRICT,
)

__all__ = ["PROFILES", "Check", "Profile"]

PROFILES: dict[str, Profile] = {
    one.name: one
    for one in (
        STARCODER2, STARCODER, DEEPSEEK, OPENCODER, SEED_CODER, NEMO, DATA_JUICER, OLMO, STRICT, NONE
    )
}  # fmt: skip
