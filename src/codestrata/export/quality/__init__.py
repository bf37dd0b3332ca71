"""Which text is worth learning from: StarCoder2's basic rules as a table, and the gate that asks them."""
