"""Populations of linear compartments with effect sites: the reference in NumPy, and the door to the fast path.

A system is its rates (n, s, s), entry [i, j] the flow from state j to i, of which only the diagonal may be
negative. It is walked with exact propagators, so rates may repeat or coincide.

Tone, of a system with effect sites (their states hold concentrations):

    E  = x^g / (1 + x^g),  x = C / (EC50 (1 + T))                   at the first site; others without T
    dT/dt = (Tmax C / (C + ECT) - T) / tau                          tolerance
    dA/dt = (Amax E - A) / tau                                      adaptation

with one tau while rising and another while falling. C and its slope are known exactly, T depends on C and A on E,
so both are quadratures along the exact curve: collocation at both ends and half-way, with the slopes at the ends
(order 6, two effects a step). A step in which rising turns to falling is integrated in parts.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from eutonia.model.kernel_plan import Flows, IntArray, ReadPlan, TonePlan, find_doublings, find_flows
from eutonia.model.kernel_tone import LANES
from eutonia.model.oral import compute_propagator

# Of a slow state: each gains a factor of step over time constant.
_SWEEPS = 3
_TOWARDS_TURN = 2  # steps along the chord towards a turn; the curve is nearly straight there
_TINY = 1e-200
# The quartic through three values (0, 1/2, 1) and two slopes (0, 1), integrated to 1/2 and to 1: weights of the values
# and of the slopes times the length of the step.
_TO_MIDDLE = (131 / 480, 4 / 15, -19 / 480, 23 / 960, 7 / 960)
_TO_END = (7 / 30, 8 / 15, 7 / 30, 1 / 60, -1 / 60)

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
    rows = np.zeros((len(begin), len(plan.gap), size, LANES))
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
    goals, slopes, rises = (
        np.zeros_like(level) for _ in range(3)
    )  # goals, d/dt of goals, d/dt of slow states
    sites, n = list(tone.sites), rates.shape[0]
    site, flow = sites[0], rates[:, sites[0]].T
    out = np.empty((len(picks) + len(sites) + 2, len(plan.times_h), n))
    others = list(zip(sites[1:], tone.potency[1:], tone.steepness[1:], strict=True))

    def effect(state: FloatArray, tolerance: FloatArray) -> FloatArray:
        return _hill(state[site] / (tone.potency[0] * (1.0 + tolerance)), tone.steepness[0])

    def goal_slopes(state: FloatArray, on_tone: FloatArray) -> FloatArray:
        """How fast both goals change, for the state as it is now: (2, n)."""
        c, per_h = state[site], (flow * state).sum(axis=0)
        relative = per_h / np.maximum(c, _TINY) - rises[0] / (1.0 + level[0])
        steep = tone.steepness[0] * on_tone * (1.0 - on_tone) * relative
        return np.array([tone.slow[0] * tone.slow[1] * per_h / (c + tone.slow[1]) ** 2, tone.slow[4] * steep])

    for step, half in enumerate(plan.half.tolist()):
        mid = now
        if half >= 0:
            mid = np.einsum("ijn,jn->in", moves[half], now)
            now = np.einsum("ijn,jn->in", moves[half], mid)
        hours = float(plan.width[step])
        two = [tone.slow[0] * x / (x + tone.slow[1]) for x in (mid[site], now[site])]
        per_h = (flow * now).sum(axis=0)
        ahead = tone.slow[0] * tone.slow[1] * per_h / (now[site] + tone.slow[1]) ** 2
        tolerance, level[0], rises[0] = _advance(
            level[0], (goals[0], *two), (slopes[0], ahead), tone.slow[2], tone.slow[3], hours
        )
        goals[0] = two[1]
        effects = [effect(mid, tolerance), effect(now, level[0])]
        two = [tone.slow[4] * e for e in effects]
        ahead = goal_slopes(now, effects[1])[1]
        adaptation, level[1], rises[1] = _advance(
            level[1], (goals[1], *two), (slopes[1], ahead), tone.slow[5], tone.slow[6], hours
        )
        goals[1] = two[1]
        if plan.put_mid[step] >= 0:
            rest = [_hill(mid[s] / potency, steepness) for s, potency, steepness in others]
            slow = np.array([tolerance, adaptation])
            out[:, plan.put_mid[step]] = np.concatenate([mid[list(picks)], [effects[0], *rest], slow])
        if plan.cut[step] >= 0:
            now = plan.keep[:, None] * now + plan.add[plan.cut[step]][:, None]
        slopes = goal_slopes(now, effects[1])
        if plan.put[step] >= 0:
            rest = [_hill(now[s] / potency, steepness) for s, potency, steepness in others]
            out[:, plan.put[step]] = np.concatenate([now[list(picks)], [effects[1], *rest], level])
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
    site = tone.sites[0]
    into = np.flatnonzero(rates[:, site].any(axis=0)).astype(
        np.int64
    )  # the states that flow into the first site
    load_kernel(run_tone)(
        moves, plan.half, plan.whole, plan.width, plan.cut, plan.put, plan.put_mid, plan.add, plan.keep,
        flows.quads, flows.quads[flows.quads[:, 0] == site],
        to_lanes(np.ascontiguousarray(rates[:, site, into].T)), into, begin,
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
    load_kernel(fill_propagators)(lanes, hours, *find_doublings(hours), flows.edges, flows.triples, moves)
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
    goals: tuple[FloatArray, FloatArray, FloatArray],
    slopes: tuple[FloatArray, FloatArray],
    up: FloatArray,
    down: FloatArray,
    hours: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A slow state half-way through and at the end of a step, and its slope there.

    goals: what it runs after, at the start, half-way and at the end. slopes: of the goal, at start and end.
    """
    d0 = goals[0] - y0
    k0 = np.where((d0 > 0) | ((d0 == 0) & (slopes[0] > 0)), up, down)
    r0, b0 = k0 * d0, slopes[0] - k0 * d0
    y1 = y2 = y0
    for _ in range(_SWEEPS):
        d1, d2 = goals[1] - y1, goals[2] - y2
        k2 = np.where(d2 > 0, up, down)
        r1, r2 = np.where(d1 > 0, up, down) * d1, k2 * d2
        values, ends = (r0, r1, r2), (k0 * b0, k2 * (slopes[1] - r2))
        y1, y2 = (
            y0
            + hours * sum(w * v for w, v in zip(weights[:3], values, strict=True))
            + hours * hours * (weights[3] * ends[0] + weights[4] * ends[1])
            for weights in (_TO_MIDDLE, _TO_END)
        )
    d1, d2 = goals[1] - y1, goals[2] - y2
    last = slopes[1] - np.where(d2 > 0, up, down) * d2
    for at in np.flatnonzero(((d0 * d1 < 0) | (d1 * d2 < 0)) & (hours > 0)).tolist():
        three = (float(d0[at]), float(d1[at]), float(d2[at]))
        bends = (hours * float(b0[at]), hours * float(last[at]))
        first, second = _split_areas(three, bends, float(up[at]), float(down[at]))
        y1[at], y2[at] = y0[at] + hours * first, y0[at] + hours * (first + second)
    d2 = goals[2] - y2
    return y1, y2, np.where(d2 > 0, up, down) * d2


def _split_areas(
    values: tuple[float, float, float], slopes: tuple[float, float], up: float, down: float
) -> tuple[float, float]:
    """Integrals over both halves of the quartic through three values and two end slopes, its signs weighted."""
    a = values[2] - values[0] - slopes[0]
    b = slopes[1] - slopes[0]
    c = values[1] - values[0] - slopes[0] / 2
    quartic = 16 * c - 8 * a + 2 * b
    powers = [values[0], slopes[0], 3 * a - b + quartic, b - 2 * a - 2 * quartic, quartic]
    curve = np.polynomial.Polynomial(powers)
    area = curve.integ()
    halves = []
    for low, one, other in ((0.0, *values[:2]), (0.5, *values[1:])):
        turn = high = low + 0.5
        if one * other < 0:
            chord = 0.5 / (one - other)
            turn = low + one * chord
            for _ in range(_TOWARDS_TURN):
                turn += float(curve(turn)) * chord
            turn = min(max(turn, low), high)
        before, after = float(area(turn) - area(low)), float(area(high) - area(turn))
        halves.append((up if (one or other) > 0 else down) * before + (up if other > 0 else down) * after)
    return halves[0], halves[1]


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
