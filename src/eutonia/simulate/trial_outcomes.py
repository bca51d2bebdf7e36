"""From curves to one number a person, and from those to a fraction or a median with its two uncertainties.

How people differ is one thing (10th to 90th percentile); how well so many virtual people show it is another (95 percent
Monte Carlo interval): Wilson's for fractions, between two ranks of the sorted people for medians. Neither holds the
doubt about the model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from eutonia.model.csf import CsfParameters, concentration_along_canal
from eutonia.model.individual import FloatArray
from eutonia.simulate.trial import CONCENTRATIONS, FRACTIONS, Measure, Outcome
from eutonia.simulate.trial_tally import RESOLUTION, Ranks, Tally

__all__ = [
    "Curves",
    "Estimate",
    "OutcomeResult",
    "Spread",
    "estimate_fraction",
    "estimate_median",
    "person_values",
    "summarise_outcome",
]

_CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf(0.5 + _CONFIDENCE / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What n people go through at T times: (T, n) by measure; untreated: their Ashworth scores without drug (n,).

    exposure: by measure, integrals since hour 0 at the hours ``edges`` (E, n): ng h/mL and micrograms h/mL. csf: of the
    people. is_paradoxical: who answers with more tone (n,). is_measured: the plasma is what a laboratory reports, and
    its averages are made from that.
    """

    times_h: FloatArray
    of: Mapping[Measure, FloatArray]
    edges: FloatArray
    exposure: Mapping[Measure, FloatArray]
    untreated: FloatArray | None = None
    csf: CsfParameters | None = None
    is_paradoxical: NDArray[np.bool_] | None = None
    is_measured: bool = False

    def level(self, outcome: Outcome) -> FloatArray:
        """What the outcome looks at (T, n): of the lumbar fluid, at its height."""
        return self._at_height(self.of[outcome.of], outcome)

    def area(self, outcome: Outcome) -> FloatArray:
        """The integral over the outcome's window (n,), exact but for scores and measured levels."""
        if outcome.of not in CONCENTRATIONS or (self.is_measured and outcome.of == "plasma"):
            inside = (self.times_h >= outcome.from_h) & (self.times_h <= outcome.to_h)
            return np.asarray(np.trapezoid(self.of[outcome.of][inside], self.times_h[inside], axis=0))
        first, last = np.searchsorted(self.edges, [outcome.from_h, outcome.to_h])
        whole = self.exposure[outcome.of]
        return self._at_height(whole[last] - whole[first], outcome)

    def _at_height(self, values: FloatArray, outcome: Outcome) -> FloatArray:
        if outcome.height_cm == 0:
            return values
        assert self.csf is not None  # check_trial: only the lumbar fluid has a height
        return concentration_along_canal(values, outcome.height_cm, self.csf)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 percent Monte Carlo interval; None for the interval where there are too few people."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How people differ: the median, and the 10th and 90th percentile; infinite where it never happens."""

    median: Estimate
    p10: float
    p90: float


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeResult:
    """An outcome in n people: the fraction of them (for a time: to whom it happens), and the spread of their values.

    kept: the values of people, None where there are too many to hold. resolution: of the spread, as a part of each
    value, 0 where it is exact. has_people: False where the model says nothing of how people differ and one person
    stands for all.
    """

    outcome: Outcome
    n: int
    kept: FloatArray | None
    fraction: Estimate | None
    spread: Spread | None
    has_people: bool = True
    resolution: float = 0.0

    @property
    def values(self) -> FloatArray:
        """(n,), 1 or 0 for a fraction, hours for a time (infinite: not within the window), else in the unit of the
        measure. Raises ValueError where they were not kept."""
        if self.kept is None:
            raise ValueError(f"the values of {self.n:,} people were not kept; have them streamed to a table")
        return self.kept


def person_values(outcome: Outcome, curves: Curves) -> FloatArray:
    """One number for each person, (n,), as in ``OutcomeResult``."""
    inside = (curves.times_h >= outcome.from_h) & (curves.times_h <= outcome.to_h)
    level = outcome.level if outcome.level is not None else math.nan
    if outcome.kind == "fraction_over_concentration":
        over = curves.level(outcome)[inside] > level
        return np.asarray(
            over.any(axis=0) if outcome.holds == "at some time" else over.all(axis=0), dtype=float
        )
    if outcome.kind == "fraction_with_ashworth_fall":
        assert curves.untreated is not None
        lowest = curves.of["Ashworth score"][inside].min(axis=0)
        return np.asarray(curves.untreated - lowest >= level, dtype=float)
    if outcome.kind == "time_to_loss_of_effect":
        return _time_until_risen(curves.times_h[inside], curves.of["Ashworth score"][inside], level)
    if outcome.kind in ("peak", "trough"):
        rows = curves.level(outcome)[inside]
        return np.asarray(rows.max(axis=0) if outcome.kind == "peak" else rows.min(axis=0))
    area = curves.area(outcome)
    return np.asarray(area if outcome.kind == "auc" else area / (outcome.to_h - outcome.from_h))


