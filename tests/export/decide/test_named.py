"""What settings name is one that there is: rules, checks, parts of the score, licences; each typing error is told."""

from __future__ import annotations

from typing import Any

import pytest

from codestrata.errors import InvalidInput
from codestrata.export.named import check_licences, check_quality
from codestrata.settings.export import LicenceSettings, QualitySettings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"skip": ["quality.maxline"]}, r"skip: no rule 'quality\.maxline' \(did you mean quality\.max_line\?"),
        ({"skip": ["opencoder.lines_mn"]}, r"did you mean opencoder\.lines_min\?"),
        ({"profile": "opencoder", "thresholds": {"lines_mn": 3}}, r"no check 'lines_mn' \(did you mean lines_min\?"),
        ({"thresholds": {"lines_min": 3}}, r"profile starcoder2 has no check .*settings of their own"),
        ({"weights": {"documentd": 1}}, r"no part of the score 'documentd' \(did you mean documented\?"),
        ({"weights": {"documented": -1}}, r"weights\.documented: -1\.0 is less than nothing"),
    ],
)
def test_names_of_quality(given: dict[str, Any], said: str) -> None:
    """A rule, check or part that there is not is refused, not ignored."""
    with pytest.raises(InvalidInput, match=said):
        check_quality(QualitySettings.model_validate(given))


def test_a_check_of_a_profile_can_be_skipped() -> None:
    """Rules of the profile are named as stubs name them."""
    check_quality(QualitySettings(profile="opencoder", skip=("opencoder.lines_min", "quality.max_line")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"classes": ["permisive"]}, r"no class of licences 'permisive' \(did you mean permissive\?"),
        ({"allow": ["MITT"]}, r"licences\.allow: no SPDX id 'MITT' \(did you mean MIT\?"),
        ({"deny": ["agpl-3.0-onli"]}, r"licences\.deny: no SPDX id .*did you mean AGPL-3\.0-only\?"),
    ],
)
def test_names_of_licences(given: dict[str, Any], said: str) -> None:
    """A class or an id that there is not lets nothing in and keeps nobody out."""
    with pytest.raises(InvalidInput, match=said):
        check_licences(LicenceSettings.model_validate(given))


def test_names_of_licences_that_are_known() -> None:
    """In any case, with an exception, deprecated, or of nobody's list."""
    listed = ("mit", "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0", "LicenseRef-ours")
    check_licences(LicenceSettings(classes=("Permissive",), allow=listed))
