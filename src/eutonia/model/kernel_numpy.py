"""Populations of linear compartments with effect sites: the reference in NumPy, and the door to the fast path.

A system is its rates (n, s, s), entry [i, j] the flow from state j to i, of which only the diagonal may be
negative. It is walked with exact propagators, so rates may repeat or coincide.

Tone, of a system with effect sites (their states hold concentrations):

    E  = x^g / (1 + x^g),  x = C / (EC50 (1 + T))                   at the first site; others without T
    dT/dt = (Tmax C / (C + ECT) - T) / tau                          tolerance
    dA/dt = (Amax E - A) / tau                                      adaptation

with one tau while rising and another while falling. C is known exactly, T depends on C and A on E, so both are
quadratures along the exact curve: three-point Lobatto collocation (order 4, two effects a step; Kutta's third
order needs three), and a step in which rising turns to falling is integrated in parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eutonia.model.individual import FloatArray
from eutonia.model.kernel import (
    count_bins,
    fill_propagators,
    load_kernel,
    read_rows,
    run_tone,
    to_lanes,
)
from eutonia.model.kernel_plan import Flows, IntArray, ReadPlan, TonePlan, find_flows
from eutonia.model.kernel_tone import LANES
from eutonia.model.oral import compute_propagator

# Of a slow state: each gains a factor of step over time constant.
_SWEEPS = 3

__all__ = ["Histogram", "Tone", "read_fast", "read_numpy", "tone_fast", "tone_numpy"]


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """Effect sites and slow states of n subjects.

    sites: the states that are effect sites, the first drives tone. potency, steepness: (sites, n), EC50 and
    exponent. slow: (7, n): Tmax, ECT, tolerance 1/tau rising and falling, Amax, adaptation 1/tau rising and
    falling (per hour). start: (2, n), tolerance and adaptation at hour 0.
    """

    sites: tuple[int, ...]
    potency: FloatArray
    steepness: FloatArray
    slow: FloatArray
    start: FloatArray


def read_numpy(
    rates: FloatArray, read: FloatArray, plan: ReadPlan, start: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """A linear read-out at the plan's times (T, n), and the states (s, n) at the last.

    read: (s, n), what one unit in each state contributes. start: (s, n) at hour 0.
    """
    moves = [
        np.ascontiguousarray(compute_propagator(rates, h).transpose(1, 2, 0)) for h in plan.hours.tolist()
    ]
    rows = np.empty((len(read), len(plan.gap), read.shape[1]))
    row = read
    for offset, gap in enumerate(plan.gap.tolist()):
        if gap >= 0:
            row = np.einsum("in,ijn->jn", row, moves[gap])
        rows[:, offset] = row
    held = [i for i in range(len(read)) if rows[i].any()]
    out = np.zeros((len(plan.times_h), read.shape[1]))
    most = int((plan.high - plan.low).max())
    term = np.empty((most, read.shape[1]))
    state = start.copy()
    for piece, length in enumerate(plan.length.tolist()):
        state = plan.keep[:, None] * state + plan.add[piece][:, None]
        low, high = int(plan.low[piece]), int(plan.high[piece])
        if high > low:
            first, last = int(plan.which[low]), int(plan.which[high - 1])
            in_a_row = last - first == high - 1 - low
            at = slice(first, last + 1) if in_a_row else plan.which[low:high]
            for number, i in enumerate(held):
                if number == 0:
                    np.multiply(rows[i][at], state[i], out=out[low:high])
                else:
                    np.multiply(rows[i][at], state[i], out=term[: high - low])
                    out[low:high] += term[: high - low]
        if length >= 0:
            state = np.einsum("ijn,jn->in", moves[length], state)
    return out, state


def read_fast(
    rates: FloatArray, read: FloatArray, plan: ReadPlan, start: FloatArray, out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """As ``read_numpy``, compiled. ``out``: a buffer (T, n rounded up to LANES) to use again.

    Raises ValueError for a buffer of another shape, ImportError without numba.
    """
    n, size = rates.shape[0], rates.shape[1]
    out = _room((len(plan.times_h),), n, out)
    moves, flows = _fill(rates, plan.hours)
    begin = to_lanes(start)
    end = np.empty_like(begin)
    rows = np.zeros((len(begin), len(plan.gap), size + -size % 4, LANES))
    load_kernel(read_rows)(
        moves, plan.gap, to_lanes(read), plan.length, plan.add, plan.keep, plan.low, plan.high, plan.which,
        flows.pairs, begin, rows, out.reshape(len(plan.times_h), -1, LANES), end,
    )  # fmt: skip
    return out[:, :n], _from_lanes(end, n)


def tone_numpy(
    rates: FloatArray, plan: TonePlan, start: FloatArray, tone: Tone, picks: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Curves (picks + sites + 2, T, n): the picked states, effects, tolerance, adaptation; and the end.

    The end (s + 2, n): all states, tolerance, adaptation.
    """
    moves = [compute_propagator(rates, h).transpose(1, 2, 0) for h in plan.hours.tolist()]
    now, level = start.copy(), tone.start.copy()
    goals = np.zeros_like(level)
    sites, n = list(tone.sites), rates.shape[0]
    out = np.empty((len(picks) + len(sites) + 2, len(plan.times_h), n))
    for step, half in enumerate(plan.half.tolist()):
        mid = now
        if half >= 0:
            mid = np.einsum("ijn,jn->in", moves[half], now)
            now = np.einsum("ijn,jn->in", moves[half], mid)
        hours, site = float(plan.width[step]), sites[0]
        two = [tone.slow[0] * x / (x + tone.slow[1]) for x in (mid[site], now[site])]
        middle, after = _advance(level[0], goals[0], two[0], two[1], tone.slow[2], tone.slow[3], hours)
        level[0], goals[0] = after, two[1]
        effect_mid = _hill(mid[site] / (tone.potency[0] * (1.0 + middle)), tone.steepness[0])
        effects = [_hill(now[site] / (tone.potency[0] * (1.0 + after)), tone.steepness[0])]
        effects += [_hill(now[s] / tone.potency[k], tone.steepness[k]) for k, s in enumerate(sites) if k > 0]
        two = [tone.slow[4] * e for e in (effect_mid, effects[0])]
        _, level[1] = _advance(level[1], goals[1], two[0], two[1], tone.slow[5], tone.slow[6], hours)
        goals[1] = two[1]
        if plan.cut[step] >= 0:
            now = plan.keep[:, None] * now + plan.add[plan.cut[step]][:, None]
        if plan.put[step] >= 0:
            out[:, plan.put[step]] = np.concatenate([now[list(picks)], effects, level])
    return out, np.concatenate([now, level])