def _time_until_risen(times: FloatArray, score: FloatArray, points: float) -> FloatArray:
    """Hours from the first row until each column has risen by ``points``, straight between rows; else infinite."""
    over = score - score[0] - points
    risen = over >= 0
    row = np.maximum(risen.argmax(axis=0), 1)
    who = np.arange(score.shape[1])
    before, after = over[row - 1, who], over[row, who]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = -before / (after - before)
        when = times[row - 1] - times[0] + part * (times[row] - times[row - 1])
    return np.where(risen.any(axis=0), when, np.inf)


def summarise_outcome(
    outcome: Outcome, tally: Tally, kept: FloatArray | None, *, has_people: bool = True
) -> OutcomeResult:
    """The fraction or median of the values tallied, with percentiles and Monte Carlo intervals.

    kept: the values themselves (n,), where they are held. has_people: False gives the numbers without percentiles'
    meaning; the intervals are then left out.
    """
    ranks = tally.ranks()
    n = len(ranks)
    if outcome.kind in FRACTIONS:
        found = estimate_fraction(_count_above(ranks, 0.5), n, has_people=has_people)
        return OutcomeResult(outcome, n, kept, found, None, has_people)
    fraction = None
    if outcome.kind == "time_to_loss_of_effect":
        happened = n - _count_above(ranks, np.finfo(float).max)
        fraction = estimate_fraction(happened, n, has_people=has_people)
    spread = Spread(_median(ranks, has_people), _quantile(ranks, 0.1), _quantile(ranks, 0.9))
    resolution = 0.0 if tally.is_exact else RESOLUTION
    return OutcomeResult(outcome, n, kept, fraction, spread, has_people, resolution)


def _count_above(ranks: Ranks, limit: float) -> int:
    place = int(np.searchsorted(ranks.values, limit, side="right"))
    return len(ranks) - (int(ranks.until[place - 1]) if place else 0)


def estimate_fraction(count: int, n: int, *, has_people: bool = True) -> Estimate:
    """``count`` of ``n`` as a fraction with Wilson's interval. Raises ValueError for a count outside 0 to n."""
    if not 0 <= count <= n or n < 1:
        raise ValueError(f"{count} of {n} is no fraction")
    share = count / n
    if not has_people:
        return Estimate(share, None, None)
    scale = 1 + _Z**2 / n
    centre = (share + _Z**2 / (2 * n)) / scale
    half = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / scale
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if count == n else centre + half
    return Estimate(share, low, high)


def estimate_median(ordered: FloatArray, *, has_people: bool = True) -> Estimate:
    """The median of sorted values with the narrowest pair of ranks that holds it with 95 percent, whatever the spread.

    Fewer than six values have no such pair.
    """
    return _median(Ranks.of(ordered), has_people)


def _median(ranks: Ranks, has_people: bool) -> Estimate:
    value = _quantile(ranks, 0.5)
    rank = _rank_below_median(len(ranks))
    if rank == 0 or not has_people:
        return Estimate(value, None, None)
    return Estimate(value, ranks.at(rank - 1), ranks.at(len(ranks) - rank))


def _rank_below_median(n: int) -> int:
    """The highest rank k for which fewer than k of n people lie below the median by a chance of 2.5 percent at most."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    below = np.cumsum(np.exp(logs[-1] - logs - logs[::-1] - n * math.log(2)))
    return int(np.searchsorted(below, (1 - _CONFIDENCE) / 2, side="right"))


def _quantile(ranks: Ranks, share: float) -> float:
    """Straight between the two nearest ranks; infinite as soon as the upper of them is."""
    place = share * (len(ranks) - 1)
    low, high = math.floor(place), math.ceil(place)
    a, b = ranks.at(low), ranks.at(high)
    return a if low == high or a == b else a + (place - low) * (b - a)
