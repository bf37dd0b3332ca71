"""The card's plots."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from codestrata.export.write.plots import bar_chart


def _bars(svg: str) -> list[float]:
    root = ET.fromstring(svg)
    return [float(r.get("width")) for r in root.iter("{http://www.w3.org/2000/svg}rect")][1:]


def test_bars_are_in_proportion():
    """A bar twice as long says twice as much; nothing is drawn for nothing."""
    a, b, c = _bars(bar_chart("t", "s", [("x", 10, "10"), ("y", 5, "5"), ("z", 0, "0")]))
    assert abs(a - 2 * b) < 0.2
    assert c == 0


def test_labels_cannot_break_the_picture():
    """Names from repositories are text, never markup, and long ones are cut."""
    svg = bar_chart("<t>", "&", [("<script>alert(1)</script>" * 3, 1, "'\"")])
    assert "<script" not in svg
    ET.fromstring(svg)


def test_no_bars_is_a_picture_too():
    """An empty dataset still has a card."""
    assert _bars(bar_chart("t", "s", [])) == []
