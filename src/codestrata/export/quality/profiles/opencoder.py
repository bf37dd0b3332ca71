"""OpenCoder's rules (arXiv:2411.04905; github.com/OpenCoder-llm/opc_data_filtering, pipeline/code_filter_config.py).

Thresholds are theirs. What is counted differs in places: words are runs of letters and digits here (theirs are what
NLTK makes of the text once signs are gone), strings and comments are those of the language's own syntax, files that
"have no variable" are those without an assignment, and where theirs asks random.random() a hash of the content decides.
Not asked: the score of lines without logic, whose parts their paper does not give.
"""

from __future__ import annotations

from codestrata.export.quality.profiles.check import COMMENTS, DATA, MEAN_LINE, PROSE, VISIBLE, XML, Check, Profile

_C = ("C", "C++")
_TYPED = ("Python", "C#", "Go", "Java", "JavaScript")
_SEVEN = (*_C, *_TYPED)
_WORDS = "greatest(words_, 1)"
_CODE = "greatest(chars - comment_chars - doc_chars, 1)"
_STRINGS = f"(string_chars - doc_chars) / {_CODE}"


def _of_words(column: str) -> str:
    return f"{column} / greatest(word_chars, 1)"


def _of_lines(column: str) -> str:
    return f"{column} / greatest(code_lines, 1)"


_REPEATS = tuple(
    Check(f"top{n}", f"too much of it is one sequence of {n} words", _of_words(f"top{n}"), most)
    for n, most in ((2, 0.20), (3, 0.18), (4, 0.16))
)
_DUPES = tuple(
    Check(f"dupe{n}", f"too much of it stands in {n} words that occur twice", _of_words(f"dupe{n}"), most, unless=PROSE)
    for n, most in ((5, 0.80), (6, 0.70), (7, 0.70), (8, 0.70), (9, 0.70), (10, 0.60))
)
_DUPES_PROSE = tuple(
    Check(f"dupe{n}_prose", f"too much prose in {n} words that occur twice", _of_words(f"dupe{n}"), 0.60, only=PROSE)
    for n in range(5, 11)
)

_GENERAL = (
    Check("replaced", "too many replacement characters", "replaced / greatest(chars, 1)", 0.01),
    Check("words", "too few words", "words_", 30, "below", unless=PROSE),
    Check("words_prose", "too few words for prose", "words_", 50, "below", only=PROSE),
    Check("chars", "too few characters", "chars", 50, "below"),
    Check("chars_data", "too many characters for data", "chars", 5000, only=DATA),
    Check("mean_word_min", "words too short on average", f"word_chars / {_WORDS}", 2, "below", unless=PROSE),
    Check("mean_word_prose", "words too short for prose", f"word_chars / {_WORDS}", 3, "below", only=PROSE),
    Check("mean_word_max", "words too long on average", f"word_chars / {_WORDS}", 10),
    Check("distinct_data", "too few different words for data", f"distinct_words / {_WORDS}", 0.4, "below", only=DATA),
    *_REPEATS,
    *_DUPES,
    *_DUPES_PROSE,
    Check("dupe_lines", "too many lines that occur twice", _of_lines("dupe_lines"), 0.7),
    Check("size", "too many bytes", "size", 3e6),
    Check("lines_min", "too few lines", "lines", 10, "below"),
    Check("lines_max", "too many lines", "lines", 100_000),
    Check("max_line", "a line too long", "max_line", 1000, unless=PROSE),
    Check("mean_line_min", "lines too short on average", MEAN_LINE, 5, "below", unless=PROSE),
    Check("mean_line_max", "lines too long on average", MEAN_LINE, 100, unless=PROSE),
    Check("alpha", "too small a share of letters", "alpha / greatest(visible, 1)", 0.5, "below"),
    Check("digits", "too large a share of digits", "digits / greatest(visible, 1)", 0.2, unless=("SQL",)),
    Check("digits_sql", "too large a share of digits for SQL", "digits / greatest(visible, 1)", 0.3, only=("SQL",)),
    Check("whitespace", "too large a share of white space", "whitespace / greatest(chars, 1)", 0.5),
    Check("comments", "almost nothing but comment", COMMENTS, 0.8),
    Check("xml_start", "an XML document", XML, 0),
    Check("announced", "says at its top that it is generated", "cast(announced as integer)", 0),
    Check("long_strings", "too many lines with long strings", _of_lines("long_strings"), 0.2, unless=(*DATA, "Shell")),
    Check("strings", "too much of it in strings", _STRINGS, 0.6, unless=(*DATA, "Shell")),
    Check("long_words", "too much of it in long words in strings", f"long_word_chars / {_CODE}", 0.4),
    Check("encoded", "a long stretch of encoded data", "encoded_max", 1024),
    Check("encoded_share", "mostly encoded data", "encoded_total / greatest(chars, 1)", 0.5),
    Check("hex", "too much of it hexadecimal", f"hex_chars / {_CODE}", 0.4),
    Check("todo", "too many lines that say todo, fixme", "todo_lines / greatest(lines, 1)", 0.01, unless=DATA),
    Check("asserts", "too many lines with assert", _of_lines("assert_lines"), 0.4, unless=(*DATA, "Shell")),
)
_SPECIAL = (
    Check("functions", "too many functions for its lines", _of_lines("functions"), 0.2, only=_SEVEN),
    Check("no_variable", "nothing is assigned", "assignments", 1, "below", only=_TYPED),
    Check("parses", "it does not parse", "error_share", 0, only=("Python", "JavaScript")),
    Check("passes", "too many lines that say pass", _of_lines("pass_lines"), 0.05, only=("Python",)),
    Check("imports", "too many imports", _of_lines("import_lines"), 0.3, only=("Python",)),
    Check("prints", "too many lines that print", _of_lines("print_lines"), 0.4, only=_SEVEN),
    Check("mains", "main more than once", "mains", 1, only=_C),
    Check("directives", "almost nothing but directives", _of_lines("directive_lines"), 0.8, only=_C),
    Check("go_tests", "a test, of which a fifth stays", "cast(test as integer)", 0, only=("Go",), stays=0.2),
    Check("visible_share", "HTML with too small a share of visible text", VISIBLE, 0.2, "below", only=("HTML",)),
    Check("visible_chars", "HTML with too little visible text", "visible_chars", 100, "below", only=("HTML",)),
)

OPENCODER = Profile("opencoder", "OpenCoder (arXiv:2411.04905)", (*_GENERAL, *_SPECIAL))
#: What the profile ``strict`` takes over: rules that hold for every language.
GENERAL = _GENERAL
