"""Recipe instruct: what documentation asks for, and the function that answers; issues, and what mended them."""
