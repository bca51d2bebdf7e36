"""The simulated course after a loss of baclofen, with the hours at which signs began."""

from __future__ import annotations

from eutonia.recognise.course import LossCourse
from eutonia.report.axes import BAND, INK, LINE_1, LINE_3, Scale, element, line, path, picture, text
from eutonia.show import show_number

__all__ = ["loss_chart"]

_WIDTH, _LEFT, _RIGHT, _TOP, _BASE = 720.0, 46.0, 596.0, 60.0, 240.0
_TICK_H = 24
_STACK = 14.0  # between the lines of signs


def loss_chart(course: LossCourse, key: str = "loss") -> str:
    """One SVG: net excitability over the hours around the loss, the expected span shaded, and each sign where it began.

    1 is the cord without baclofen. A sign whose day alone is known is drawn over all its hours.
    """
    first, last = float(course.hours[0]), float(course.hours[-1])
    x = Scale(first, last, _LEFT, _RIGHT)
    top = max(1.2, float(course.excitability.max()) * 1.05)
    y = Scale(0.0, top, _BASE, _TOP)
    body = [text(0, 12, "Excitability of the cord, 1 without baclofen", weight="bold")]
    if course.begins_h is not None:
        left, right = x(course.begins_h), x(course.eases_h)
        body.append(element("rect", x=left, y=_TOP, width=right - left, height=_BASE - _TOP, fill=BAND))
        label = f"expected from hour {show_number(course.begins_h)} to hour {show_number(course.eases_h)}"
        body.append(text(left, _TOP - 6, label, size=11))
    body += [
        line(_LEFT, y(1.0), _RIGHT, y(1.0), LINE_3),
        text(_LEFT - 6, y(1.0) + 4, "1", anchor="end", size=11),
    ]
    body += [line(_LEFT, _BASE, _RIGHT, _BASE, INK), text(_LEFT - 6, _BASE + 4, "0", anchor="end", size=11)]
    hour = first
    while hour <= last:
        body.append(line(x(hour), _BASE, x(hour), _BASE + 4, INK))
        body.append(text(x(hour), _BASE + 16, show_number(hour), anchor="middle", size=11))
        hour += _TICK_H
    body.append(text(_RIGHT + 20, _BASE + 16, "hours after the loss", size=11))
    body.append(line(x(0.0), _TOP, x(0.0), _BASE, INK))
    curve = path((x(float(h)) for h in course.hours), (y(float(v)) for v in course.excitability))
    body.append(element("path", d=curve, fill="none", stroke=LINE_1, stroke_width=2))
    below = _BASE + 36
    for number, (name, low, high) in enumerate(course.signs):
        at = below + number * _STACK
        left, right = (x(min(max(value, first), last)) for value in (low, high))
        body.append(line(left, at - 4, max(right, left + 2), at - 4, INK, 4.0))
        body.append(text(max(right, left + 2) + 6, at, name, size=11))
    height = below + _STACK * max(1, len(course.signs))
    title = "What the simulation expects after the loss, and when the signs began"
    return picture(key, (_WIDTH, height), title, _describe(course), "".join(body))


def _describe(course: LossCourse) -> str:
    if course.begins_h is None:
        return "The simulation shows no rebound within ten days."
    return (
        f"Rebound is expected from hour {show_number(course.begins_h)} to hour {show_number(course.eases_h)}, "
        f"worst at hour {show_number(course.worst_h)}. {len(course.signs)} signs are drawn."
    )
