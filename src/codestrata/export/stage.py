"""The door of export."""

from codestrata.engine.base import Stage
from codestrata.export.collect import Collected, collect
from codestrata.export.decide.reasons import REASONS
from codestrata.export.decide.stage import Decide
from codestrata.export.write.lineage import Lineage, trace
from codestrata.export.write.publish import check_target, publish
from codestrata.export.write.published import Published
from codestrata.export.write.texts import Texts

STAGES: tuple[Stage, ...] = (Decide(), Texts())

__all__ = ["REASONS", "STAGES", "Collected", "Lineage", "Published", "check_target", "collect", "publish", "trace"]
