"""Who is in which split: by a hash with a seed, or by a day. Nobody's split depends on who else is there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.settings.recipe import SplitSettings

#: The splits in the order of a dataset's files; a row's number here stands for its split.
SPLITS = ("train", "validation", "test")
TRAIN, VALIDATION, TEST = range(3)


def check_split(settings: SplitSettings) -> None:
    """Raise InvalidInput for shares that are more than a whole, and for days that are none, missing or misordered."""
    if settings.validation + settings.test > 1:
        said = f"{settings.validation} and {settings.test} are more than a whole"
        raise InvalidInput(said, where="settings export.split.validation, export.split.test")
    if settings.by == "time" and not asked(settings):
        hint = "split: {by: time, test_from: 2025-06-01}; shares are of families"
        raise InvalidInput("time splits by days, and none is set", where="setting export.split.by", hint=hint)
    days = [_day(settings, name) for name in ("validation_from", "test_from")]
    if all(days) and days[0] > days[1]:
        said = f"{settings.test_from} comes before {settings.validation_from}"
        raise InvalidInput(said, where="setting export.split.test_from", hint="what is newest is in split test")


def asked(settings: SplitSettings) -> bool:
    """Say whether there is any split but train."""
    if settings.by == "time":
        return bool(settings.validation_from or settings.test_from)
    return settings.validation > 0 or settings.test > 0


def split_of_day(settings: SplitSettings, when: int) -> int:
    """Give the split of what happened at a time, in seconds since 1970; days begin at midnight UTC."""
    day = datetime.fromtimestamp(when, UTC).date().toordinal()
    if (first := _day(settings, "test_from")) and day >= first:
        return TEST
    if (first := _day(settings, "validation_from")) and day >= first:
        return VALIDATION
    return TRAIN


def _day(settings: SplitSettings, name: str) -> int:
    """Give a day's number; 0 where none is set."""
    text = str(getattr(settings, name))
    try:
        return date.fromisoformat(text).toordinal() if text else 0
    except ValueError as error:
        hint = "write it as 2025-06-01"
        raise InvalidInput(f"{text!r} is no day", where=f"setting export.split.{name}", hint=hint) from error


def split_of_chance(settings: SplitSettings, members: Sequence[str]) -> int:
    """Give the split of a family by the names of its repositories.

    The member whose hash is smallest speaks for all. Larger shares keep whom smaller ones chose, and a repository that
    comes later moves nobody but its own kin, and these seldom.
    """
    speaker = min(_digest(settings.seed, member) for member in members)
    chance = int.from_bytes(speaker[8:], "big") / 2**64
    if chance < settings.test:
        return TEST
    return VALIDATION if 1 - chance <= settings.validation else TRAIN


def _digest(seed: int, text: str) -> bytes:
    return hashlib.blake2b(f"split {seed} {text}".encode(), digest_size=16).digest()
