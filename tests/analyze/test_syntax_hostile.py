"""Whatever a file holds, parsing it ends: with a tree, or with a reason that is the same every time."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

from codestrata.analyze.syntax import reading, tables, watched
from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.parsing import Parser
from codestrata.errors import StrataError

NAMES = [grammar.name for grammar in GRAMMARS]
#: A parsing process that dies of a file with DIE in it and hangs at one with HANG in it, and is otherwise the real one.
FRAIL = """
import os, sys
sys.path[:] = sys.argv[2:]
from codestrata.analyze.syntax import child, reading
read = reading.Reader.read
def frail(self, text, out):
    if b"DIE" in bytes(text): os.abort()
    while b"HANG" in bytes(text): pass
    return read(self, text, out)
reading.Reader.read = frail
child.main(int(sys.argv[1]))
"""


def outcome(grammar: str, texts: list[bytes]) -> tuple[list[str], list[int]]:
    """Give the problem and the number of nodes of each text."""
    with Parser() as parser:
        (made,) = parser.parse([(grammar, texts)])
        assert parser.native
        return list(made.problems), np.diff(made.nodes.first).tolist()


HOSTILE = {
    "round": b"(" * 100_000,
    "square": b"[" * 100_000,
    "curly": b"{" * 100_000,
    "mixed": b"([{" * 33_000,
    "calls": b"f(" * 50_000 + b")" * 50_000,
    "broken calls": b"f(\n" * 50_000,
    "calls of calls": b"f" + b"()" * 50_000,
    "sums": b"x = " + b"a +\n" * 100_000,
    "quotes": b'"' * 100_000,
    "shorter than": b"a<\n" * 3_000,
    "stars": b"*\n" * 50_000,
    "else": b"if (a) {} else\n" * 5_000,
    "blocks": b"".join(b" " * i + b"if a:\n" for i in range(900)),
    "minified": b"var a=b(c,d);" * 200_000,
    "nul": b"a = 1\n\0b = 2\n" * 1000,
    "stray bytes": b"\xff\xfe\xc3(\n" * 20_000,
    "carriage returns": b"a = 1;\r\n" * 1000,
    "nothing": b"",
    "backticks": b"`${" * 5_000,
    "directives": b"#if A\n" * 5_000,
    "hashes": b'r#"' * 20_000,
    "generics": b"a<" * 1500,
    "templates": b"a<b<\n" * 20_000,
}


@pytest.mark.parametrize("grammar", NAMES)
def test_hostile_texts_end_with_a_tree_or_a_reason(grammar):
    """Brackets, nested calls, megabytes on a line, stray bytes: each ends soon, and harms no other."""
    sound = b"a = 1;\n"
    texts = [text for hostile in HOSTILE.values() for text in (hostile, sound)]
    began = time.process_time()
    problems, counts = outcome(grammar, texts)
    assert set(problems) <= {"", "deep", "minified", "work", "crash"}
    assert set(problems[1::2]) == {""}
    assert len(set(counts[1::2])) == 1
    told = dict(zip(HOSTILE, problems[::2], strict=True))
    assert {told[name] for name in ("round", "square", "curly", "mixed", "calls")} == {"deep"}
    assert told["minified"] == "minified"
    assert told["nothing"] == told["carriage returns"] == ""
    assert time.process_time() - began < 60


def test_reasons_are_counts_not_clocks():
    """The same texts give the same reasons and nodes, however busy the machine is."""
    texts = list(HOSTILE.values())
    problems, counts = outcome("c", texts)
    assert (problems, counts) == outcome("c", texts)


def test_a_text_that_takes_all_memory_is_a_crash():
    """Where a grammar's memory grows with the square of a text, the process dies at its limit; the text is named."""
    problems, _ = outcome("java", [b"a<\n" * 50_000, b"class A { }\n"])
    assert problems == ["crash", ""]


def test_a_deep_tree_of_shallow_brackets_is_deep():
    """Sums of thousands of terms nest without a bracket; who looks at trees need not fear them."""
    assert outcome("javascript", [b"x = " + b"a +\n" * 5000 + b"a"])[0] == ["deep"]
    assert outcome("javascript", [b"x = " + b"a +\n" * 500 + b"a"])[0] == [""]


@pytest.fixture
def frail(monkeypatch):
    """Have parsing processes die of some files, and be given a second for each."""
    monkeypatch.setattr(watched, "_BOOT", FRAIL)
    monkeypatch.setattr(watched, "CPU_SECONDS", 0.4)
    monkeypatch.setattr(watched, "_LOOK", 0.05)


