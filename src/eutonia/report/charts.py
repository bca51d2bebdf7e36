"""What a regimen does, as SVG; the picture stands beside a table of its numbers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np

from eutonia.report.axes import (
    BAND,
    INK,
    LINE_1,
    LINE_2,
    LINE_3,
    FloatArray,
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
    text_width,
    thin,
)
from eutonia.report.words import mg
from eutonia.show import show_date, show_number
from eutonia.simulate.course import Course

_WIDTH, _LEFT, _RIGHT = 720.0, 46.0, 596.0
_STRIP_BASE, _STRIP_HEIGHT = 92.0, 38.0
_CURVE_TOP, _CURVE_BASE = 134.0, 334.0
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STAIRS_RIGHT = 676.0
_LONG_DAYS = 35  # more days are drawn with a finer line
_LAST_STEP_SHOWN_DAYS = 7  # an open last step is drawn this long


def course_chart(course: Course, *, as_of: datetime | None = None, key: str = "course") -> str:
    """The doses as a strip of ticks over the concentration they give, on one time axis.

    as_of: the instant of the question, marked by a line. Concentrations are in micrograms per litre, which
    is the same number as ng/mL. Gives one SVG.
    """
    end = course.start + float(course.hours[-1]) * _HOUR
    x = Scale(0, float(course.hours[-1]), _LEFT, _RIGHT)
    curves = [c for c in (course.typical, course.high, course.healthy) if c is not None]
    ticks = round_ticks(max(float(c.max()) for c in curves))
    y = Scale(0, ticks[-1], _CURVE_BASE, _CURVE_TOP)
    body = [
        text(0, 12, "Doses by mouth, and mg a day where it changes", weight="bold"),
        _dose_strip(course, x),
        text(0, 118, "Baclofen in the blood, micrograms per litre", weight="bold"),
        *(line(_LEFT, y(t), _RIGHT, y(t)) for t in ticks),
        *(text(_LEFT - 6, y(t) + 4, show_number(t), anchor="end", size=11) for t in ticks),
        date_axis(day_ticks(course.start, end, 8), x, course.start, _CURVE_TOP, _CURVE_BASE),
        _ribbon(course, x, y),
        _line_labels(course, y),
        line(_LEFT, _CURVE_BASE, _RIGHT, _CURVE_BASE, INK),
    ]
    if as_of is not None and course.start < as_of < end:
        body.append(_marker(x((as_of - course.start) / _HOUR)))
    return picture(key, (_WIDTH, 374), *_course_words(course, end), "".join(body))


def _course_words(course: Course, end: datetime) -> tuple[str, str]:
    """Title and description for readers who do not see the picture."""
    highest = max(course.days, key=lambda day: day.peak)
    first, last = (show_date(at.date(), weekday=True) for at in (course.start, end - _HOUR))
    peak = f"{show_number(highest.peak, 2)} micrograms per litre"
    desc = (
        f"From {first} to {last}. In the typical person the highest concentration is {peak}, "
        f"on {show_date(highest.on, weekday=True)}, at {mg(highest.daily_mg)} a day."
    )
    if course.low is not None:
        desc += f" The band runs from the 10th to the 90th percentile of {course.people:,} virtual people."
    return "Doses and the concentration of baclofen in the blood over time", desc


def _dose_strip(course: Course, x: Scale) -> str:
    most = max((d.mg for d in course.doses), default=0.0)
    if most == 0:
        return text(_LEFT, _STRIP_BASE - 6, "no dose in this time")
    parts = [line(_LEFT, _STRIP_BASE, _RIGHT, _STRIP_BASE, INK)]
    parts += [
        line(px, _STRIP_BASE, px, _STRIP_BASE - _STRIP_HEIGHT * dose.mg / most, INK, 1.5)
        for dose in course.doses
        if (px := x((dose.at - course.start) / _HOUR)) <= _RIGHT
    ]
    parts.append(text(_LEFT - 6, _STRIP_BASE - _STRIP_HEIGHT + 9, mg(most), anchor="end", size=11))
    parts.append(text(_LEFT - 6, _STRIP_BASE, "0", anchor="end", size=11))
    return "".join([*parts, *_change_labels(course, x)])


def _change_labels(course: Course, x: Scale) -> list[str]:
    """The daily mg over the day it begins. From the right: a label that would reach into the next is raised,
    so that no line crosses it; where there is no room above either it is left out, the table has it."""
    days = course.days
    changes = [d for i, d in enumerate(days) if i == 0 or d.daily_mg != days[i - 1].daily_mg]
    parts = []
    next_at, next_raised = _RIGHT + 60, _RIGHT + 60
    for day in reversed(changes):
        at = x((datetime.combine(day.on, time.min) - course.start) / _HOUR)
        label = mg(day.daily_mg)
        end = at + 3 + text_width(label, 12)
        if end > next_raised:
            continue
        is_raised = end > next_at
        next_at, next_raised = at, at if is_raised else next_raised
        height = 30 if is_raised else 45
        parts.append(line(at, height - 9, at, _STRIP_BASE, LINE_3, 0.75))
        parts.append(text(at + 3, height, label))
    return parts


def _ribbon(course: Course, x: Scale, y: Scale) -> str:
    def points(curve: FloatArray) -> tuple[list[float], list[float]]:
        hours, values = thin(course.hours, curve)
        return [x(h) for h in hours.tolist()], [y(v) for v in values.tolist()]

    parts = []
    weight = "1.8" if len(course.days) <= _LONG_DAYS else "0.9"
    if course.low is not None and course.high is not None:
        (lx, ly), (hx, hy) = points(course.low), points(course.high)
        outline = path([*hx, *reversed(lx)], [*hy, *reversed(ly)]) + "Z"
        parts.append(element("path", d=outline, fill=BAND, fill_opacity="0.45", data_band="percentiles"))
    if course.healthy is not None:
        parts.append(
            element("path", d=path(*points(course.healthy)), fill="none", stroke=LINE_2, stroke_width="1.2")
        )
    outline = path(*points(course.typical))
    parts.append(element("path", d=outline, fill="none", stroke=LINE_1, stroke_width=weight))
    return "".join(parts)


def _line_labels(course: Course, y: Scale) -> str:
    """Names beside the ends of the lines, pushed apart where they would touch."""
    day = slice(-min(len(course.hours), 49), None)  # the last day decides where a name belongs
    wanted: list[tuple[str, str, str, float]] = []
    if course.high is not None:
        wanted.append(("10th to 90th", "percentile", BAND, float(course.high[day].max())))
    wanted.append(("typical person", "", LINE_1, float(np.median(course.typical[day]))))
    if course.healthy is not None:
        wanted.append(("same doses,", "healthy kidneys", LINE_2, float(np.median(course.healthy[day]))))
    heights = spread([y(v) for *_, v in wanted], 32, _CURVE_TOP + 6, _CURVE_BASE - 16)
    parts = []
    for (first, second, colour, _), height in zip(wanted, heights, strict=True):
        edge = "band" if colour == BAND else "line"
        swatch = 8.0 if edge == "band" else 2.5
        parts.append(
            element("rect", x=_RIGHT + 8, y=height - 4 - swatch / 2, width=14, height=swatch, fill=colour)
        )
        parts.append(text(_RIGHT + 27, height, first))
        parts.append(text(_RIGHT + 27, height + 13, second) if second else "")
    return "".join(parts)


def _marker(px: float) -> str:
    label = "day of the question"
    to_left = px + text_width(label, 11) + 5 > _RIGHT
    return element(
        "line", x1=px, y1=_CURVE_TOP - 8, x2=px, y2=_CURVE_BASE, stroke=INK, stroke_dasharray="2 3"
    ) + text(
        px - 4 if to_left else px + 4, _CURVE_TOP - 2, label, anchor="end" if to_left else "start", size=11
    )
