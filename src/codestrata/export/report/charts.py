"""Charts as inline SVG: columns, and points in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

_WIDTH, _HEIGHT = 1070, 200
_LEFT, _BOTTOM, _TOP = 8, 28, 24
#: Radius of the largest point.
_LARGEST = 26


def columns(bars: Sequence[tuple[str, int]]) -> str:
    """Draw a column for each (label, count), the count above it."""
    most = max((count for _, count in bars), default=0) or 1
    step = (_WIDTH - 2 * _LEFT) / max(1, len(bars))
    parts = []
    for i, (label, count) in enumerate(bars):
        height = (_HEIGHT - _TOP - _BOTTOM) * count / most
        x, y = _LEFT + i * step, _HEIGHT - _BOTTOM - height
        middle = x + step / 2
        box = f'x="{x + 3:.1f}" y="{y:.1f}" width="{step - 6:.1f}" height="{height:.1f}"'
        parts.append(f'<rect class="column" {box} rx="2"/>')
        parts.append(f'<text x="{middle:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(label)}</text>')
        if count:
            parts.append(f'<text x="{middle:.1f}" y="{y - 6:.1f}" text-anchor="middle">{count:,}</text>')
    return _svg(parts, _HEIGHT, "rows by size")


def timeline(days: Sequence[tuple[str, str, int, int]]) -> str:
    """Draw a point for each (day, name, rows, bytes) where its day is; those of one time stand above each other."""
    if not days:
        return '<p class="note">The times of the commits are not on record.</p>'
    placed = sorted((date.fromisoformat(day).toordinal(), name, rows, size) for day, name, rows, size in days)
    first, last = placed[0][0], placed[-1][0]
    span = max(last - first, 30)
    most = max(size for *_, size in placed) or 1
    inner = _WIDTH - 4 * _LARGEST
    stacked: list[tuple[float, float, float]] = []
    dots = []
    for day, name, rows, size in placed:
        x, radius = 2 * _LARGEST + inner * (day - first) / span, max(3.0, _LARGEST * (size / most) ** 0.5)
        y = _free(stacked, x, radius)
        stacked.append((x, y, radius))
        told = escape(f"{name}: {date.fromordinal(day)}, {rows:,} rows, {size / 1e6:.1f} MB")
        dots.append((x, y, radius, told))
    height = max(y + radius for _, y, radius, _ in dots) + _TOP + _BOTTOM
    base = height - _BOTTOM
    parts = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base:.1f}" y2="{base:.1f}"/>']
    parts += [
        f'<circle class="dot" cx="{x:.1f}" cy="{base - y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>'
        for x, y, radius, told in dots
    ]
    for day, text in _ticks(first, first + span):
        at = 2 * _LARGEST + inner * (day - first) / span
        parts.append(f'<text x="{at:.1f}" y="{height - 8:.1f}" text-anchor="middle">{text}</text>')
    return _svg(parts, height, "repositories by the day of their newest commit")


def _free(stacked: Sequence[tuple[float, float, float]], x: float, radius: float) -> float:
    """Give the lowest place above the axis where a point touches no other."""
    y = radius + 2
    while any((x - a) ** 2 + (y - b) ** 2 < (radius + r + 1) ** 2 for a, b, r in stacked):
        y += 2
    return y


def _ticks(first: int, last: int) -> list[tuple[int, str]]:
    """Name years, or months where there is but a year or two."""
    begin, end = date.fromordinal(first), date.fromordinal(last)
    if end.year - begin.year > 1:
        step = max(1, (end.year - begin.year) // 10)
        return [(date(y, 1, 1).toordinal(), str(y)) for y in range(begin.year + 1, end.year + 1, step)]
    months = [(y, m) for y in range(begin.year, end.year + 1) for m in range(1, 13)]
    days = [date(y, m, 1) for y, m in months if first <= date(y, m, 1).toordinal() <= last]
    return [(day.toordinal(), f"{day:%b %Y}") for day in days[:: max(1, len(days) // 10)]]


def _svg(parts: Sequence[str], height: float, label: str) -> str:
    box = f'viewBox="0 0 {_WIDTH} {height:.0f}"'
    return f'<svg {box} width="100%" role="img" aria-label="{label}">{"".join(parts)}</svg>'
