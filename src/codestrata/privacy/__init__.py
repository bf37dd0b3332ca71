"""What is private in a text: secrets, e-mail addresses, public IP addresses, names of people.

Pure functions over texts in UTF-8 (:mod:`codestrata.privacy.scan`). A detector is a row of a table
(:mod:`codestrata.privacy.table`): the words it may begin with, a regular expression that must match there, and a check
of what was matched.
"""
