"""The door of export. What stands behind a name is loaded when the name is asked for: some of it is heavy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.engine.base import Stage
    from codestrata.export.amend.takedown import TakenDown, takedown
    from codestrata.export.amend.tombstones import tombstones
    from codestrata.export.collect import Collected, collect
    from codestrata.export.compare.difference import Both, Difference, Sum
    from codestrata.export.compare.member import Membership, member
    from codestrata.export.decide.gates.select import check_select
    from codestrata.export.decide.reasons import REASONS
    from codestrata.export.explain.life import Life, explain
    from codestrata.export.named import check_licences, check_name, check_quality, unsafe
    from codestrata.export.policy import read_opt_out, read_pattern
    from codestrata.export.shape.stage import shape_of
    from codestrata.export.shape.verified.candidates import candidates
    from codestrata.export.shape.verified.reading import worth
    from codestrata.export.split.outcome import KIN, uneven
    from codestrata.export.split.shares import check_split
    from codestrata.export.validate.check import Wanted, validate
    from codestrata.export.validate.judgement import Judgement, Report
    from codestrata.export.write.lineage import Lineage, trace
    from codestrata.export.write.publish import check_target, last_dataset, publish, standing
    from codestrata.export.write.published import Published

    STAGES: tuple[Stage, ...]

__all__ = [
    "KIN", "REASONS", "STAGES", "Both", "Collected", "Difference", "Judgement", "Life", "Lineage", "Membership",
    "Published", "Report", "Sum", "TakenDown", "Wanted", "candidates", "check_licences", "check_name",
    "check_quality", "check_select", "check_split", "check_target", "collect", "explain", "last_dataset",
    "member", "publish", "read_opt_out", "read_pattern", "shape_of", "standing", "takedown", "tombstones",
    "trace", "uneven", "unsafe", "validate", "worth",
]  # fmt: skip

_HOMES = {
    "KIN": "split.outcome",
    "REASONS": "decide.reasons",
    "Both": "compare.difference",
    "Collected": "collect",
    "Difference": "compare.difference",
    "Judgement": "validate.judgement",
    "Life": "explain.life",
    "Lineage": "write.lineage",
    "Membership": "compare.member",
    "Published": "write.published",
    "Report": "validate.judgement",
    "Sum": "compare.difference",
    "TakenDown": "amend.takedown",
    "Wanted": "validate.check",
    "candidates": "shape.verified.candidates",
    "check_licences": "named",
    "check_name": "named",
    "check_quality": "named",
    "check_select": "decide.gates.select",
    "check_split": "split.shares",
    "check_target": "write.publish",
    "collect": "collect",
    "explain": "explain.life",
    "last_dataset": "write.publish",
    "member": "compare.member",
    "publish": "write.publish",
    "read_opt_out": "policy",
    "read_pattern": "policy",
    "shape_of": "shape.stage",
    "standing": "write.publish",
    "takedown": "amend.takedown",
    "tombstones": "amend.tombstones",
    "trace": "write.lineage",
    "uneven": "split.outcome",
    "unsafe": "named",
    "validate": "validate.check",
    "worth": "shape.verified.reading",
}


def __getattr__(name: str) -> object:
    """Load what a name stands for."""
    if name == "STAGES":
        from codestrata.export.decide.stage import Decide
        from codestrata.export.order.stage import Orders
        from codestrata.export.overlap.stage import Overlap
        from codestrata.export.settle.stage import Settle
        from codestrata.export.shape.stage import Shapes
        from codestrata.export.tokens.stage import Tokens
        from codestrata.export.write.texts import Texts

        return Overlap(), Decide(), Tokens(), Texts(), Orders(), Shapes(), Settle()
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"codestrata.export.{_HOMES[name]}"), name)
