"""Keys and tokens that providers give out, told by how they begin. Facts of prefixes and lengths are the providers'."""

from codestrata.privacy.providers.clouds import CLOUDS
from codestrata.privacy.providers.forges import FORGES
from codestrata.privacy.providers.services import SERVICES

PROVIDERS = (*CLOUDS, *FORGES, *SERVICES)

__all__ = ["PROVIDERS"]