def tone_fast(
    rates: FloatArray,
    plan: TonePlan,
    start: FloatArray,
    tone: Tone,
    picks: tuple[int, ...],
    out: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """As ``tone_numpy``, compiled. ``out``: a buffer (curves, T, n rounded up to LANES) to use again.

    Raises ValueError for a buffer of another shape, ImportError without numba.
    """
    n = rates.shape[0]
    out = _room((len(picks) + len(tone.sites) + 2, len(plan.times_h)), n, out)
    moves, flows = _fill(rates, plan.hours)
    begin = to_lanes(start)
    end = np.empty((len(begin), len(start) + 2, LANES))
    load_kernel(run_tone)(
        moves, plan.half, plan.whole, plan.width, plan.cut, plan.put, plan.add, plan.keep,
        flows.quads, flows.quads[flows.quads[:, 0] == tone.sites[0]], begin,
        np.array(tone.sites, dtype=np.int64), to_lanes(tone.potency), to_lanes(tone.steepness),
        np.array(picks, dtype=np.int64), to_lanes(tone.slow), to_lanes(tone.start),
        0 if tone.slow[0].any() or tone.start[0].any() else 1,
        out.reshape(*out.shape[:2], -1, LANES), end,
    )  # fmt: skip
    return out[:, :, :n], _from_lanes(end, n)


def _fill(rates: FloatArray, hours: FloatArray) -> tuple[FloatArray, Flows]:
    flows = find_flows(rates)
    lanes = to_lanes(rates.transpose(1, 2, 0))
    moves = np.empty((len(lanes), len(hours), *lanes.shape[1:]))
    load_kernel(fill_propagators)(lanes, hours, flows.edges, flows.triples, moves)
    return moves, flows


def _room(shape: tuple[int, ...], n: int, out: FloatArray | None) -> FloatArray:
    """``out`` if it fits, else new room; the compiled loops check nothing, so this does."""
    full = (*shape, n + -n % LANES)
    if out is None:
        return np.empty(full)
    if out.shape != full or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise ValueError(f"the buffer must be an array of float64 of shape {full}, not {out.shape}")
    return out


def _from_lanes(values: FloatArray, n: int) -> FloatArray:
    return np.moveaxis(values, 0, 1).reshape(values.shape[1], -1)[:, :n]


def _hill(x: FloatArray, steepness: FloatArray) -> FloatArray:
    power = x**steepness
    return np.asarray(power / (1.0 + power))


def _advance(
    y0: FloatArray,
    goal0: FloatArray,
    goal1: FloatArray,
    goal2: FloatArray,
    up: FloatArray,
    down: FloatArray,
    hours: float,
) -> tuple[FloatArray, FloatArray]:
    """A slow state half-way through and at the end of a step, from its goal at three points of it."""
    d0 = goal0 - y0
    r0 = d0 * np.where(d0 > 0, up, down)
    y1, y2 = y0, y0
    d1, d2 = d0, d0
    for _ in range(_SWEEPS):
        d1, d2 = goal1 - y1, goal2 - y2
        r1, r2 = d1 * np.where(d1 > 0, up, down), d2 * np.where(d2 > 0, up, down)
        y1 = y0 + hours * (5.0 * r0 + 8.0 * r1 - r2) / 24.0
        y2 = y0 + hours * (r0 + 4.0 * r1 + r2) / 6.0
    turns = np.flatnonzero(
        np.maximum(d0, np.maximum(d1, d2)) * np.minimum(d0, np.minimum(d1, d2)) * hours < 0
    )
    for at in turns.tolist():
        shape = (float(d0[at]), float(goal1[at] - y1[at]), float(goal2[at] - y2[at]))
        y1[at] = y0[at] + hours * _split_area(*shape, 0.5, float(up[at]), float(down[at]))
        y2[at] = y0[at] + hours * _split_area(*shape, 1.0, float(up[at]), float(down[at]))
    return y1, y2


def _split_area(d0: float, d1: float, d2: float, to: float, up: float, down: float) -> float:
    """Integral from 0 to ``to`` of the parabola through three points, its two signs weighted differently."""
    b, c = 4.0 * d1 - 3.0 * d0 - d2, 2.0 * (d0 - 2.0 * d1 + d2)
    roots = np.roots([c, b, d0])
    inside = sorted(float(r.real) for r in roots if abs(r.imag) < 1e-12 and 0.0 < r.real < to)
    total, edges = 0.0, [0.0, *inside, to]
    for a, e in pairwise(edges):
        area = d0 * (e - a) + b * (e * e - a * a) / 2.0 + c * (e**3 - a**3) / 3.0
        total += area * (up if area > 0 else down)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of values by size at each of T times; histograms of different people can be added together.

    Each doubling of the value is divided into 2^``fine`` equal bins, the first doubling begins at
    2^``lowest_exponent``; so a bin is at most 2^-``fine`` of its value wide. The first bin also takes all
    smaller values and the last all greater. counts: (T, bins).
    """

    counts: IntArray
    fine: int
    lowest_exponent: int

    @classmethod
    def empty(cls, times: int, fine: int = 6, lowest_exponent: int = -7, doublings: int = 24) -> Histogram:
        """No counts yet: by default from 1/128 to 131,072 with a resolution of 1.6 percent."""
        return cls(np.zeros((times, doublings * 2**fine), dtype=np.int64), fine, lowest_exponent)

    @property
    def _shift(self) -> int:
        return 52 - self.fine

    @property
    def _first(self) -> int:
        return (1023 + self.lowest_exponent) << self.fine

    def add(self, values: FloatArray, n: int, *, is_fast: bool) -> None:
        """Count the first ``n`` values of each row of (T, at least n); none may be negative."""
        if is_fast:
            load_kernel(count_bins)(values, self._shift, self._first, n, self.counts)
            return
        times, bins = self.counts.shape
        place = (np.ascontiguousarray(values[:, :n]).view(np.int64) >> self._shift) - self._first
        place = np.clip(place, 0, bins - 1) + bins * np.arange(times)[:, None]
        self.counts[:] += np.bincount(place.ravel(), minlength=times * bins).reshape(times, bins)

    def merge(self, other: Histogram) -> Histogram:
        """The counts of both. Raises ValueError unless they have the same bins."""
        if (self.fine, self.lowest_exponent, self.counts.shape) != (
            other.fine,
            other.lowest_exponent,
            other.counts.shape,
        ):
            raise ValueError("only histograms with the same times and bins can be merged")
        return Histogram(self.counts + other.counts, self.fine, self.lowest_exponent)

    def percentile(self, percent: float) -> FloatArray:
        """The value below which ``percent`` of the people lie at each time, (T,), linear inside a bin."""
        bins = self.counts.shape[1]
        edges = ((np.arange(bins + 1) + self._first) << self._shift).view(np.float64)
        edges[0] = 0.0
        below = np.cumsum(self.counts, axis=1)
        rank = percent / 100.0 * below[:, -1]
        at = np.minimum((below < rank[:, None]).sum(axis=1), bins - 1)
        row = np.arange(len(at))
        inside = self.counts[row, at]
        before = below[row, at] - inside
        part = np.where(inside > 0, (rank - before) / np.maximum(inside, 1), 0.0)
        return np.asarray(edges[at] + part * (edges[at + 1] - edges[at]))
