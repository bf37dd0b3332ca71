"""The gate of private things, where the acceptance tests do not reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codestrata.export.decide.gates import GATES, Case
from codestrata.export.decide.gates.private import UNSEEN
from codestrata.export.decide.verdicts import Verdicts
from codestrata.export.private import Policy
from codestrata.export.redact import Edit, Edits
from codestrata.settings.export import ExportSettings
from codestrata.settings.recipe import PrivacySettings
from codestrata.store.columns import Varlen
from codestrata.store.tables import Tables


def test_what_nobody_looked_through_is_not_published(tmp_path: Path) -> None:
    """A blob without a row in table inspected fails, unless everything is kept anyway."""
    files = {"blob": Varlen.of([b"a" * 20, b"b" * 20], text=False), "redactions": np.zeros(2, np.int32)}
    nothing = {"private": {"inspected": [], "private": []}}
    for action, dropped in (("redact", 2), ("keep", 0)):
        settings = ExportSettings(privacy=PrivacySettings(emails=action))
        found = Verdicts.none(2)
        GATES["private"].judge(found, Case(Tables(tmp_path), dict(files), [], settings, nothing, []))
        told = found.columns()
        assert [reason == "private" for reason in told["reason"].strings()].count(True) == dropped
        assert {rule for rule in told["rule"].strings() if rule} == ({UNSEEN} if dropped else set())


def test_a_policy_says_what_becomes_of_each_kind() -> None:
    """Secrets of all kinds go by one setting, keys in files by their own; with a limit alone something is asked."""
    policy = Policy.of(PrivacySettings(secrets="redact", private_keys="drop"))
    acts = [policy.act(kind) for kind in ("token", "key", "password", "private_key", "email")]
    assert acts == ["redact", "redact", "redact", "drop", "keep"]
    assert Policy.of(PrivacySettings(most=1)).asks
    assert not Policy.of(PrivacySettings()).asks


def test_edits_name_themselves_in_a_spec() -> None:
    """Other edits, another digest; none, nothing: what has no placeholders keeps its key. JSON gives the same back."""
    one = Edits({b"a" * 20: [Edit(1, 3, b"<IP>"), Edit(5, 9, b"<NAME>\n")]})
    other = Edits({b"a" * 20: [Edit(1, 3, b"<IP>"), Edit(5, 9, b"<NAME>")]})
    assert Edits().told() == {}
    assert one.told() != other.told()
    assert Edits.unpack(one.packed()).of == one.of
    assert one.among([b"b" * 20]).told() == {}
    assert one.apply(b"a" * 20, b"0123456789") == b"0<IP>34<NAME>\n9"
