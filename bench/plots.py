"""Plots as SVG, without a library: grouped bars, and lines over a logarithmic axis."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from bench.answer import Plot, number

WIDTH, HEIGHT = 860, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 56, 76
COLOURS: Final = ("#2f6fb2", "#d1662f", "#3f9a5f", "#8a5bb5", "#b0903a", "#5c6672")
INK, RULE = "#24292f", "#d5dae0"
FONT: Final = "font-family='system-ui,sans-serif' font-size='12'"


def draw(plot: Plot) -> str:
    """The plot as a whole SVG file; white behind it, since pages may be dark."""
    top = _round_up(max(_values(plot), default=1.0))
    body = [*_frame(plot, top), *(_bars(plot, top) if plot.kind == "bars" else _lines(plot, top)), *_legend(plot)]
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' {FONT} fill='{INK}'>"
    return "\n".join([head, f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>", *body, "</svg>", ""])


def _values(plot: Plot) -> Iterator[float]:
    for points in plot.series.values():
        for point in points:
            value = point[1] if plot.kind == "lines" else point
            if value is not None:
                yield value


def _round_up(value: float) -> float:
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= value)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _text(x: float, y: float, text: str, anchor: str = "middle", more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' {more}>{escape(text)}</text>"


def _frame(plot: Plot, top: float) -> Iterator[str]:
    yield _text(LEFT, 22, f"{plot.title} ({plot.unit})", "start", "font-weight='600' font-size='14'")
    for part in range(6):
        value = top * part / 5
        y = _y(value, top)
        yield f"<line x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.1f}' y2='{y:.1f}' stroke='{RULE}'/>"
        yield _text(LEFT - 8, y + 4, number(value), "end")
    if plot.x_title:
        yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 40, plot.x_title)


def _legend(plot: Plot) -> Iterator[str]:
    x = float(LEFT)
    for colour, name in zip(COLOURS, plot.series, strict=False):
        yield f"<rect x='{x:.1f}' y='{HEIGHT - 24}' width='12' height='12' fill='{colour}'/>"
        yield _text(x + 17, HEIGHT - 14, name, "start")
        x += 40 + 6.6 * len(name)


def _bars(plot: Plot, top: float) -> Iterator[str]:
    group = (WIDTH - LEFT - RIGHT) / max(1, len(plot.labels))
    width = group * 0.8 / max(1, len(plot.series))
    for place, label in enumerate(plot.labels):
        left = LEFT + group * (place + 0.1)
        for nth, (colour, values) in enumerate(zip(COLOURS, plot.series.values(), strict=False)):
            if values[place] is not None:
                x, y = left + nth * width, _y(values[place], top)
                size = f"width='{width:.1f}' height='{HEIGHT - BOTTOM - y:.1f}'"
                yield f"<rect x='{x:.1f}' y='{y:.1f}' {size} fill='{colour}'><title>{values[place]:,.4g}</title></rect>"
        yield from _label(left + group * 0.4, label)


def _label(x: float, label: str) -> Iterator[str]:
    """On two lines where it has several words: labels stand close."""
    words = label.split(" ", 1)
    for line, text in enumerate(words):
        yield _text(x, HEIGHT - BOTTOM + 16 + 14 * line, text)


def _lines(plot: Plot, top: float) -> Iterator[str]:
    places = sorted({point[0] for points in plot.series.values() for point in points})
    for place in places:
        x = _x(place, places)
        yield f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{TOP}' y2='{HEIGHT - BOTTOM}' stroke='{RULE}'/>"
        yield _text(x, HEIGHT - BOTTOM + 16, number(place))
    for colour, points in zip(COLOURS, plot.series.values(), strict=False):
        at = [(_x(x, places), _y(y, top), y) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in at)
        yield f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>"
        for x, y, value in at:
            yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{colour}'><title>{value:,.4g}</title></circle>"


def _x(place: float, places: Sequence[float]) -> float:
    low, high = math.log(places[0]), math.log(places[-1])
    share = (math.log(place) - low) / (high - low) if high > low else 0.5
    return LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * share
