"""The hall: the one object a face holds, the file-in, file-out commands, and what this machine can do."""

from codestrata.workspace.doctor import examine
from codestrata.workspace.files import clone, collect, filter_names, full
from codestrata.workspace.hall import Workspace
from codestrata.workspace.report import RunReport

__all__ = ["RunReport", "Workspace", "clone", "collect", "examine", "filter_names", "full"]
