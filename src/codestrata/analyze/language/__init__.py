"""Which language a file is in: Linguist's chain of evidence over its own tables, in batches.

``name_keys`` says what of a path matters, ``Detector`` answers for (name key, content), ``families`` says how the
language writes comments and strings.
"""

from __future__ import annotations

from codestrata.analyze.language.detector import Detector
from codestrata.analyze.language.families import families
from codestrata.analyze.language.names import known_names, name_keys, suffix_keys

__all__ = ["VERSION", "Detector", "families", "known_names", "name_keys", "suffix_keys"]

VERSION = "1"
"""Part of the version of every stage that stores languages; rises when the same bytes may give another answer."""
