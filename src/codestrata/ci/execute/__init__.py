"""Running a plan over one repository at one commit: ``execute`` takes both and gives results.

Rooms, layers and threads are gone when it returns. Nothing outlives it but caches and artifacts, and these appear by
one rename: a process that is killed in the middle leaves nothing that a later run could take for whole.
"""

from codestrata.ci.execute.execute import execute
from codestrata.ci.execute.scene import Scene, Tell, ignore
from codestrata.ci.tools.use import ToolUse

__all__ = ["Scene", "Tell", "ToolUse", "execute", "ignore"]
