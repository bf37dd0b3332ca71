"""The whole life of a file: every gate that was asked, what it judged and by what, and what became of the file."""
