"""Reading datasets that lie in a folder, in every format we write: whose each row is, and the bytes it stands in."""
