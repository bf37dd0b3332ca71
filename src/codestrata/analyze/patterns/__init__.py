"""Design patterns (L2): detectors over the types and members of a snapshot."""
