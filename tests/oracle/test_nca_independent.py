"""Oracle: a second non-compartmental analysis, written here in plain Python from the definitions, on simulated samples.

Both follow the same rules (linear up, logarithmic down; three points or more after the peak, best adjusted r2, more
points if within 1e-4), so only rounding may differ: 1e-11.
"""

from __future__ import annotations

from math import exp, log, log1p

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.nca import (
    area_between,
    summarise_dosing_interval,
    summarise_single_dose,
    time_above,
    time_below,
)
from eutonia.simulate.run import simulate

MODEL = load_knowledge().models["oral.reference2026"]
SAMPLES = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0]


def area(points: list[tuple[float, float]]) -> float:
    total = 0.0
    for k in range(1, len(points)):
        (t1, c1), (t2, c2) = points[k - 1], points[k]
        if c2 < c1 and c2 > 0:
            # Neighbouring floats can have one logarithm; that of their ratio, taken from its excess over 1, is not 0.
            total += (c1 - c2) * (t2 - t1) / log1p((c1 - c2) / c2)
        else:
            total += 0.5 * (c1 + c2) * (t2 - t1)
    return total


def slope(points: list[tuple[float, float]]) -> tuple[float, int, float] | None:
    """Rate, number of points and adjusted r2, by the sums of the normal equations."""
    highest = max(c for _, c in points)
    top = next(k for k, (_, c) in enumerate(points) if c == highest)
    after = [(t, c) for t, c in points[top + 1 :] if c > 0]
    candidates = []
    for n in range(3, len(after) + 1):
        part = [(t, log(c)) for t, c in after[-n:]]
        sx, sy = sum(t for t, _ in part), sum(y for _, y in part)
        sxx, sxy = sum(t * t for t, _ in part), sum(t * y for t, y in part)
        b = (n * sxy - sx * sy) / (n * sxx - sx * sx)
        a = (sy - b * sx) / n
        ss = sum((y - sy / n) ** 2 for _, y in part)
        rest = sum((y - a - b * t) ** 2 for t, y in part)
        if b < 0:
            candidates.append((-b, n, 1 - (rest / (n - 2)) / (ss / (n - 1))))
    if not candidates:
        return None
    best = max(c[2] for c in candidates)
    return max((c for c in candidates if c[2] >= best - 1e-4), key=lambda c: c[1])


def draw_curves(gfr: float) -> list[list[tuple[float, float]]]:
    people = draw_individuals(MODEL, Covariates(50, 70, gfr), 25, 6)
    curves = simulate(people, DoseEvents([0], [20]), np.array(SAMPLES)).concentration.T
    noise = np.exp(np.random.default_rng(1).normal(0, 0.15, curves.shape))
    return [list(zip(SAMPLES, curve.tolist(), strict=True)) for curve in curves * noise]


@pytest.mark.parametrize("gfr", [100, 15])
def test_single_dose_figures_agree_with_an_independent_analysis(gfr: float) -> None:
    found = 0
    for points in draw_curves(gfr):
        t, c = zip(*points, strict=True)
        ours, theirs = summarise_single_dose(t, c), slope(points)
        assert ours.cmax == max(c)
        assert ours.tmax_h == t[c.index(max(c))]
        assert ours.auc == pytest.approx(area(points), rel=1e-11)
        if theirs is None:
            assert ours.slope is None
            continue
        found += 1
        rate, n, adjusted = theirs
        assert ours.slope is not None
        assert ours.slope.hours == t[-n:]
        assert ours.slope.rate_per_h == pytest.approx(rate, rel=1e-9)  # sums of squares lose digits there
        assert ours.slope.adjusted_r2 == pytest.approx(adjusted, rel=1e-9)
        assert ours.half_life_h == pytest.approx(log(2) / rate, rel=1e-9)
        assert ours.auc_inf == pytest.approx(area(points) + c[-1] / rate, rel=1e-9)
    assert found > 20


def test_interval_figures_agree_with_an_independent_analysis() -> None:
    people = draw_individuals(MODEL, Covariates(50, 70, 60), 10, 6)
    hours = np.arange(0, 97) * 0.5
    curves = simulate(people, repeat_daily(DoseEvents([0, 8, 16], [10] * 3), 2), hours).concentration.T
    for curve in curves:
        ours = summarise_dosing_interval(hours, curve, 32, 8)
        part = [(t, c) for t, c in zip(hours.tolist(), curve.tolist(), strict=True) if 32 <= t <= 40]
        high, low = max(c for _, c in part), min(c for _, c in part)
        mean = area(part) / 8
        assert ours.auc == pytest.approx(area(part), rel=1e-11)
        assert ours.average == pytest.approx(mean, rel=1e-11)
        assert ours.fluctuation_percent == pytest.approx((high - low) / mean * 100, rel=1e-11)
        assert ours.swing_percent == pytest.approx((high - low) / low * 100, rel=1e-11)
        assert (ours.trough, ours.cmax, ours.cmin) == (part[-1][1], high, low)
        assert ours.tmax_h == next(t for t, c in part if c == high) - 32


@settings(deadline=None, max_examples=100)
@given(
    levels=st.lists(st.just(0.0) | st.floats(0.01, 1000), min_size=3, max_size=12),
    limit=st.floats(0.02, 900),
    cuts=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_time_above_a_level_agrees_with_counting_many_small_steps(
    levels: list[float], limit: float, cuts: tuple[float, float]
) -> None:
    hours = [float(k) for k in range(len(levels))]
    start, end = (c * hours[-1] for c in sorted(cuts))
    assume(end - start > 1e-3)
    steps = 2000
    above = 0
    for k in range(steps):
        t = start + (k + 0.5) * (end - start) / steps
        i = min(int(t), len(levels) - 2)
        c1, c2, way = levels[i], levels[i + 1], t - i
        falls = 0 < c2 < c1
        above += (c1 * exp(way * log(c2 / c1)) if falls else c1 + (c2 - c1) * way) > limit
    ours = time_above(hours, levels, limit, start, end)
    # every crossing can be off by one step, and there is at most one between two samples
    assert ours == pytest.approx(above * (end - start) / steps, abs=len(levels) * (end - start) / steps)
    assert ours + time_below(hours, levels, limit, start, end) == pytest.approx(end - start, abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(
    levels=st.lists(st.just(0.0) | st.floats(0.01, 1000), min_size=3, max_size=12),
    cuts=st.tuples(st.floats(0.01, 0.4), st.floats(0.5, 0.99)),
)
def test_areas_of_two_parts_add_to_the_whole(levels: list[float], cuts: tuple[float, float]) -> None:
    hours = [1.7 * k for k in range(len(levels))]
    low, high = (c * hours[-1] for c in cuts)
    parts = [area_between(hours, levels, a, b) for a, b in ((0.0, low), (low, high), (high, hours[-1]))]
    whole = area(list(zip(hours, levels, strict=True)))
    assert sum(parts) == pytest.approx(whole, rel=1e-9, abs=1e-9)
