"""Non-compartmental summaries of sampled curves: what a laboratory's values say without any model.

Areas are linear where the curve rises or is flat and logarithmic where it falls, and so is the curve between samples.
``eutonia.simulate.exact`` gives the same figures from the model itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eutonia.model.individual import FloatArray

__all__ = [
    "IntervalFigures",
    "SingleDoseFigures",
    "TerminalSlope",
    "accumulation",
    "area_between",
    "find_terminal_slope",
    "interpolate",
    "summarise_dosing_interval",
    "summarise_single_dose",
    "time_above",
    "time_below",
]

_FEWEST_POINTS = 3
# A fit with more points is preferred when its adjusted r2 is no worse than the best by this much.
_AS_GOOD = 1e-4


@dataclass(frozen=True, slots=True)
class TerminalSlope:
    """The straight end of a log curve: rate_per_h; intercept (ln of ng/mL at hour 0); the hours of the points used;
    adjusted r2; half-life in hours."""

    rate_per_h: float
    intercept: float
    hours: tuple[float, ...]
    adjusted_r2: float

    @property
    def half_life_h(self) -> float:
        return float(np.log(2.0) / self.rate_per_h)


@dataclass(frozen=True, slots=True)
class SingleDoseFigures:
    """A curve from its first to its last point, ng/mL and hours.

    tmax_h: from the first point, the earliest if several. auc: to the last concentration above 0. auc_inf: to infinity,
    with the last measured one; None without a terminal slope. extrapolated_percent: the part of it nobody measured.
    """

    cmax: float
    tmax_h: float
    auc: float
    auc_inf: float | None
    extrapolated_percent: float | None
    half_life_h: float | None
    slope: TerminalSlope | None


@dataclass(frozen=True, slots=True)
class IntervalFigures:
    """One dosing interval, ng/mL and hours.

    tmax_h: from its start. trough: at its end. fluctuation_percent: (highest - lowest) / average. swing_percent:
    (highest - lowest) / lowest, None when the lowest is 0.
    """

    start_h: float
    end_h: float
    cmax: float
    tmax_h: float
    cmin: float
    trough: float
    auc: float
    average: float
    fluctuation_percent: float
    swing_percent: float | None


def summarise_single_dose(
    hours: ArrayLike, level: ArrayLike, *, into_vein: bool = False
) -> SingleDoseFigures:
    """Figures of one dose from samples (T,), hours and ng/mL. Raises ValueError for a list that is no curve."""
    t, c = _curve(hours, level)
    top = int(np.argmax(c))
    positive = np.flatnonzero(c > 0)
    last = int(positive[-1]) if positive.size else 0
    auc = float(_pieces(t[: last + 1], c[: last + 1], _falls(c[: last + 1])).sum())
    slope = find_terminal_slope(t, c, into_vein=into_vein)
    auc_inf = extra = None
    if slope is not None:
        rest = float(c[last] / slope.rate_per_h)
        auc_inf = auc + rest
        extra = 100 * rest / auc_inf
    return SingleDoseFigures(
        cmax=float(c[top]),
        tmax_h=float(t[top] - t[0]),
        auc=auc,
        auc_inf=auc_inf,
        extrapolated_percent=extra,
        half_life_h=None if slope is None else slope.half_life_h,
        slope=slope,
    )


def find_terminal_slope(
    hours: ArrayLike, level: ArrayLike, *, into_vein: bool = False
) -> TerminalSlope | None:
    """The best straight end of the log curve: three points or more after the peak, highest adjusted r2.

    The peak itself counts only after a dose into a vein. None with too few points or an end that does not fall.
    """
    t, c = _curve(hours, level)
    first = int(np.argmax(c)) + (0 if into_vein else 1)
    usable = np.arange(first, len(t))[c[first:] > 0]
    fits = [_fit(t[usable[k:]], np.log(c[usable[k:]])) for k in range(len(usable) - _FEWEST_POINTS + 1)]
    falling = [fit for fit in fits if fit is not None]
    if not falling:
        return None
    best = max(fit.adjusted_r2 for fit in falling)
    return next(fit for fit in falling if fit.adjusted_r2 >= best - _AS_GOOD)  # the longest comes first


def summarise_dosing_interval(
    hours: ArrayLike, level: ArrayLike, start_h: float, tau_h: float
) -> IntervalFigures:
    """Figures of the interval from ``start_h`` over ``tau_h`` hours; both ends may lie between samples.

    Raises ValueError when the samples do not reach over the interval.
    """
    t, c = _curve(hours, level)
    end = start_h + tau_h
    x, y, is_log = _cut(t, c, start_h, end)
    top = int(np.argmax(y))
    auc = float(_pieces(x, y, is_log).sum())
    average, high, low = auc / tau_h, float(y[top]), float(y.min())
    if average <= 0:
        raise ValueError(f"there is nothing to summarise from {start_h:g} h to {end:g} h: all levels are 0")
    return IntervalFigures(
        start_h=start_h,
        end_h=end,
        cmax=high,
        tmax_h=float(x[top] - start_h),
        cmin=low,
        trough=float(y[-1]),
        auc=auc,
        average=average,
        fluctuation_percent=100 * (high - low) / average,
        swing_percent=100 * (high - low) / low if low > 0 else None,
    )


def accumulation(first: IntervalFigures, later: IntervalFigures) -> float:
    """Exposure of a later interval over that of the first. Raises ValueError for intervals of unlike length."""
    if abs((first.end_h - first.start_h) - (later.end_h - later.start_h)) > 1e-9:
        raise ValueError("the two intervals must be equally long")
    return later.auc / first.auc


def area_between(hours: ArrayLike, level: ArrayLike, start_h: float, end_h: float) -> float:
    """Area under the curve between two hours, ng h/mL. Raises ValueError outside the samples."""
    return float(_pieces(*_cut(*_curve(hours, level), start_h, end_h)).sum())


def time_above(hours: ArrayLike, level: ArrayLike, limit: float, start_h: float, end_h: float) -> float:
    """Hours with more than ``limit`` ng/mL between two hours. Raises ValueError outside the samples."""
    x, y, is_log = _cut(*_curve(hours, level), start_h, end_h)
    total = 0.0
    for t0, t1, c0, c1, log in zip(x[:-1], x[1:], y[:-1], y[1:], is_log, strict=True):
        if c0 > limit and c1 > limit:
            total += t1 - t0
        elif (c0 > limit) != (c1 > limit):
            crossing = t0 + (t1 - t0) * _part_of_way(float(c0), float(c1), limit, bool(log))
            total += crossing - t0 if c0 > limit else t1 - crossing
    return float(total)


def time_below(hours: ArrayLike, level: ArrayLike, limit: float, start_h: float, end_h: float) -> float:
    """Hours with no more than ``limit`` ng/mL between two hours. Raises ValueError outside the samples."""
    return end_h - start_h - time_above(hours, level, limit, start_h, end_h)


def interpolate(hours: ArrayLike, level: ArrayLike, at_h: float) -> float:
    """The curve between samples: straight where it rises, straight on a log scale where it falls."""
    t, c = _curve(hours, level)
    if not t[0] <= at_h <= t[-1]:
        raise ValueError(f"{at_h:g} h lies outside the samples, {t[0]:g} h to {t[-1]:g} h")
    right = int(np.searchsorted(t, at_h))
    if t[right] == at_h:
        return float(c[right])
    t0, t1, c0, c1 = t[right - 1], t[right], float(c[right - 1]), float(c[right])
    way = float((at_h - t0) / (t1 - t0))
    if 0 < c1 < c0:
        return float(c0 * (c1 / c0) ** way)
    return c0 + (c1 - c0) * way


def _curve(hours: ArrayLike, level: ArrayLike) -> tuple[FloatArray, FloatArray]:
    t, c = np.asarray(hours, dtype=np.float64), np.asarray(level, dtype=np.float64)
    if t.ndim != 1 or t.shape != c.shape or len(t) < 2:
        raise ValueError("hours and levels must be two lists of equal length, at least two points")
    for index in np.flatnonzero(~(np.isfinite(t) & np.isfinite(c)))[:1]:
        raise ValueError(f"point {index + 1} is not a number")
    for index in np.flatnonzero(np.diff(t) <= 0)[:1]:
        raise ValueError(f"hours must rise: point {index + 2} is not later than point {index + 1}")
    for index in np.flatnonzero(c < 0)[:1]:
        raise ValueError(f"the level of point {index + 1} is below 0")
    return t, c


def _falls(c: FloatArray) -> NDArray[np.bool_]:
    """Which pieces between samples are logarithmic: those that fall to a level above 0."""
    return np.asarray((c[1:] < c[:-1]) & (c[1:] > 0))


def _pieces(t: FloatArray, c: FloatArray, is_log: NDArray[np.bool_]) -> FloatArray:
    """The area under each piece."""
    step, one, other = np.diff(t), c[:-1], c[1:]
    uneven = is_log & (one != other)
    below = np.where(uneven, other, 1.0)
    ratio = np.where(uneven, (one - below) / below, 1.0)
    return np.asarray(np.where(uneven, step * below * ratio / np.log1p(ratio), step * (one + other) / 2))


def _cut(
    t: FloatArray, c: FloatArray, start: float, end: float
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """The curve between two hours, with a point at each; a piece cut in two keeps its kind."""
    if not start < end:
        raise ValueError(f"the interval must end after it starts, not {start:g} h to {end:g} h")
    inside = (t > start) & (t < end)
    ends = [interpolate(t, c, at) for at in (start, end)]
    x = np.concatenate([[start], t[inside], [end]])
    home = np.clip(np.searchsorted(t, x[:-1], side="right") - 1, 0, len(t) - 2)
    return x, np.concatenate([ends[:1], c[inside], ends[1:]]), _falls(c)[home]


def _fit(t: FloatArray, log_c: FloatArray) -> TerminalSlope | None:
    count = len(t)
    x, y = t - t.mean(), log_c - log_c.mean()
    rate = -float((x * y).sum() / (x * x).sum())
    if rate <= 0:
        return None
    unexplained = float(((y + rate * x) ** 2).sum() / (y * y).sum())
    adjusted = 1 - unexplained * (count - 1) / (count - 2)
    return TerminalSlope(rate, float(log_c.mean() + rate * t.mean()), tuple(t.tolist()), adjusted)


def _part_of_way(one: float, other: float, limit: float, is_log: bool) -> float:
    """Where between two levels a third is passed, 0 to 1, on the curve ``interpolate`` draws."""
    if is_log:
        return float(np.log(limit / one) / np.log(other / one))
    return (limit - one) / (other - one)
