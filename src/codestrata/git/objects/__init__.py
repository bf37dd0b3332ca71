"""Objects: blobs out of a bare repository's object store, many at a time, faster than git prints them."""

from codestrata.git.objects.batch import Batch
from codestrata.git.objects.reader import Objects

__all__ = ["Batch", "Objects"]
