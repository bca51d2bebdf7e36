"""A trial as one picture: levels and scores over time, and each outcome with how people differ and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from eutonia.report.axes import (
    BAND,
    INK,
    LINE_1,
    LINE_2,
    LINE_3,
    FloatArray,
    Scale,
    element,
    line,
    path,
    picture,
    round_ticks,
    spread,
    text,
    thin,
)
from eutonia.report.trial_words import (
    axis_unit,
    conditions,
    figure,
    interval,
    level_unit,
    model_words,
    percentiles,
    who_words,
)
from eutonia.show import show_number
from eutonia.simulate.events import HOURS_PER_DAY
from eutonia.simulate.trial import FRACTIONS, Measure, Outcome
from eutonia.simulate.trial_outcomes import OutcomeResult
from eutonia.simulate.trial_run import ModelRun, TrialResult

__all__ = ["trial_chart"]

_WIDTH, _LEFT, _RIGHT = 840.0, 46.0, 640.0
_PANEL, _GAP = 170.0, 74.0
_ROW, _HEAD = 22.0, 26.0
_BAR_LEFT, _BAR_RIGHT = 140.0, 480.0
_COLOURS = (LINE_1, LINE_2, LINE_3, INK)  # no more lines in one panel than these
_TITLES: dict[Measure, str] = {
    "plasma": "Baclofen in the blood, nanograms per mL",
    "lumbar fluid": "Baclofen in the lumbar fluid, micrograms per mL",
    "Ashworth score": "Ashworth score of the legs, from 1 (normal) to 5",
    "spasm score": "Spasm score, from 0 (none) to 4",
    "H reflex": "H to M ratio, times the untreated",
    "sedation": "Depth of sedation from the spinal fluid, from 0 (awake) to 1",
}
_LEGEND = (
    "Thick: 10th to 90th percentile of people, or the fraction of them. Thin, with ends: the 95 per cent Monte Carlo "
    "interval."
)
_SCORES: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0)
_DAY_STEPS = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364)
_HOUR_STEPS = (1, 2, 3, 6, 12)
_COUNTED = "counted over"
_MOST_TICKS = 9
_SHORT_H = 72.0


def trial_chart(result: TrialResult, key: str = "trial") -> str:
    """One SVG: a panel for each measure that matters, on one time axis, over the outcomes. key: unique on a page."""
    parts = [
        text(0, 14, result.trial.title, weight="bold", size=14),
        text(0, 33, f"{who_words(result.trial)}; {duration_of(result)}"),
    ]
    top = 74.0
    for measure in _measures(result):
        parts.append(_panel(result, measure, top))
        top += _PANEL + _GAP
    outcomes, height = _outcomes(result, top)
    parts.append(outcomes)
    return picture(key, (_WIDTH, height), result.trial.title, _description(result), "".join(parts))


def duration_of(result: TrialResult) -> str:
    """Length and seed, as shown under the title."""
    return conditions(result).partition(", on ")[0]


def _description(result: TrialResult) -> str:
    said = [f"{who_words(result.trial)}; {conditions(result)}."]
    for run in result.runs:
        for found in run.outcomes:
            who = f" ({model_words(run.model)})" if len(result.runs) > 1 else ""
            said.append(
                f"{found.outcome.name}{who}: {figure(found)}, Monte Carlo interval {interval(found)}."
            )
    return " ".join(said)


def _measures(result: TrialResult) -> tuple[Measure, ...]:
    """What is drawn: what outcomes look at, and for the spinal model the score and the fluid that drives it."""
    trial = result.trial
    asked = {
        o.of
        for o in trial.outcomes
        if o.kind not in ("fraction_with_ashworth_fall", "time_to_loss_of_effect")
    }
    if trial.is_spinal:
        asked.add("Ashworth score")
        asked.add("lumbar fluid" if trial.injections or trial.pump else "plasma")
    order: tuple[Measure, ...] = (
        "Ashworth score",
        "spasm score",
        "H reflex",
        "sedation",
        "plasma",
        "lumbar fluid",
    )
    return tuple(measure for measure in order if measure in asked)


def _panel(result: TrialResult, measure: Measure, top: float) -> str:
    base = top + _PANEL
    runs = result.runs[: len(_COLOURS)]
    x = Scale(0, result.trial.hours, _LEFT, _RIGHT)
    ticks = _SCORES
    if measure != "Ashworth score":
        medians = max(float(run.bands[measure][1].max()) for run in runs)
        ticks = round_ticks(max(medians, float(runs[0].bands[measure][2].max())), 4)
    y = Scale(ticks[0], ticks[-1], base, top)
    counted = _drawn_levels(result.trial.outcomes, measure, y)
    body = [
        text(0, top - 14, _TITLES[measure], weight="bold"),
        *(line(_LEFT, y(t), _RIGHT, y(t)) for t in ticks),
        *(text(_LEFT - 6, y(t) + 4, show_number(t), anchor="end", size=11) for t in ticks),
        _time_axis(result.trial.hours, x, top, base),
        _curves(runs, measure, x, y),
        _levels(counted, x, y),
        _names(runs, measure, counted, y, top, base),
        line(_LEFT, base, _RIGHT, base, INK),
    ]
    return "".join(body)


def _time_axis(hours: float, x: Scale, top: float, base: float) -> str:
    """Light verticals at round hours, or at whole days in a longer trial, counted from the start."""
    if hours <= _SHORT_H:
        unit, words = 1.0, "hours from the start"
        every = next((n for n in _HOUR_STEPS if hours / n + 1 <= _MOST_TICKS), 12)
    else:
        unit, words = HOURS_PER_DAY, "days from the start"
        every = next((n for n in _DAY_STEPS if hours / HOURS_PER_DAY / n + 1 <= _MOST_TICKS), _DAY_STEPS[-1])
    parts = []
    for tick in np.arange(0, hours / unit + 1e-9, every).tolist():
        px = x(tick * unit)
        parts.append(line(px, top, px, base))
        parts.append(line(px, base, px, base + 4, INK))
        parts.append(text(px, base + 16, show_number(tick), anchor="middle", size=11))
    parts.append(text(_RIGHT, base + 31, words, anchor="end", size=11))
    return "".join(parts)


def _curves(runs: Iterable[ModelRun], measure: Measure, x: Scale, y: Scale) -> str:
    parts = []
    for number, (run, colour) in enumerate(zip(runs, _COLOURS, strict=False)):
        low, middle, high = (_points(run, row, x, y) for row in run.bands[measure])
        if number == 0 and run.drawn > 1:
            outline = path([*high[0], *reversed(low[0])], [*high[1], *reversed(low[1])]) + "Z"
            parts.append(element("path", d=outline, fill=BAND, fill_opacity="0.45", data_band="percentiles"))
        parts.append(element("path", d=path(*middle), fill="none", stroke=colour, stroke_width="1.4"))
    return "".join(parts)


def _points(run: ModelRun, row: FloatArray, x: Scale, y: Scale) -> tuple[list[float], list[float]]:
    hours, values = thin(run.times_h, row)
    return [x(hour) for hour in hours.tolist()], [y(value) for value in values.tolist()]


def _drawn_levels(outcomes: Iterable[Outcome], measure: Measure, y: Scale) -> tuple[Outcome, ...]:
    """The outcomes that count over a level of this measure, where the panel reaches it."""
    return tuple(
        o
        for o in outcomes
        if o.kind == "fraction_over_concentration"
        and o.of == measure
        and not o.height_cm
        and o.level is not None
        and o.level <= y.high
    )


def _levels(outcomes: Iterable[Outcome], x: Scale, y: Scale) -> str:
    """The levels that fractions are counted over, each over its own window."""
    return "".join(
        element(
            "line",
            x1=x(outcome.from_h),
            y1=y(outcome.level or 0),
            x2=x(outcome.to_h),
            y2=y(outcome.level or 0),
            stroke=INK,
            stroke_width=1.6,
            stroke_dasharray="6 3",
        )
        for outcome in outcomes
    )


def _names(
    runs: tuple[ModelRun, ...],
    measure: Measure,
    counted: tuple[Outcome, ...],
    y: Scale,
    top: float,
    base: float,
) -> str:
    """Names beside the ends of the lines, pushed apart where they would touch."""
    first = runs[0]
    wanted: list[tuple[str, str, str, float]] = []
    tail = slice(-max(len(first.times_h) // 8, 1), None)
    if first.drawn > 1:
        whose = f", {model_words(first.model)}" if len(runs) > 1 else ""
        highest = float(first.bands[measure][2][tail].max())
        wanted.append(("10th to 90th percentile", f"{first.drawn:,} people{whose}", BAND, highest))
    for level in sorted({o.level for o in counted if o.level is not None}):
        wanted.append((f"{show_number(level)} {level_unit(measure)}", _COUNTED, INK, level))
    for run, colour in zip(runs, _COLOURS, strict=False):
        name = model_words(run.model) if len(runs) > 1 else "median"
        kind = "" if len(runs) == 1 else "typical person" if run.drawn == 1 else "median"
        wanted.append((name, kind, colour, float(np.median(run.bands[measure][1][tail]))))
    heights = spread([y(value) for *_, value in wanted], 32, top + 6, base - 16)
    parts = []
    for (name, kind, colour, _), height in zip(wanted, heights, strict=True):
        swatch, dashes = (8.0 if colour == BAND else 2.5), "6 3" if kind == _COUNTED else None
        mark = element(
            "path",
            d=f"M{_RIGHT + 8:.1f} {height - 4:.1f}h15",
            stroke=colour,
            stroke_width=swatch,
            stroke_dasharray=dashes,
        )
        parts.append(mark)
        parts.append(text(_RIGHT + 27, height, name, size=11))
        parts.append(text(_RIGHT + 27, height + 13, kind, size=11) if kind else "")
    return "".join(parts)


def _outcomes(result: TrialResult, top: float) -> tuple[str, float]:
    """A group of rows for each outcome; their SVG and where they end."""
    parts = [
        text(0, top - 14, "Outcomes", weight="bold"),
        text(0, top + 4, _LEGEND, size=11),
    ]
    py = top + 32
    for index, outcome in enumerate(result.trial.outcomes):
        found = [(run, run.outcomes[index]) for run in result.runs]
        parts.append(text(0, py, f"{outcome.name[:1].upper()}{outcome.name[1:]} ({axis_unit(outcome)})"))
        scale, ticks = _scale(outcome, [one for _, one in found])
        base = py + _ROW * len(found) + 4
        if scale is not None:
            for tick in ticks:
                parts.append(line(scale(tick), py + 6, scale(tick), base))
                parts.append(text(scale(tick), base + 12, _tick(outcome, tick), anchor="middle", size=10))
        for number, (run, one) in enumerate(found):
            middle = py + _ROW * (number + 0.5) + 4
            parts.append(_row(run, one, scale, middle, is_named=len(found) > 1))
        py = base + _HEAD + 14
    return "".join(parts), py


def _scale(outcome: Outcome, found: list[OutcomeResult]) -> tuple[Scale | None, tuple[float, ...]]:
    """The scale of a group: per cent, or from 0 to the highest percentile that is not beyond the window."""
    if outcome.kind in FRACTIONS:
        return Scale(0, 1, _BAR_LEFT, _BAR_RIGHT), (0.0, 0.25, 0.5, 0.75, 1.0)
    if outcome.of == "Ashworth score" and outcome.kind != "time_to_loss_of_effect":
        return Scale(1, 5, _BAR_LEFT, _BAR_RIGHT), _SCORES
    if outcome.kind == "time_to_loss_of_effect":
        highest = outcome.to_h - outcome.from_h
        if axis_unit(outcome) == "days":
            days = round_ticks(highest / HOURS_PER_DAY, 4)
            ticks = tuple(HOURS_PER_DAY * day for day in days)
            return Scale(0, ticks[-1], _BAR_LEFT, _BAR_RIGHT), ticks
    else:
        highest = max(one.spread.p90 for one in found if one.spread is not None)
    ticks = round_ticks(highest, 4)
    return (Scale(0, ticks[-1], _BAR_LEFT, _BAR_RIGHT), ticks) if highest > 0 else (None, ())


def _tick(outcome: Outcome, tick: float) -> str:
    if outcome.kind in FRACTIONS:
        return show_number(100 * tick)
    return show_number(tick / HOURS_PER_DAY if axis_unit(outcome) == "days" else tick)


def _row(run: ModelRun, one: OutcomeResult, scale: Scale | None, middle: float, *, is_named: bool) -> str:
    parts = [text(0, middle + 4, model_words(run.model), size=11)] if is_named else []
    if scale is not None:
        parts.append(_marks(one, scale, middle))
    words = figure(one)
    if percentiles(one):
        words += f" ({percentiles(one)})"
    parts.append(text(_BAR_RIGHT + 14, middle + 4, words, size=11))
    return "".join(parts)


def _marks(one: OutcomeResult, scale: Scale, middle: float) -> str:
    def clipped(value: float) -> float:
        return scale(min(max(value, scale.low), scale.high))

    if one.spread is None:
        found, low, high = one.fraction, 0.0, one.fraction.value if one.fraction else 0.0
        colour = LINE_1
    else:
        found, low, high = one.spread.median, one.spread.p10, one.spread.p90
        colour = BAND
    assert found is not None
    if not one.has_people:
        return element("circle", cx=clipped(found.value), cy=middle, r=4, fill=INK)
    start, end = clipped(low), clipped(high)
    parts = [element("rect", x=start, y=middle - 5, width=max(end - start, 1.0), height=10, fill=colour)]
    if one.spread is not None and math.isfinite(found.value):
        parts.append(element("circle", cx=clipped(found.value), cy=middle, r=4, fill=LINE_1))
    if found.low is not None and found.high is not None:
        a, b = clipped(found.low), clipped(found.high)
        parts += [
            line(a, middle, b, middle, INK, 1.5),
            *(line(p, middle - 4, p, middle + 4, INK, 1.5) for p in (a, b)),
        ]
    return "".join(parts)
