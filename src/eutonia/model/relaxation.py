"""A state that follows a known input with one time constant when rising and another when falling.

    dy/dt = (u(t) - y) / tau      tau = ``rise`` where u is above y, ``fall`` where it is below

Kutta's third-order step needs u at the two ends and the middle of a step. As the equation is linear, the step
is y -> a y + b with a and b from u alone, once it is known which time constant holds. Within the step in which u
and y cross, the crossing is found and the step divided there, which keeps the third order. So the whole course
is one linear recurrence, computed for all steps and subjects at once: guess which steps rise, solve, look again.
The rounds close in like Newton's method, so when one moves nothing by more than rounding the course is that of
going step by step; and as a step depends on nothing later, each round settles at least one more step for good.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from eutonia.model.individual import FloatArray

__all__ = ["relax", "relax_within"]

_AT_REST = 1e-13  # of a state of order 1; the next round would move it by the square of this
_DECAY_PER_BLOCK = 300.0  # a product of decays stays above exp(-300), far from the smallest number


def relax(
    inputs: FloatArray, steps: FloatArray, start: FloatArray, rise: FloatArray, fall: FloatArray
) -> FloatArray:
    """The state at the ends of M steps: (M + 1, n), first row ``start``.

    inputs: (2 M + 1, n), u at the ends and middles of the steps in turn, at least 0. steps: lengths (M,), h.
    start: (n,). rise, fall: time constants (n,), h.
    """
    u0, um, u1 = inputs[:-1:2], inputs[1::2], inputs[2::2]
    h = np.broadcast_to(steps[:, None], u0.shape)
    rising_a, rising_b = _coefficients(u0, um, u1, h / rise)
    falling_a, falling_b = _coefficients(u0, um, u1, h / fall)
    blocks = _blocks(steps, float(np.min(np.minimum(rise, fall))))
    state = _solve(rising_a, rising_b, start, blocks)
    for _ in range(len(steps) + 2):
        before = state[:-1]
        is_rising = (u0 > before) | ((u0 == before) & (um > before))
        a, b = np.where(is_rising, rising_a, falling_a), np.where(is_rising, rising_b, falling_b)
        at = np.nonzero(_has_crossed(u0 - before, u1 - (a * before + b)))
        if at[0].size:
            first, second = np.where(is_rising, rise, fall)[at], np.where(is_rising, fall, rise)[at]
            a[at], b[at] = _split(before[at], u0[at], um[at], u1[at], h[at], first, second)
        again = _solve(a, b, start, blocks)
        moved = np.max(np.abs(again - state))
        state = again
        if moved <= _AT_REST:
            break
    return state


def relax_within(
    inputs: FloatArray,
    steps: FloatArray,
    states: FloatArray,
    rise: FloatArray,
    fall: FloatArray,
    which: NDArray[np.intp],
    fraction: FloatArray,
) -> FloatArray:
    """The state inside steps: (J, n), after the given ``fraction`` (J,) of the steps numbered ``which`` (J,).

    ``states``: the result of ``relax`` for the same inputs. u inside a step is the parabola through its three
    values, which costs no order.
    """
    u0, um, u1 = inputs[2 * which], inputs[2 * which + 1], inputs[2 * which + 2]
    before, part = states[which], fraction[:, None]
    middle, end = _parabola(u0, um, u1, part / 2), _parabola(u0, um, u1, part)
    h = np.broadcast_to(part * steps[which][:, None], before.shape)
    is_rising = (u0 > before) | ((u0 == before) & (um > before))
    first, second = np.where(is_rising, rise, fall), np.where(is_rising, fall, rise)
    a, b = _coefficients(u0, middle, end, h / first)
    at = np.nonzero(_has_crossed(u0 - before, end - (a * before + b)))
    if at[0].size:
        a[at], b[at] = _split(before[at], u0[at], middle[at], end[at], h[at], first[at], second[at])
    return np.asarray(a * before + b)


def _has_crossed(gap_before: FloatArray, gap_after: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(((gap_before > 0) & (gap_after < 0)) | ((gap_before < 0) & (gap_after > 0)))


def _coefficients(
    u0: FloatArray, um: FloatArray, u1: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Kutta's step y -> a y + b for dy/dt = (u - y) / tau with z = step / tau."""
    square = z * z
    a = 1.0 - z + square / 2.0 - square * z / 6.0
    b = z / 6.0 * ((1.0 - z + square) * u0 + (4.0 - 2.0 * z) * um + u1)
    return a, b


def _parabola(u0: FloatArray, um: FloatArray, u1: FloatArray, part: FloatArray) -> FloatArray:
    """u after ``part`` of a step, through its values at the ends and the middle; never below 0, as u never is."""
    bend = 2.0 * (u0 - 2.0 * um + u1)
    return np.maximum(u0 + (u1 - u0 - bend) * part + bend * part * part, 0.0)


def _split(
    y: FloatArray,
    u0: FloatArray,
    um: FloatArray,
    u1: FloatArray,
    h: FloatArray,
    first: FloatArray,
    second: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """The step divided where u and y cross: time constant ``first`` up to there, ``second`` after."""
    quarter = _parabola(u0, um, u1, np.asarray(0.25))
    a, b = _coefficients(u0, quarter, um, h / 2.0 / first)
    gap_middle = um - (a * y + b)
    a, b = _coefficients(u0, um, u1, h / first)
    gap, gap_end = u0 - y, u1 - (a * y + b)
    bend = 2.0 * (gap - 2.0 * gap_middle + gap_end)
    slope = gap_end - gap - bend
    root = np.sqrt(np.maximum(slope * slope - 4.0 * bend * gap, 0.0))
    # the ends lie on either side of 0, so one root lies inside; each form is used where nothing cancels
    is_turning = np.sign(slope) != -np.sign(gap)
    q = -0.5 * (slope + np.where(is_turning, np.sign(gap), np.sign(slope)) * root)
    cut = np.clip(np.where(is_turning, q, gap) / np.where(is_turning, bend, q), 0.0, 1.0)
    at_cut = _parabola(u0, um, u1, cut)
    a1, b1 = _coefficients(u0, _parabola(u0, um, u1, cut / 2.0), at_cut, cut * h / first)
    later = _parabola(u0, um, u1, (1.0 + cut) / 2.0)
    a2, b2 = _coefficients(at_cut, later, u1, (1.0 - cut) * h / second)
    return a2 * a1, a2 * b1 + b2


def _blocks(steps: FloatArray, shortest: float) -> list[tuple[int, int]]:
    """Runs of steps over which the decay stays within the range of the numbers."""
    of = np.floor(np.cumsum(steps) / (shortest * _DECAY_PER_BLOCK)).astype(int)
    edges = [0, *(np.flatnonzero(np.diff(of)) + 1).tolist(), len(steps)]
    return list(itertools.pairwise(edges))


def _solve(a: FloatArray, b: FloatArray, start: FloatArray, blocks: list[tuple[int, int]]) -> FloatArray:
    """y(k + 1) = a(k) y(k) + b(k) for all k: (M + 1, n)."""
    state = np.empty((len(a) + 1, a.shape[1]))
    state[0] = start
    for low, high in blocks:
        decay = np.cumprod(a[low:high], axis=0)
        state[low + 1 : high + 1] = decay * (state[low] + np.cumsum(b[low:high] / decay, axis=0))
    return state
