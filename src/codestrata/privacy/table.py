"""Every detector there is."""

from __future__ import annotations

from codestrata.privacy.detector import Detector
from codestrata.privacy.emails import EMAIL
from codestrata.privacy.providers import PROVIDERS

DETECTORS: tuple[Detector, ...] = (*PROVIDERS, EMAIL)
