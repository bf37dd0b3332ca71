"""Facts of blobs: everything that depends on content and name key alone, once per blob, ever."""
