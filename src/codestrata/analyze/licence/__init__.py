"""Licences of files: SPDX tags, whole texts, notices in headers, manifests, and the files' names that matter."""

from __future__ import annotations

from codestrata.analyze.licence.batch import facts
from codestrata.analyze.licence.kinds import joined, kinds, parted

__all__ = ["VERSION", "facts", "joined", "kinds", "parted"]

VERSION = "2"
"""Part of the version of every stage that stores licence facts; rises when the same bytes may give another answer."""
