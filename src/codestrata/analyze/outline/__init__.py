"""What recipe repo asks of trees, imports and where definitions begin, without all else that analyze.syntax reads."""
