"""What settings name, looked at before any work: rules, checks of profiles, parts of the score, licences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput
from codestrata.settings.meant import meant

if TYPE_CHECKING:
    from codestrata.settings.export import LicenceSettings, QualitySettings


#: What no file system and no list of files takes in a name: separators, what shells and Windows mean otherwise,
#: characters that are not shown. A name does not begin as a hidden file or an option does, nor end unseen.
_UNSAFE = re.compile(r'[/\\<>:"|?*\x00-\x1f\x7f-\x9f\u2028\u2029]|\A[.\s-]|[.\s]\Z')
#: Bytes of a name, at most.
_LONGEST = 100


def unsafe(name: str) -> str:
    """Say what keeps a text from being the name of a file; nothing where nothing does."""
    if not name:
        return "a name is at least one letter"
    if found := _UNSAFE.search(name):
        place = "first" if found.start() == 0 else "last" if found.end() == len(name) else "in it"
        return f"it has {found[0]!r} {place}"
    if len(name.encode("utf-8", "surrogateescape")) > _LONGEST:
        return f"it is longer than {_LONGEST} bytes"
    return ""


def check_name(name: str) -> None:
    """Raise InvalidInput where a dataset's name is no safe name of a file."""
    if why := unsafe(name):
        where = "setting export.write.name"
        raise InvalidInput(f"{name!r} cannot be the name of a file: {why}", where=where, hint="such as my-dataset")


def check_quality(settings: QualitySettings) -> None:
    """Raise InvalidInput where ``skip``, ``thresholds`` or ``weights`` name what there is not."""
    if not (settings.skip or settings.thresholds or settings.weights):
        return
    from codestrata.export.decide.gates.score import WEIGHTS
    from codestrata.export.quality.profiles import PROFILES
    from codestrata.export.quality.rules import RULES

    profile = PROFILES[settings.profile]
    checks = [f"{one.name}.{check.name}" for one in PROFILES.values() for check in one.checks]
    _known(settings.skip, [*(rule.reason for rule in RULES), *checks], "quality.skip", "rule")
    of = f"profile {profile.name} has no check"
    if settings.thresholds and not profile.checks:
        hint = "its figures are settings of their own, such as quality.max_line"
        first = next(iter(settings.thresholds))
        raise InvalidInput(f"{of} {first!r}", where="setting export.quality.thresholds", hint=hint)
    _known(settings.thresholds, [check.name for check in profile.checks], "quality.thresholds", "check", of)
    _known(settings.weights, WEIGHTS, "quality.weights", "part of the score")
    for name, weight in settings.weights.items():
        if weight < 0:
            where = f"setting export.quality.weights.{name}"
            raise InvalidInput(f"{weight} is less than nothing", where=where, hint="weights are from 0 on")


def check_licences(settings: LicenceSettings) -> None:
    """Raise InvalidInput where ``classes`` names a class, or ``allow`` and ``deny`` a licence, that there is not."""
    from codestrata.model.licence import CLASSES, is_known
    from codestrata.model.spdx import table

    _known([name.lower() for name in settings.classes], CLASSES, "licences.classes", "class of licences")
    for setting in ("allow", "deny"):
        given = [name for name in getattr(settings, setting) if not is_known(name)]
        _known(given, [one.id for one in table().values()] if given else (), f"licences.{setting}", "SPDX id")


def _known(names: Iterable[str], known: Collection[str], setting: str, what: str, said: str = "") -> None:
    for name in names:
        if name not in known:
            hint = meant(name, known, "there are")
            raise InvalidInput(f"{said or f'no {what}'} {name!r}", where=f"setting export.{setting}", hint=hint)
