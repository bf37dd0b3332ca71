"""analyze: facts of blobs, names and marks of paths, the licence that governs each."""
