"""The reservoir down to its refill, and the daily dose of a pump up or down its steps, as SVG."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from eutonia.plan.pump.exact import DAY_H, show_amount
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.titrate import TitrationPlan
from eutonia.plan.pump.wean import PumpWean
from eutonia.report.axes import (
    INK,
    LINE_1,
    LINE_2,
    LINE_3,
    date_axis,
    day_ticks,
    element,
    path,
    picture,
    text,
    text_width,
)
from eutonia.report.pump_axes import WIDTH, Frame, Mark, Name, marks, names, stairs, time_axis
from eutonia.show import show_date, show_number
from eutonia.simulate.device import PumpRun

__all__ = ["dose_stairs", "reservoir_chart"]

_DAY = float(DAY_H)
_DAYS_FROM_H = 2 * _DAY


def reservoir_chart(plan: RefillPlan, *, key: str = "pump-reservoir") -> str:
    """mL in the reservoir by date: as programmed and as fast as the error allows, the levels, the days that count."""
    found = plan.simulated
    assert found is not None and found.run is not None
    start = datetime.combine(plan.filled_on, time.min)
    until = float(found.run.time_h[-1])
    days = [("refill by", plan.refill_by), ("alarm", plan.alarm_on), ("empty", plan.empty_on)]
    days.append(("solution keeps until", plan.stable_until))
    if plan.expires_on is not None:
        days.append(("drug expires", plan.expires_on))
    inside = [(_hours(start, on), f"{words} {show_date(on)}") for words, on in days]
    wanted = [Mark(at, words) for at, words in inside if 0 <= at <= until]
    most = float(plan.filling.ml)
    _, rows = marks(Frame.of(0, until, most, top=0, base=1), wanted)
    top = 34.0 + 15 * rows
    frame = Frame.of(0, until, most, top=top, base=top + 200)
    over, _ = marks(frame, wanted)
    ticks = day_ticks(start, start + timedelta(hours=until), 7)
    body = [frame.drawn("In the reservoir, mL", 12), date_axis(ticks, frame.x, start, top, frame.base)]
    levels, labels = _levels(plan, frame)
    body += [levels, over]
    if found.fast is not None:
        body.append(_course(frame, found.fast, LINE_2, "1.6"))
    body += [_course(frame, found.run, LINE_1, "2.2"), names(frame, labels), _along(frame, plan)]
    desc = f"{' '.join(plan.says[:3])} " + " ".join(
        f"{show_amount(level.left_ml)} mL on {show_date(level.on(plan.filled_on))}." for level in plan.levels
    )
    return picture(
        key, (WIDTH, frame.base + 40), "The volume in the reservoir until it is empty", desc, "".join(body)
    )


def _hours(start: datetime, on: date) -> float:
    return (datetime.combine(on, time.min) - start) / timedelta(hours=1)


def _course(frame: Frame, run: PumpRun, colour: str, width: str) -> str:
    xs = [frame.x(float(h)) for h in run.time_h]
    ys = [frame.y(float(v)) for v in [run.left_ml[0, 0], *run.left_ml[:, 1]]]
    return element("path", d=path(xs, ys), fill="none", stroke=colour, stroke_width=width)


def _levels(plan: RefillPlan, frame: Frame) -> tuple[str, list[Name]]:
    """Lines at the volume of the alarm and at the volumes the knowledge base speaks of, with names beside them."""
    alarm = plan.alarm.left_ml
    volumes = {alarm: f"alarm at {show_amount(alarm)} mL"}
    for level in plan.levels:
        volumes.setdefault(level.left_ml, f"{show_amount(level.left_ml)} mL")
    parts, labels = [], []
    for ml, words in volumes.items():
        height, colour = frame.y(float(ml)), INK if ml == alarm else LINE_3
        parts.append(
            element(
                "line",
                x1=frame.x.start,
                y1=height,
                x2=frame.x.end,
                y2=height,
                stroke=colour,
                stroke_width="1.5" if ml == alarm else "1",
                stroke_dasharray="6 3",
            )
        )
        labels.append(Name((words,), colour, float(ml)))
    return "".join(parts), labels


def _along(frame: Frame, plan: RefillPlan) -> str:
    """The names of the two courses, above and below their middles."""
    ml, days = plan.filling.ml, plan.empty.days
    parts = [_beside(frame, "as programmed", ml, days, is_above=True)]
    if plan.empty.early is not None:
        parts.append(_beside(frame, "as fast as its error allows", ml, plan.empty.early, is_above=False))
    return "".join(parts)


def _beside(frame: Frame, words: str, ml: Fraction, days: Fraction, *, is_above: bool) -> str:
    px, py = frame.x(float(days * DAY_H) / 2), frame.y(float(ml) / 2)
    if is_above:
        return text(px + 8, py - 8, words, size=11)
    return text(px - 10 - text_width(words, 11), py + 14, words, size=11)


def dose_stairs(plan: TitrationPlan | PumpWean, *, key: str = "pump-stairs") -> str:
    """The daily dose step by step, up or down, micrograms in 24 hours. Gives one SVG."""
    starts = [float(step.at_h) for step in plan.steps]
    doses = [plan.whole.before_daily, *(step.micrograms for step in plan.steps)]
    last = starts[-1] - starts[-2] if len(starts) > 1 else _DAY
    until = starts[-1] + last
    in_days = until > _DAYS_FROM_H
    unit_h = _DAY if in_days else 1.0
    lead = until * 0.08  # the dose from before is drawn so long ahead of the first step
    edges = [hour / unit_h for hour in (min(0.0, starts[0]) - lead, *starts, until)]
    frame = Frame.of(edges[0], edges[-1], float(max(doses)), top=40, base=230, right=676)
    body = [frame.drawn("Micrograms of baclofen in 24 hours", 12)]
    body.append(time_axis(frame, f"{'days' if in_days else 'hours'} from now", in_days=in_days))
    xs, ys = stairs([frame.x(e) for e in edges], [frame.y(float(d)) for d in doses])
    outline = path([xs[0], *xs, xs[-1]], [frame.base, *ys, frame.base])
    body.append(element("path", d=outline + "Z", fill=LINE_1, fill_opacity="0.12"))
    body.append(element("path", d=path(xs, ys), fill="none", stroke=LINE_1, stroke_width="2.2"))
    body.append(element("path", d=path(xs[:2], ys[:2]), fill="none", stroke=LINE_3, stroke_width="2.6"))
    body += _treads(frame, edges, doses)
    line_of = "; ".join(
        f"from hour {show_amount(step.at_h)} {show_amount(step.micrograms)} micrograms" for step in plan.steps
    )
    title = "The daily dose of the pump, step by step"
    desc = f"{show_amount(doses[0])} micrograms in 24 hours before; {line_of}."
    return picture(key, (WIDTH, frame.base + 40), title, desc, "".join(body))


def _treads(frame: Frame, edges: list[float], doses: list[Fraction]) -> list[str]:
    """The dose over each tread; where treads are narrow some are left out, never the first or the last."""
    labels = [show_number(float(dose), 4) for dose in doses]
    middles = [(frame.x(a) + frame.x(b)) / 2 for a, b in pairwise(edges)]
    parts = [text(frame.x.start, frame.y(float(doses[0])) - 6, labels[0], weight="bold")]
    end = frame.x.start + text_width(labels[0], 12)
    last = len(labels) - 1
    last_left = middles[last] - text_width(labels[last], 12) / 2
    for place in range(1, last + 1):
        half = text_width(labels[place], 12) / 2
        left, right = middles[place] - half, middles[place] + half
        if place == last or (left > end + 4 and right < last_left - 4):
            parts.append(text(left, frame.y(float(doses[place])) - 6, labels[place], weight="bold"))
            end = right
    return parts