@pytest.mark.usefixtures("frail")
def test_a_file_that_kills_the_parser_costs_itself_alone():
    """Before, after and between files that crash or hang, everything is parsed as ever."""
    texts = [b"a = 1\n", b"DIE\n", b"b = f(2)\n", b"HANG\n", b"c = [3]\n", b"DIE\n"]
    with Parser() as parser:
        made = list(parser.parse([("python", texts), ("python", texts[4:5])]))
        assert made[0].problems == ("", "crash", "", "timeout", "", "crash")
        expected = parse("python", [texts[0], b"", texts[2], b"", texts[4], b""])
        kept = [i for i in range(len(expected)) if expected.files(np.array([i]))[0] in {0, 2, 4}]
        assert made[0].nodes.kind.tolist() == expected.kind[kept].tolist()
        assert tables.told(made[0].nodes)[0].tolist()[1::2] == [-1, -1, -1]
        assert made[1].problems == ("",)


def test_a_killed_process_is_replaced():
    """One that somebody kills is no file's fault: all files are parsed."""
    texts = [b"x = f(1)\n" * 3000] * 200
    with Parser() as parser:
        victims: list[int] = []

        def kill() -> None:
            while not parser._sheets or parser._sheets[0].done < 2:  # it is in the middle of its work
                time.sleep(0.001)
            victims.append(parser._process._process.pid)
            os.kill(victims[0], signal.SIGKILL)

        threading.Thread(target=kill).start()
        (made,) = parser.parse([("python", texts)])
        assert set(made.problems) == {""}
        assert victims[0] != parser._process._process.pid
    reference = parse("python", texts[:2])
    assert np.array_equal(made.nodes.kind[: len(reference)], reference.kind)


@pytest.mark.parametrize("dies", ["native", "always"])
def test_a_process_that_dies_of_the_sample_reads_slowly(monkeypatch, dies):
    """When memory is not laid out as we know it, the cursor reads; when that dies too, it is said."""
    wound = "if native or ALWAYS: os.abort()".replace("ALWAYS", str(dies == "always"))
    lines = "import os, sys\nsys.path[:] = sys.argv[2:]\nfrom codestrata.analyze.syntax import child, reading\n"
    lines += f"made = reading.Reader.__init__\ndef init(self, name, *, native=True):\n    {wound}\n"
    lines += "    made(self, name, native=native)\nreading.Reader.__init__ = init\nchild.main(int(sys.argv[1]))\n"
    monkeypatch.setattr(watched, "_BOOT", lines)
    with Parser() as parser:
        if dies == "always":
            with pytest.raises(StrataError, match="sample"):
                list(parser.parse([("python", [b"x = 1\n"])]))
            return
        (made,) = parser.parse([("python", [b"x = f(1)\n"])])
        assert not parser.native
        assert made.problems == ("",)
        assert made.nodes.kind.tolist() == parse("python", [b"x = f(1)\n"]).kind.tolist()


def test_a_process_that_does_not_start_is_an_error(monkeypatch):
    """Nothing is blamed on a file then."""
    monkeypatch.setattr(watched, "_BOOT", "raise ValueError('no luck')")
    with Parser() as parser, pytest.raises(StrataError, match=r"cannot be started"):
        list(parser.parse([("python", [b"x = 1\n"])]))


def test_batches_follow_one_another():
    """Each batch has its own nodes, on whichever sheet, also when one is larger than a sheet was."""
    batches = [("python", [b"a\n" * k]) for k in (1, 500, 2)] + [("rust", [b"fn f() {}\n"] * 3)]
    batches += [("c", [b"// %s\n" % (b"x" * 90) * 25_000]), ("python", [b"z = 1\n"])]
    with Parser() as parser:
        for (grammar, texts), made in zip(batches, parser.parse(batches), strict=True):
            expected = parse(grammar, texts)
            for name in (*TYPES, "first", "offsets", "arena"):
                assert np.array_equal(getattr(made.nodes, name), getattr(expected, name)), name


def test_more_nodes_than_there_is_room_for_are_too_much_work(monkeypatch):
    """A tree that would not fit is cut, not written beyond its room."""
    monkeypatch.setattr(reading, "NODES_PER_BYTE", 0)
    monkeypatch.setattr(reading, "NODES_MORE", 5)
    _, out = reading.laid(100)
    assert reading.Reader("python").read(b"f(1, 2, 3)\n", out) == (0, reading.WORK)
