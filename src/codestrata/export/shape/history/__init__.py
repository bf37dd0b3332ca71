"""History as rows: what commits changed of files that may be exported, with their texts before and after."""
