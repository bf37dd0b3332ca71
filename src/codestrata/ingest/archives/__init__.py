"""Source archives (tar, zip and what is one of them: wheel, crate, npm tarball) → bare Git repositories."""

from codestrata.ingest.archives.repository import import_archive, import_folder

__all__ = ["import_archive", "import_folder"]
