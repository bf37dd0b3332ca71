"""The files of rooms whose work tree is a folder of this host: copied in, kept as layers, packed and unpacked.

Everything here treats the folder as hostile: links are never followed, names are bytes, and a process in the room may
change things meanwhile.
"""

from codestrata.sandbox.files.archive import pack, unpack
from codestrata.sandbox.files.layers import Tree, claim, destroy, furnish

__all__ = ["Tree", "claim", "destroy", "furnish", "pack", "unpack"]
