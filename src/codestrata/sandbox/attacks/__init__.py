"""Attacks that show what a runner holds: data and small programs, made against any runner of the port."""

from __future__ import annotations

from codestrata.sandbox.attacks.base import Attack, Outcome, Verdict
from codestrata.sandbox.attacks.suite import run_attacks
from codestrata.sandbox.attacks.table import ATTACKS

__all__ = ["ATTACKS", "Attack", "Outcome", "Verdict", "run_attacks"]
