"""A curve as an SVG picture that any page can show: also where scripts, styles and inline SVG are taken out."""

from __future__ import annotations

import base64
import html
from typing import Any, Mapping

WIDTH, HEIGHT = 280, 110
LEFT, RIGHT, TOP, BOTTOM = 6, 6, 8, 8
#: Seen well on white and on black: a picture cannot know the theme around it.
LINE_COLOUR, BAND_COLOUR, AXIS_COLOUR = "#4c8bf5", "#4c8bf5", "#8a8a8a"


def chart_image(chart: Mapping[str, Any], description: str) -> str:
    """An `<img>` that holds the picture itself."""
    picture = base64.b64encode(chart_svg(chart).encode()).decode()
    text = html.escape(description, quote=True)
    return f'<img alt="{text}" width="{WIDTH}" height="{HEIGHT}" src="data:image/svg+xml;base64,{picture}">'


def chart_svg(chart: Mapping[str, Any]) -> str:
    """The last value of each bucket as a line, from least to greatest as a band; values that are no numbers leave gaps."""
    points = chart["points"]
    numbers = [value for _, low, high, last in points for value in (low, high, last) if value is not None]
    if not numbers:
        return _svg("")
    x_low, x_high = points[0][0], points[-1][0]
    y_low, y_high = min(numbers), max(numbers)

    def place(x: float, y: float) -> str:
        across = (x - x_low) / (x_high - x_low) if x_high > x_low else 0.5
        # Divided first: the difference of two great numbers may be infinite.
        up = (y / 2 - y_low / 2) / (y_high / 2 - y_low / 2) if y_high > y_low else 0.5
        return f"{LEFT + across * (WIDTH - LEFT - RIGHT):.1f},{HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM):.1f}"

    parts = []
    for stretch in _stretches(points):
        upper = [place(x, high) for x, _, high, _ in stretch]
        lower = [place(x, low) for x, low, _, _ in reversed(stretch)]
        line = [place(x, last) for x, _, _, last in stretch]
        if any(low != high for _, low, high, _ in stretch):
            parts.append(f'<polygon points="{" ".join(upper + lower)}" fill="{BAND_COLOUR}" fill-opacity="0.25"/>')
        if len(line) == 1:
            x, y = line[0].split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="2" fill="{LINE_COLOUR}"/>')
        parts.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="{LINE_COLOUR}" stroke-width="1.5"/>')
    return _svg("".join(parts))


def _stretches(points: list[list[Any]]) -> list[list[list[Any]]]:
    stretches: list[list[list[Any]]] = [[]]
    for point in points:
        if None in point:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [stretch for stretch in stretches if stretch]


def _svg(content: str) -> str:
    frame = f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="{AXIS_COLOUR}" stroke-width="1"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{frame}{content}</svg>'
