"""What is asked of the nodes of syntax trees, laid out as columns in pre-order."""
