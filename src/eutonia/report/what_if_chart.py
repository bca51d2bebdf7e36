"""What could happen beside an ordinary course: both curves on one scale that starts at nothing."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from eutonia.plan.what_if import Expected
from eutonia.report.axes import (
    BAND,
    INK,
    LINE_1,
    LINE_2,
    LINE_3,
    Scale,
    date_axis,
    day_ticks,
    element,
    line,
    path,
    picture,
    round_ticks,
    spread,
    text,
    thin,
)
from eutonia.report.plan_words import expected_lines, expected_title
from eutonia.show import show_number

__all__ = ["what_if_chart"]

_WIDTH, _LEFT, _RIGHT, _TOP, _BASE = 720.0, 46.0, 590.0, 34.0, 234.0
_HOUR = timedelta(hours=1)


def what_if_chart(expected: Expected, *, key: str) -> str:
    """The usual course, the course if it happens with its band, and the usual lowest and highest as lines.

    One scale serves both curves, so that one can be held against the other. Gives one SVG.
    """
    end = expected.start + float(expected.hours[-1]) * _HOUR
    curves = [c for c in (expected.usual, expected.typical, expected.high) if c is not None]
    ticks = round_ticks(max(float(c.max()) for c in curves))
    x = Scale(0, float(expected.hours[-1]), _LEFT, _RIGHT)
    y = Scale(0, ticks[-1], _BASE, _TOP)
    at = x((expected.begins - expected.start) / _HOUR)
    body = [
        text(0, 12, "Baclofen in the blood, micrograms per litre", weight="bold"),
        *(line(_LEFT, y(t), _RIGHT, y(t)) for t in ticks),
        *(text(_LEFT - 6, y(t) + 4, show_number(t), anchor="end", size=11) for t in ticks),
        date_axis(day_ticks(expected.start, end, 8), x, expected.start, _TOP, _BASE),
        _ribbon(expected, x, y),
        _curve(expected.hours, expected.usual, x, y, LINE_3, "1.2"),
        _curve(expected.hours, expected.typical, x, y, LINE_1, "2"),
        element("line", x1=at, y1=_TOP, x2=at, y2=_BASE, stroke=INK, stroke_dasharray="2 3"),
        *(
            element("line", x1=_LEFT, y1=y(v), x2=_RIGHT, y2=y(v), stroke=LINE_2, stroke_dasharray="6 3")
            for v in (expected.lowest, expected.highest)
        ),
        *_labels(expected, y),
        line(_LEFT, _BASE, _RIGHT, _BASE, INK),
    ]
    title = f"The blood level if this happened: {expected_title(expected)}"
    return picture(key, (_WIDTH, 274), title, " ".join(expected_lines(expected)), "".join(body))


def _curve(hours: object, values: object, x: Scale, y: Scale, colour: str, width: str) -> str:
    xs, ys = thin(np.asarray(hours, dtype=np.float64), np.asarray(values, dtype=np.float64))
    drawn = path([x(h) for h in xs], [y(v) for v in ys])
    return element("path", d=drawn, fill="none", stroke=colour, stroke_width=width)


def _ribbon(expected: Expected, x: Scale, y: Scale) -> str:
    if expected.low is None or expected.high is None:
        return ""
    xs, tops = thin(expected.hours, expected.high)
    back, bottoms = thin(expected.hours, expected.low)
    around = [*(x(h) for h in xs), *(x(h) for h in back[::-1])]
    heights = [*(y(v) for v in tops), *(y(v) for v in bottoms[::-1])]
    return element(
        "path", d=path(around, heights) + "Z", fill=BAND, fill_opacity="0.45", data_band="percentiles"
    )


def _labels(expected: Expected, y: Scale) -> list[str]:
    wanted = [("usual highest", LINE_2, expected.highest), ("usual lowest", LINE_2, expected.lowest)]
    wanted.append(("if it happened", LINE_1, float(expected.typical[-1])))
    wanted.append(("usual course", LINE_3, float(expected.usual[-1])))
    wanted.sort(key=lambda entry: -entry[2])
    heights = spread([y(v) for *_, v in wanted], 17, _TOP + 6, _BASE - 4)
    parts = []
    for (words, colour, _), height in zip(wanted, heights, strict=True):
        parts.append(element("rect", x=_RIGHT + 8, y=height - 5, width=12, height=2.5, fill=colour))
        parts.append(text(_RIGHT + 25, height, words, size=11))
    return parts
