"""Reports are written by foreign code: whatever they hold, they are read within limits, and never raise."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestrata.ci.records import Results
from codestrata.ci.reports import FORMATS, MAX_BYTES, Source, parse
from codestrata.ci.schema import tables

RECORDED = sorted((Path(__file__).resolve().parents[1] / "recorded").glob("*/*.*"))
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "&a;"}{"&a;" * 10}">' for n in range(10))
    + "]><testsuite><testcase name='&a9;'/></testsuite>"
)
XML = [row.name for row in FORMATS.values() if row.media == "xml"]


@pytest.mark.parametrize("format_", XML)
@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a">&e;</testcase>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><testsuite/>',
    ],
    ids=["bomb", "file", "parameter"],
)
def test_xml_that_declares_is_refused(format_: str, text: str) -> None:
    """No entity, whether within or outside, is ever expanded; nothing of such a report counts."""
    parsed = parse(format_, text.encode(), Source())
    assert parsed.problems == [
        "it has declarations of its own (x), which are never read".replace("(x)", f"({_name(text)})")
    ]
    assert not parsed.tests


def _name(text: str) -> str:
    return text.split("<!DOCTYPE ")[1][0]


def test_a_dtd_elsewhere_is_passed_over() -> None:
    """Cobertura's reports name one; it is not fetched, and the report is read."""
    text = (
        '<!DOCTYPE coverage SYSTEM "http://127.0.0.1:1/coverage-04.dtd"><coverage><packages><package><classes>'
        '<class filename="a.py"><lines><line number="1" hits="1"/>'
        '<line number="2" hits="0" branch="true" condition-coverage="50% (1/2)"/></lines></class>'
        "</classes></package></packages></coverage>"
    )
    (one,) = parse("cobertura", text.encode(), Source()).coverage
    assert (one.path, one.lines, one.covered, one.branches, one.branches_covered) == ("a.py", 2, 1, 2, 1)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<a>" * 100_000,
        b"{}",
        b"[]",
        b"null",
        b"[[]]",
        b'{"runs":[null],"files":{"a":null},"results":[1],"packages":[[]]}',
        b"\xff\xfe<\0a\0>\0",
        b"\xef\xbb\xbf[]",
        b"1..999999999\n",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_nonsense_never_raises(format_: str, data: bytes) -> None:
    """Any format, any bytes: records, or problems."""
    parsed = parse(format_, data, Source())
    assert all(isinstance(told, str) and told for told in parsed.problems)


def test_problems_say_where() -> None:
    """Line and column of what is no JSON or no XML; what came before in a document that breaks off counts."""
    assert parse("sarif", b'{"a":\n [1,}', Source()).problems == ["no valid JSON: line 2, column 5: invalid character"]
    parsed = parse("junit", b'<testsuite><testcase name="a"/>\n<testcase', Source())
    assert [one.name for one in parsed.tests] == ["a"]
    assert parsed.problems[0].startswith("no valid XML: line 2, column ")
    lines = parse("cargo-json", b'{"reason":"build-finished","success":true}\nplain\n{"x":\n', Source())
    assert lines.metrics[0].value == 1
    assert lines.problems == ["line 3: no valid JSON: line 1, column 6: Input data was truncated"]


def test_too_large_is_refused_unread() -> None:
    """By its size alone."""
    parsed = parse("lines", bytes(MAX_BYTES + 1), Source())
    assert parsed.problems == [f"{MAX_BYTES + 1:,} bytes, at most {MAX_BYTES:,} are read"]


def test_an_unknown_format_names_the_known() -> None:
    """So that a pipeline's author sees what there is."""
    assert "sarif" in parse("sariff", b"", Source()).problems[0]


def test_too_many_records() -> None:
    """What is over the limit is told, not kept."""
    parsed = parse("gofmt", b"".join(b"%d.go\n" % n for n in range(200_010)), Source())
    assert len(parsed.findings) == 200_000
    assert "200,000" in parsed.problems[0]


SLOW = [
    b"a.c:1:2: error: x" + b" " * 4000 + b"y\n",
    b"a.py" + b"::a.py" * 600 + b"\n",
    b"Diff in " + b":1" * 2000 + b"\n",
    b"ok 1 - " + b" # " * 1300 + b"\n",
    b"test " + b" ... " * 800 + b"\n",
]


@pytest.mark.parametrize("format_", [row.name for row in FORMATS.values() if row.media == "text"])
def test_no_line_takes_long(format_: str) -> None:
    """Expressions take time in proportion to the text, however it is made."""
    data = b"".join(line * 200 for line in SLOW)
    begin = time.process_time()
    parse(format_, data, Source())
    assert time.process_time() - begin < 5


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FORMATS)), st.sampled_from(RECORDED), st.data())
def test_damaged_reports_never_raise(format_: str, path: Path, data: st.DataObject) -> None:
    """Real reports, read in any format, with pieces cut, doubled or overwritten; what comes of it fits the tables."""
    raw = bytearray(path.read_bytes()[:6000])
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=20))
    parsed = parse(format_, bytes(raw), Source())
    results = Results(findings=parsed.findings, tests=parsed.tests, coverage=parsed.coverage, metrics=parsed.metrics)
    tables(results, repository_id="r", commit="c", pipeline="p")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["runs", "results", "message", "locations", "vulnerabilities", "list", "packages", "via", "files"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([row.name for row in FORMATS.values() if "json" in row.media]), _JSON)
def test_json_of_any_shape_never_raises(format_: str, value: object) -> None:
    """A value of another kind than expected is absent."""
    parse(format_, json.dumps(value).encode(), Source())
