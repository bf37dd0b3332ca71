"""What tools say of many repositories, an object for each (promise A3)."""

from __future__ import annotations

from codestrata.ci.outputs.run import Outputs, outputs
from codestrata.ci.outputs.stand import Hosts, Stand

__all__ = ["Hosts", "Outputs", "Stand", "outputs"]
