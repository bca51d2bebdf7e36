"""How a plan climbs or falls, as SVG, with what the model of tone says under a way down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction
from math import ceil

import numpy as np

from eutonia.plan.outcome import Plan, TooLittle
from eutonia.report.axes import (
    INK,
    LINE_1,
    LINE_2,
    LINE_3,
    PAPER,
    Scale,
    date_axis,
    day_ticks,
    element,
    line,
    path,
    picture,
    round_ticks,
    text,
    text_width,
)
from eutonia.report.words import mg
from eutonia.show import show_date, show_number

_WIDTH, _LEFT, _STAIRS_RIGHT = 720.0, 46.0, 676.0
_LANE_TOP, _LANE_BASE = 312.0, 372.0
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LAST_STEP_SHOWN_DAYS = 7  # an open last step is drawn this long


def staircase_chart(plan: Plan, *, key: str = "staircase") -> str:
    """The plan as stairs: days across, mg a day up, and the largest dose for this patient as a line.

    Under a way down that was simulated stands what the model of tone says of each step, on the same days.
    """
    first = datetime.combine(plan.steps[0].first, time.min)
    last = plan.steps[-1]
    end = datetime.combine((last.last or last.first + _DAY * (_LAST_STEP_SHOWN_DAYS - 1)) + _DAY, time.min)
    ticks = round_ticks(float(_highest(plan)))
    top, base = 40.0, 240.0
    x = Scale(0, (end - first) / _HOUR, _LEFT, _STAIRS_RIGHT)
    y = Scale(0, ticks[-1], base, top)
    body = [
        text(0, 12, "mg of baclofen a day", weight="bold"),
        *(line(_LEFT, y(t), _STAIRS_RIGHT, y(t)) for t in ticks),
        *(text(_LEFT - 6, y(t) + 4, show_number(t), anchor="end", size=11) for t in ticks),
        date_axis(day_ticks(first, end, 8), x, first, top, base),
    ]
    xs, ys, labels = [x(0)], [base], []
    for step in plan.steps:
        begin = x((datetime.combine(step.first, time.min) - first) / _HOUR)
        stop = x(((datetime.combine(step.last, time.min) + _DAY if step.last else end) - first) / _HOUR)
        height = y(float(step.daily_mg))
        xs += [begin, stop]
        ys += [height, height]
        labels.append(((begin + stop) / 2, height, mg(step.daily_mg), stop - begin))
    outline = path([*xs, xs[-1]], [*ys, base]) + "Z"
    body.append(element("path", d=outline, fill=LINE_1, fill_opacity="0.12"))
    body.append(element("path", d=path(xs, ys), fill="none", stroke=LINE_1, stroke_width="2.2"))
    body += _tread_labels(labels)
    if plan.ceiling_mg is not None:
        body.append(_ceiling_line(plan.ceiling_mg, y))
    if last.last is None:
        height = y(float(last.daily_mg))
        # Under a tread near the axis it would stand among the days.
        below = height + 16 if height + 20 < base else height - 20
        body.append(text(_STAIRS_RIGHT - 2, below, "goes on", anchor="end", size=11))
    body.append(line(_LEFT, base, _STAIRS_RIGHT, base, INK))
    desc = "; ".join(f"from {show_date(s.first, weekday=True)} {mg(s.daily_mg)} a day" for s in plan.steps)
    tall = 280.0
    if plan.fall is not None and plan.fall.too_little is not None and len(xs) == 2 * len(plan.steps) + 1:
        spans = list(zip(xs[1::2], xs[2::2], strict=True))
        body.append(_too_little_lane(plan.fall.too_little, spans))
        desc = f"{desc}; {_lane_words(plan.fall.too_little)}"
        tall = _LANE_BASE + 34
    return picture(key, (_WIDTH, tall), "The steps of the plan in mg a day", f"{desc}.", "".join(body))


def _too_little_lane(found: TooLittle, spans: Sequence[tuple[float, float]]) -> str:
    """Under each tread a bar: how far the score of the typical person rises; a line: the 90th percentile.

    The scale is that of the score and not of the data: one point, or more where somebody gets more.
    """
    top = max(1, ceil(max(*found.steps, *found.steps_high, found.points)))
    y = Scale(0, top, _LANE_BASE, _LANE_TOP)
    parts = [
        text(
            0,
            _LANE_TOP - 16,
            "Too little: points of the Ashworth score above the score before",
            weight="bold",
        ),
        *(line(_LEFT, y(t), _STAIRS_RIGHT, y(t)) for t in (0, top / 2, top)),
        *(text(_LEFT - 6, y(t) + 4, show_number(t), anchor="end", size=11) for t in (0, top / 2, top)),
    ]
    for (begin, stop), rise, high in zip(spans, found.steps, found.steps_high, strict=True):
        height = y(max(rise, 0.0))
        parts.append(
            element("rect", x=begin, y=height, width=stop - begin, height=_LANE_BASE - height, fill=LINE_2)
        )
        if found.people > 1:
            parts.append(
                element("line", x1=begin, y1=y(max(high, 0.0)), x2=stop, y2=y(max(high, 0.0)), stroke=LINE_3)
            )
    counts = y(found.points)
    parts += [
        element("line", x1=_LEFT, y1=counts, x2=_STAIRS_RIGHT, y2=counts, stroke=INK, stroke_dasharray="6 3"),
        text(
            _STAIRS_RIGHT - 2,
            counts - 4,
            f"counts as a change: {show_number(found.points)}",
            anchor="end",
            size=11,
        ),
        text(_LEFT, _LANE_BASE + 18, _lane_words(found), size=11),
    ]
    return "".join(parts)


def _lane_words(found: TooLittle) -> str:
    crowd = f", grey line: 90th percentile of {found.people} virtual people" if found.people > 1 else ""
    return f"bar: typical person, most {show_number(round(max(found.steps), 2))} points{crowd}. Tone alone"


def _highest(plan: Plan) -> Fraction:
    """The top of the stairs: the largest dose for this patient, or on a way down the dose it starts from."""
    doses = [step.daily_mg for step in plan.steps]
    known = [plan.ceiling_mg] if plan.ceiling_mg is not None else []
    return max([*doses, *known, *([plan.fall.start_mg] if plan.fall else [])])


def _tread_labels(labels: list[tuple[float, float, str, float]]) -> list[str]:
    """The mg over each tread; where treads are narrow some are left out, never the first or the last."""
    widest = max(text_width(label, 12) for *_, label, _ in labels) + 4
    every = max(1, int(np.ceil(widest / min(width for *_, width in labels))))
    shown = {0, len(labels) - 1} | set(range(0, len(labels) - every, every))
    return [
        text(px, height - 6, label, anchor="middle", weight="bold")
        for i, (px, height, label, _) in enumerate(labels)
        if i in shown
    ]


def _ceiling_line(ceiling: Fraction, y: Scale) -> str:
    height = y(float(ceiling))
    label = f"largest dose for this patient: {mg(ceiling)} a day"
    backing = element("rect", x=_LEFT + 2, y=height - 18, width=text_width(label, 12), height=15, fill=PAPER)
    return (
        element(
            "line",
            x1=_LEFT,
            y1=height,
            x2=_STAIRS_RIGHT,
            y2=height,
            stroke=INK,
            stroke_width="1.5",
            stroke_dasharray="6 3",
        )
        + backing
        + text(_LEFT + 4, height - 6, label)
    )
