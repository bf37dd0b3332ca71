"""Per-byte work over whole batches: native kernels with NumPy twins that give the same bytes."""
