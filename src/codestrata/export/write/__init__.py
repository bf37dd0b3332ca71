"""Writing: shards of samples, the stubs of what was dropped, manifest, card, attribution."""
