"""The card's plots: horizontal bar charts as plain SVG, the same bytes for the same figures, no plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

#: Characters of a label that fit left of the bars.
_LABEL = 26
_BAR, _GAP, _LEFT, _WIDTH, _TOP = 18, 8, 190, 760, 56
_INK, _FAINT, _FILL = "#24292f", "#6e7781", "#4269d0"
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"


def bar_chart(title: str, subtitle: str, bars: Sequence[tuple[str, float, str]]) -> str:
    """Draw bars (label, value, what to write at its end), longest scale first; values are not negative."""
    height = _TOP + len(bars) * (_BAR + _GAP) + 16
    top = max((value for _, value, _ in bars), default=0) or 1
    scale = (_WIDTH - _LEFT - 130) / top
    frame = f"viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' height='{height}'"
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {frame} role='img' aria-label='{escape(title, quote=True)}' {_FONT}>",
        f"<rect width='{_WIDTH}' height='{height}' fill='#ffffff'/>",
        f"<text x='16' y='26' font-size='17' font-weight='600' fill='{_INK}'>{escape(title)}</text>",
        f"<text x='16' y='44' font-size='12' fill='{_FAINT}'>{escape(subtitle)}</text>",
    ]
    lines += [_bar(i, bar, scale) for i, bar in enumerate(bars)]
    return "\n".join([*lines, "</svg>", ""])


def _bar(i: int, bar: tuple[str, float, str], scale: float) -> str:
    label, value, note = bar
    y = _TOP + i * (_BAR + _GAP)
    width = max(value * scale, 1.5 if value else 0)
    shown = label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
    return (
        f"<text x='{_LEFT - 10}' y='{y + 13}' font-size='13' text-anchor='end' fill='{_INK}'>{escape(shown)}</text>"
        f"<rect x='{_LEFT}' y='{y}' width='{width:.1f}' height='{_BAR}' rx='2' fill='{_FILL}'/>"
        f"<text x='{_LEFT + width + 8:.1f}' y='{y + 13}' font-size='12' fill='{_FAINT}'>{escape(note)}</text>"
    )
