"""What a text repeats and what its lines are made of: worked by hand, and the same from both kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import codestrata
from codestrata.kernels import library
from codestrata.kernels.families import FAMILIES, FAMILY_IDS
from codestrata.kernels.measure import SKIP
from codestrata.kernels.numpy_texture import texture_of
from codestrata.kernels.texture import COLUMNS, texture

SOURCES = sorted(p for p in Path(codestrata.__file__).parent.rglob("*") if p.suffix in {".py", ".c", ".yaml", ".rs"})


def told(text: bytes, family: str) -> dict[str, int]:
    """Count in one text."""
    ids = np.array([FAMILY_IDS[family]], np.uint8)
    found = texture(np.frombuffer(text, np.uint8), np.array([0, len(text)]), ids).counts[0].tolist()
    return dict(zip(COLUMNS, found, strict=True))


def test_words_and_what_they_repeat() -> None:
    """``ab cde`` is there three times, in whatever case; of three words that are there twice the first counts."""
    found = told(b"ab CDE ab cde\nab_cde\n", "none")
    assert (found["words"], found["word_chars"], found["distinct_words"]) == (6, 15, 2)
    assert (found["top2"], found["top3"], found["top4"]) == (3 * 5, 2 * 7, 2 * 10)
    assert found["visible"] == 16
    assert told(b"a b c d e f a b c d e", "none")["dupe5"] == 10
    assert told(b"a b c d e f a b c d e", "none")["dupe6"] == 0


def test_lines_that_repeat() -> None:
    """White space and comments aside; a brace, one sign or nothing do not count."""
    found = told(b"x = 1; // one\n  x=1;\n}\n}\n},\n},\n\n/* x=1; */\ny\n", "c")
    assert (found["code_lines"], found["dupe_lines"]) == (7, 2)


def test_strings_comments_numbers() -> None:
    """Strings with their quotes; long words in them, unless they are addresses; hexadecimal numbers of code."""
    long, address = b"x" * 21, b"https://example.org/a/b/c/d"
    found = told(b'a = "' + long + b" " + address + b'"; // 0xff todo\nb = 0xFF + y0xff;\n', "c")
    assert found["string_chars"] == 2 + 21 + 1 + len(address)
    assert found["long_word_chars"] == 21
    assert found["hex_chars"] == 4
    assert (found["todo_lines"], found["comment_chars"]) == (1, len("// 0xff todo"))
    assert told(b'"' + b"w " * 21 + b'"\n', "c")["long_strings"] == 1
    assert told(b'"' + b"w " * 20 + b'"\n', "c")["long_strings"] == 0


def test_documentation_is_told_from_other_strings() -> None:
    """In triple quotes, at the beginning of a line."""
    found = told(b'def f():\n    """One."""\n    x = """two"""\n    """s"""\n', "python")
    assert (found["doc_chars"], found["string_chars"]) == (10 + 7, 10 + 9 + 7)


def test_what_lines_are_made_of() -> None:
    """By the word they begin with, or hold."""
    text = b"import os\nfrom x import y\nimported = 1\npass\npassed = a == b\nprint(1)\nassert x\n'import os'\n#fixme\n"
    found = told(text, "python")
    assert (found["import_lines"], found["pass_lines"], found["print_lines"], found["assert_lines"]) == (2, 1, 1, 1)
    assert (found["assignments"], found["todo_lines"]) == (2, 1)
    found = told(b"#include <a>\nint main (void) { return domain(1) => 2 <= 3; }\n  # define A\n", "c")
    assert (found["directive_lines"], found["mains"], found["assignments"]) == (2, 1, 0)


def test_a_text_that_is_left_alone_says_nothing() -> None:
    """-1 everywhere."""
    found = texture(np.frombuffer(b"a b", np.uint8), np.array([0, 3]), np.array([SKIP], np.uint8))
    assert (found.counts == -1).all()


def test_an_unknown_family_is_refused() -> None:
    """There is none of this number."""
    with pytest.raises(ValueError, match="family"):
        texture(np.frombuffer(b"a", np.uint8), np.array([0, 1]), np.array([200], np.uint8))


@pytest.mark.skipif(library.library() is None, reason="no compiled kernels here: nothing to compare")
@pytest.mark.parametrize("number", range(12))
def test_both_kernels_say_the_same_of_sources(number: int) -> None:
    """Over our own sources, in a family that is theirs and in one that is not."""
    for path in SOURCES[number::120]:
        text = path.read_bytes()[:8000]
        for family in (FAMILY_IDS["python"], FAMILY_IDS["c"], number % len(FAMILIES)):
            found = texture(np.frombuffer(text, np.uint8), np.array([0, len(text)]), np.array([family], np.uint8))
            assert found.counts[0].tolist() == texture_of(text, FAMILIES[family]), path.name


_PIECES = (b"todo", b"# ", b"// ", b'"', b"'", b"\n", b" ", b"a", b"0xAf", b"import ", b"pass", b"},", b"=", b"main(")


@pytest.mark.skipif(library.library() is None, reason="no compiled kernels here: nothing to compare")
@given(st.lists(st.sampled_from(_PIECES) | st.binary(max_size=3), max_size=60), st.integers(0, len(FAMILIES) - 1))
def test_both_kernels_say_the_same_of_anything(parts: list[bytes], family: int) -> None:
    """Whatever bytes in whatever family."""
    text = b"".join(parts)
    ids = np.array([family], np.uint8)
    found = texture(np.frombuffer(text, np.uint8), np.array([0, len(text)]), ids).counts[0].tolist()
    assert found == texture_of(text, FAMILIES[family])
