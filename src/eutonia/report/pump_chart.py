"""A programme over a day, and what reaches the catheter tip, as SVG: drawn from the exact steps of the simulation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.change import ChangePlan
from eutonia.plan.pump.exact import DAY_H, show_amount
from eutonia.plan.pump.late import LateRefillPlan
from eutonia.plan.pump.missed import MissedRefillPlan
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.programme import Programme
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.simulated import Simulated
from eutonia.report.axes import INK, LINE_1, LINE_2, LINE_3, element, line, path, picture, text, text_width
from eutonia.report.pump_axes import LEFT, WIDTH, Frame, Mark, Name, marks, names, stairs, time_axis
from eutonia.show import show_number
from eutonia.simulate.device import PumpRun
from eutonia.wanted_pump import PumpAsk

__all__ = ["Courses", "courses_of", "rate_chart", "tip_chart"]

_DAY = float(DAY_H)
_PANEL, _FLAT_PANEL, _BETWEEN = 118.0, 56.0, 46.0
_DAYS_FROM_H = 8 * _DAY  # longer courses are counted in days
_MOST_NUMBERS = 10
_HAPPENS = {
    "new solution at the tip": "new solution at the tip",
    "empty": "reservoir empty",
    "running again": "runs again",
}


def rate_chart(before: Programme | None, after: Programme | None, *, key: str = "pump-rate") -> str:
    """The rate over 24 hours, micrograms an hour: before over after, on one scale. Gives one SVG."""
    shown = [(name, p) for name, p in (("Before", before), ("After", after)) if p is not None]
    if len(shown) == 1:
        shown = [("", shown[0][1])]
    most = float(max(rate for _, p in shown for rate in p.rates))
    panel = _FLAT_PANEL if all(len(p.rates) == 1 for _, p in shown) else _PANEL
    body, described, top = [], [], 34.0
    body.append(text(0, 12, "Rate of the pump, micrograms an hour", weight="bold"))
    for place, (name, programme) in enumerate(shown):
        colour = LINE_3 if name == "Before" else LINE_1
        total = f"{show_amount(programme.daily)} micrograms in 24 hours"
        head = f"{name}: {total}" if name else total
        frame = Frame.of(0, _DAY, most, top=top + 18, base=top + 18 + panel, right=676)
        body += [frame.drawn("", top), text(LEFT, top, head), _clock(frame, is_last=place == len(shown) - 1)]
        body.append(_programme(frame, programme, colour))
        rates = "; ".join(f"{show_amount(r)} micrograms an hour" for r in dict.fromkeys(programme.rates))
        described.append(f"{head}, at {rates}.")
        top += 18 + panel + _BETWEEN
    title = "The rate of the pump over a day" + (", before and after" if len(shown) > 1 else "")
    return picture(key, (WIDTH, top - 8), title, " ".join(described), "".join(body))


def _clock(frame: Frame, *, is_last: bool) -> str:
    parts = []
    for hour in range(0, 25, 4):
        px = frame.x(hour)
        parts += [line(px, frame.top, px, frame.base), line(px, frame.base, px, frame.base + 4, INK)]
        parts.append(text(px, frame.base + 17, f"{hour:02d}:00", anchor="middle", size=11))
    if is_last:
        parts.append(text(LEFT, frame.base + 32, "clock time", size=11))
    return "".join(parts)


def _programme(frame: Frame, programme: Programme, colour: str) -> str:
    """The cycle of the programme repeated over the day, with the rate over each wide step."""
    edges, rates = [0.0], []
    for hours, amount in itertools.cycle(programme.cycle):
        if edges[-1] >= _DAY:
            break
        edges.append(min(edges[-1] + float(hours), _DAY))
        rates.append(amount / hours)
    xs, ys = stairs([frame.x(e) for e in edges], [frame.y(float(r)) for r in rates])
    outline = path([xs[0], *xs, xs[-1]], [frame.base, *ys, frame.base])
    parts = [
        element("path", d=outline + "Z", fill=colour, fill_opacity="0.12"),
        element("path", d=path(xs, ys), fill="none", stroke=colour, stroke_width="2.2"),
    ]
    narrow: dict[str, str] = {}
    for (start, end), rate in zip(itertools.pairwise(edges), rates, strict=True):
        label = show_amount(rate)
        height = frame.y(float(rate))
        beside = text(frame.x(end) + 4, height + 12, label, weight="bold")
        if frame.x(end) - frame.x(start) >= text_width(label, 12) + 6:
            middle = (frame.x(start) + frame.x(end)) / 2
            parts.append(text(middle, height - 5, label, anchor="middle", weight="bold"))
        else:
            narrow.setdefault(label, beside)  # a short step is named once, on its right
    return "".join([*parts, *narrow.values()])


@dataclass(frozen=True, slots=True)
class Courses:
    """The runs of a plan that are drawn, each with its name in one or two rows; hours count from ``origin_h``."""

    runs: tuple[tuple[tuple[str, ...], PumpRun], ...]
    origin_h: float
    counted_from: str

    @property
    def in_days(self) -> bool:
        """Whether the axis is in days."""
        return float(self.runs[0][1].time_h[-1]) > _DAYS_FROM_H


def courses_of(answer: PumpAnswer) -> Courses | None:
    """What a plan simulated at the tip, with names; None where nothing was, or where the dose stays as it is."""
    plan = answer.plan
    if not isinstance(plan, PumpPlan) or isinstance(plan, RefillPlan):
        return None
    found = plan.simulated
    if found is None or found.run is None:
        return None
    first, second = _names(answer, found)
    runs = [(first, found.run)]
    if found.without is not None:
        runs.append((second, found.without))
    if found.fast is not None:
        runs.append((("as fast as its", "error allows"), found.fast))
    origin, words = _origin(plan, answer.kind, found.run)
    return Courses(tuple(runs), origin, words)


def _names(answer: PumpAnswer, found: Simulated) -> tuple[tuple[str, ...], tuple[str, ...]]:
    plan = answer.plan
    if isinstance(plan, ChangePlan) and plan.bridge is not None:
        return ("with the bridge",), ("bridge left out",)
    if answer.kind is PumpAsk.START and found.run is not None:
        pair = ("path filled", "with drug"), ("path empty", "at the start")
        return pair if found.run.in_path_at_start else (pair[1], pair[0])
    return {
        **dict.fromkeys((PumpAsk.REPLACEMENT, PumpAsk.PRIMING), (("path primed",), ("not primed",))),
        PumpAsk.SCAN: (("stands as long", "as it may"), ("runs again right", "after the scan")),
        PumpAsk.RESTART: (("dose from before",), ("first dose of", "the titration")),
        PumpAsk.MISSED: (("as programmed",), ()),
        PumpAsk.LATE: (("as programmed",), ()),
    }.get(answer.kind, (("as planned",), ()))


def _origin(plan: PumpPlan, kind: PumpAsk, run: PumpRun) -> tuple[float, str]:
    """From which hour of the simulation the axis counts, and what that is."""
    if isinstance(plan, MissedRefillPlan):
        empty = next((o.at_h for o in run.occurrences if o.kind == "empty"), 0.0)
        return empty - float(plan.days_until_empty * DAY_H), "from today"
    if isinstance(plan, LateRefillPlan):
        dry = [o.at_h for o in run.occurrences if o.kind == "empty"]
        return (dry[0], "from the empty reservoir on") if dry else (0.0, "around that refill")
    stands = next((o.at_h for o in run.occurrences if o.kind in {"magnet", "stopped"}), 0.0)
    return {
        PumpAsk.SCAN: (stands, "from the scan on"),
        PumpAsk.RESTART: (stands, "from the stop on"),
        PumpAsk.CHANGE: (0.0, "after the change"),
        PumpAsk.START: (0.0, "after the start"),
        **dict.fromkeys((PumpAsk.REPLACEMENT, PumpAsk.PRIMING), (0.0, "after priming began")),
    }.get(kind, (0.0, "from now"))


def tip_chart(courses: Courses, *, key: str = "pump-tip") -> str:
    """Micrograms an hour out of the catheter tip, each course as a line of steps. Gives one SVG."""
    unit_h = _DAY if courses.in_days else 1.0
    low, high = ((hour - courses.origin_h) / unit_h for hour in (0.0, float(courses.runs[0][1].time_h[-1])))
    most = max(float(run.tip_rate.max()) for _, run in courses.runs)
    wanted = [*_happenings(courses, unit_h)]
    _, rows = marks(Frame.of(low, high, most, top=0, base=1), wanted)
    top = 34.0 + 15 * rows
    frame = Frame.of(low, high, most, top=top, base=top + 190)
    over, _ = marks(frame, wanted)
    body = [frame.drawn("Out of the catheter tip, micrograms an hour", 12)]
    body.append(time_axis(frame, _counted(courses), in_days=courses.in_days))
    colours = (LINE_1, LINE_2, LINE_3)
    busy = [frame.x(mark.at) for mark in wanted]
    said: list[float] = []
    lines: list[str] = []
    numbers: list[str] = []
    ends: list[Name] = []
    for (words, run), colour in zip(courses.runs, colours, strict=False):
        edges = ((run.time_h - courses.origin_h) / unit_h).tolist()
        xs, ys = stairs([frame.x(e) for e in edges], [frame.y(float(v)) for v in run.tip_rate])
        width = "2.2" if colour == LINE_1 else "1.6"
        lines.insert(0, element("path", d=path(xs, ys), fill="none", stroke=colour, stroke_width=width))
        numbers += _numbers(frame, edges, run, busy, said)
        said += run.tip_rate.tolist()
        ends.append(Name(words, colour, float(run.tip_rate[-1])))
    body += [over, *lines, *numbers, names(frame, ends)]
    return picture(
        key, (WIDTH, frame.base + 40), "What reaches the catheter tip", _described(courses), "".join(body)
    )


def _counted(courses: Courses) -> str:
    return f"{'days' if courses.in_days else 'hours'} {courses.counted_from}"


def _happenings(courses: Courses, unit_h: float) -> list[Mark]:
    found: dict[tuple[str, float], list[str]] = {}
    for words, run in courses.runs:
        for event in run.occurrences:
            if event.kind in _HAPPENS:
                found.setdefault((event.kind, event.at_h), []).append(" ".join(words))
    marked = []
    for (kind, at_h), whose in found.items():
        at = (at_h - courses.origin_h) / unit_h
        name = f"{whose[0]}: " if len(whose) < len(courses.runs) else ""
        marked.append(Mark(at, f"{name}{_HAPPENS[kind]}, {_when(at, courses)}"))
    return marked


def _when(at: float, courses: Courses) -> str:
    unit = "day" if courses.in_days else "hour"
    return f"{unit} {show_number(at, 4)}" if at >= 0 else f"{show_number(-at, 3)} {unit}s before"


def _numbers(
    frame: Frame, edges: Sequence[float], run: PumpRun, busy: Sequence[float], said: Sequence[float]
) -> list[str]:
    """The rate over each long level of a line, beside the verticals, unless another line has said it."""
    rates = run.tip_rate
    starts = [0, *(k for k in range(1, len(rates)) if not np.isclose(rates[k], rates[k - 1]))]
    if len(starts) > _MOST_NUMBERS:
        return []
    parts = []
    for start, end in zip(starts, [*starts[1:], len(rates)], strict=True):
        left, right = frame.x(edges[start]), frame.x(edges[end])
        label = show_number(float(rates[start]), 4)
        half = text_width(label, 11) / 2 + 3
        places = (left + share * (right - left) for share in (0.5, 0.3, 0.7, 0.15, 0.85))
        free = [p for p in places if all(abs(p - x) > half for x in busy) and left + half < p < right - half]
        if free and not any(np.isclose(float(rates[start]), other) for other in said):
            height = frame.y(float(rates[start])) - 6
            parts.append(text(free[0], height, label, anchor="middle", weight="bold", size=11))
    return parts


def _described(courses: Courses) -> str:
    unit_h, unit = (_DAY, "day") if courses.in_days else (1.0, "hour")
    parts = []
    for words, run in courses.runs:
        first, last = (show_number(float(run.tip_rate[k]), 3) for k in (0, -1))
        low, high = show_number(float(run.tip_rate.min()), 3), show_number(float(run.tip_rate.max()), 3)
        parts.append(
            f"{' '.join(words).capitalize()}: {first} micrograms an hour at first, {last} at the end, between {low} "
            f"and {high}."
        )
    parts += [f"{mark.words.capitalize()}." for mark in _happenings(courses, unit_h)]
    until = (float(courses.runs[0][1].time_h[-1]) - courses.origin_h) / unit_h
    return " ".join([*parts, f"Drawn to {unit} {show_number(until, 3)} {courses.counted_from}."])
