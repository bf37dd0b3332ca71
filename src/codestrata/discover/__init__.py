"""discover: a list of repositories in any usual form → repositories, each with the row it came from."""
