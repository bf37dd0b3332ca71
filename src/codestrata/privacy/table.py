"""Every detector there is."""

from __future__ import annotations

from codestrata.privacy.addresses import ADDRESSES
from codestrata.privacy.assigned import ASSIGNMENTS
from codestrata.privacy.detector import Detector
from codestrata.privacy.emails import EMAIL
from codestrata.privacy.logins import LOGINS
from codestrata.privacy.names import NAMES
from codestrata.privacy.private_keys import PRIVATE_KEYS
from codestrata.privacy.providers import PROVIDERS

DETECTORS: tuple[Detector, ...] = (*PROVIDERS, *PRIVATE_KEYS, *LOGINS, *ASSIGNMENTS, EMAIL, *ADDRESSES, *NAMES)
