"""A finding is the same as long as its line says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from codestrata.ci.records import Finding
from codestrata.ci.reports import Lines, Source, parse

CODE = ["import os", "def f(a):", "    return eval(a + 1)", "", "def g(a):", "    return eval(a + 1)"]


def findings(code: Sequence[str], flagged: Sequence[int], rule: str = "R", path: str = "a.py") -> list[Finding]:
    """Have lines (from 0) flagged by a rule."""
    said = "".join(f"{path}:{n + 1}:1: warning: bad [{rule}]\n" for n in flagged)
    source = Source("t", read_line=lambda _, line: code[line - 1] if line <= len(code) else None)
    return parse("lines", said.encode(), source).findings


def prints(*arguments: object, **more: str) -> list[str]:
    """Give the fingerprints alone."""
    return [one.fingerprint for one in findings(*arguments, **more)]


def test_lines_above_do_not_matter() -> None:
    """Nor does white space; two findings that say the same are told apart by their order."""
    before = prints(CODE, [2, 5])
    assert len(set(before)) == 2
    assert prints(["# new", "", *CODE], [4, 7]) == before
    assert prints([line.replace("    ", "\t").replace("a + 1", "a+1") for line in CODE], [2, 5]) == before
    assert prints(CODE, [5, 2]) == before[::-1]


def test_what_matters() -> None:
    """Another rule, another file, another line."""
    (before,) = prints(CODE, [2])
    assert prints(CODE, [2], rule="S") != [before]
    assert prints(CODE, [2], path="b.py") != [before]
    assert prints([line.replace("eval", "exec") for line in CODE], [2]) != [before]


def test_without_the_line_the_message_counts() -> None:
    """Its numbers aside: they are often lines."""
    said = [b"a.py:1: warning: unused, see line 7 [R]\n", b"a.py:9: warning: unused, see line 15 [R]\n"]
    one, other = (parse("lines", text, Source("t")).findings[0].fingerprint for text in said)
    assert one == other


@given(st.lists(st.text("ab (+", min_size=1), min_size=1, max_size=20), st.integers(0, 30), st.data())
def test_moved_lines_keep_their_findings(code: list[str], above: int, data: st.DataObject) -> None:
    """Whatever the file: lines above change nothing, and no two findings share a fingerprint."""
    flagged = data.draw(st.lists(st.integers(0, len(code) - 1), unique=True))
    before = prints(code, flagged)
    assert prints([""] * above + code, [n + above for n in flagged]) == before
    assert len(set(before)) == len(before)


def test_lines_of_a_tree(tmp_path: Path) -> None:
    """Regular files below the folder, nothing else: no link is followed, on no step of the way."""
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    (outside / "secret").write_text("secret\n")
    (tree / "a").mkdir(parents=True)
    (tree / "a/x.py").write_bytes(b"one\r\ntwo\nthr\xffe")
    (tree / "link").symlink_to(outside)
    (tree / "file").symlink_to(outside / "secret")
    lines = Lines(tree)
    assert [lines("a/x.py", n) for n in (0, 1, 2, 3, 4)] == [None, "one", "two", "thr\ufffde", None]
    for path in ("link/secret", "file", "../outside/secret", "a/../../outside/secret", "/etc/passwd", "a", "a\0b", ""):
        assert lines(path, 1) is None
