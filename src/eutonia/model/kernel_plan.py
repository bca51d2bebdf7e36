"""A timeline cut into steps, for systems of linear compartments: what both implementations walk along.

States change smoothly except at cuts, where state i becomes ``keep[i]`` x state + ``add[cut, i]``: a dose adds,
a rate of infusion (a state like any other) is replaced. Rates of flow belong to a subject, doses to all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eutonia.model.individual import FloatArray

__all__ = [
    "Flows",
    "IntArray",
    "ReadPlan",
    "TonePlan",
    "find_doublings",
    "find_flows",
    "plan_read",
    "plan_tone",
]

IntArray = NDArray[np.int64]

# Intervals that agree to this many decimals of an hour (0.04 microseconds) are one interval.
_DECIMALS = 11
_MOST_DOUBLINGS = 5  # each doubles the rounding error; more would cost what a fresh computation costs


@dataclass(frozen=True, slots=True, eq=False)
class ReadPlan:
    """The steps of a read-out at T times; K pieces between cuts, J distinct offsets of a time from its cut.

    hours: (G,) distinct lengths. gap: (J,) index in ``hours`` of the way from the previous offset, -1 for none.
    length: (K,) index of the piece's length, -1 for none. low, high: (K,) first and last output of a piece.
    which: (T,) offset of each output. add: (K, s). keep: (s,).
    """

    times_h: FloatArray
    hours: FloatArray
    gap: IntArray
    length: IntArray
    low: IntArray
    high: IntArray
    which: IntArray
    add: FloatArray
    keep: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TonePlan:
    """M steps, each walked in two halves.

    half, whole: (M,) index in ``hours`` of half the step and of all of it, -1 for a step of no length.
    width: (M,) its length in hours.
    cut: (M,) the cut at its end, put: (M,) the output at its end (after the cut), put_mid: (M,) the output
    half-way, -1 for none.
    add: (K, s). keep: (s,).
    """

    times_h: FloatArray
    hours: FloatArray
    half: IntArray
    whole: IntArray
    width: FloatArray
    cut: IntArray
    put: IntArray
    put_mid: IntArray
    add: FloatArray
    keep: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Which entries of a system and its powers are not zero: lists of indices, one row each.

    pairs: (i, j) with a way from j to i. edges: (i, k, j) with a flow from k to i and a way from j to k.
    triples: (i, k, j) with ways from j to k and from k to i. quads: (i, a, b, c, d) with ways from a, b, c and
    d to i; a number of s stands for no state.
    """

    pairs: IntArray
    quads: IntArray
    edges: IntArray
    triples: IntArray


def plan_read(times_h: ArrayLike, cut_h: ArrayLike, add: ArrayLike, keep: ArrayLike) -> ReadPlan:
    """The plan for outputs at ``times_h`` (T,), in order from 0, with cuts at ``cut_h`` (K,), likewise.

    Cuts at the same time are done in their order; cuts after the last output are left out. A value at the
    time of a cut is the one just after it. Raises ValueError for times out of order, negative or not finite.
    """
    times, cuts, adds, keeps = _checked(times_h, cut_h, add, keep)
    home = np.searchsorted(cuts, times, side="right") - 1
    offsets, which = np.unique(np.round(times - cuts[home], _DECIMALS), return_inverse=True)
    gaps = np.round(np.diff(offsets, prepend=0.0), _DECIMALS)
    lengths = np.round(np.diff(cuts, append=times[-1]), _DECIMALS)
    hours = np.unique(np.concatenate([gaps, lengths]))
    hours = hours[hours > 0]
    first = np.searchsorted(home, np.arange(len(cuts)))
    return ReadPlan(
        times_h=times,
        hours=hours,
        gap=_index(hours, gaps),
        length=_index(hours, lengths),
        low=first.astype(np.int64),
        high=np.append(first[1:], len(times)).astype(np.int64),
        which=which.astype(np.int64),
        add=adds,
        keep=keeps,
    )


def plan_tone(
    times_h: ArrayLike,
    cut_h: ArrayLike,
    add: ArrayLike,
    keep: ArrayLike,
    *,
    longest_h: float = 1.0,
    grades: int = 3,
) -> TonePlan:
    """The plan for a walk with outputs at ``times_h`` and cuts at ``cut_h``, as for ``plan_read``.

    No step is longer than ``longest_h``. The step after a cut is graded: divided in two ``grades`` times, each
    time its first half. Two equal intervals between outputs are one step with an output half-way, where that
    is not too long, and no longer than the time since the last cut. Raises ValueError as ``plan_read`` does.
    """
    times, cuts, adds, keeps = _checked(times_h, cut_h, add, keep)
    if not (longest_h > 0 and grades >= 0):
        raise ValueError("the longest step must be above 0 hours and grades must not be negative")
    moments = np.concatenate([cuts, times])
    order = np.lexsort([np.arange(len(moments)) >= len(cuts), moments])
    at, is_cut = moments[order], order < len(cuts)
    gap = np.round(np.diff(at, prepend=0.0), _DECIMALS)
    before = np.append(0.0, at[:-1])
    last_cut = np.append(0.0, np.maximum.accumulate(np.where(is_cut, at, -1.0))[:-1])
    graded = np.where(last_cut == before, grades, 0)
    # an output at the moment of a cut needs no step of its own: it is put down after the cut
    joins = ~is_cut & (gap == 0) & np.append(False, is_cut[:-1])
    gaps, grading, ends_cut = gap[~joins].tolist(), graded[~joins].tolist(), is_cut[~joins].tolist()
    since = (before - last_cut)[~joins].tolist()
    known: dict[tuple[float, int], list[float]] = {}
    steps: list[float] = []
    final: list[int] = []
    is_mid: list[bool] = []  # of each moment: the step it lies in, and whether half-way
    for number, key in enumerate(zip(gaps, grading, strict=True)):
        if number and is_mid[-1]:
            is_mid.append(False)
        elif _pairs(gaps, ends_cut, number, min(longest_h, since[number])):
            steps.append(2 * key[0])
            is_mid.append(True)
        else:
            if key not in known:
                known[key] = _steps(key[0], longest_h, key[1])
            steps += known[key]
            is_mid.append(False)
        final.append(len(steps) - 1)
    widths = np.array(steps)
    moment = np.cumsum(~joins) - 1
    step_of, half_way = np.array(final)[moment], np.array(is_mid)[moment]
    cut, put, put_mid = (np.full(len(widths), -1) for _ in range(3))
    cut[step_of[is_cut]] = order[is_cut]
    at_end = ~is_cut & ~half_way
    put[step_of[at_end]] = order[at_end] - len(cuts)
    put_mid[step_of[half_way]] = order[half_way] - len(cuts)
    halves = widths / 2
    hours = np.unique(np.concatenate([halves, widths]))
    hours = hours[hours > 0]
    return TonePlan(
        times_h=times,
        hours=hours,
        half=_index(hours, halves),
        whole=_index(hours, widths),
        width=widths,
        cut=cut.astype(np.int64),
        put=put.astype(np.int64),
        put_mid=put_mid.astype(np.int64),
        add=adds,
        keep=keeps,
    )


def find_flows(rates: FloatArray) -> Flows:
    """The structure of rate matrices (n, s, s), entry [i, j] the flow from j to i."""
    size = rates.shape[1]
    direct = (rates != 0).any(axis=0) | np.eye(size, dtype=bool)
    return _flows_of(direct.tobytes(), size)


@lru_cache(maxsize=64)
def _flows_of(pattern: bytes, size: int) -> Flows:
    """The structure of a pattern of flows; populations come in many pieces of the same one."""
    direct = np.frombuffer(pattern, dtype=bool).reshape(size, size)
    ways = direct.copy()
    for _ in range(size):
        ways = (ways.astype(int) @ ways.astype(int)) > 0
    quads = []
    for i in range(size):
        sources = np.flatnonzero(ways[i])
        padded = np.append(sources, np.full(-len(sources) % 4, size)).reshape(-1, 4)
        quads += [[i, *four] for four in padded.tolist()]
    return Flows(
        quads=np.array(quads, dtype=np.int64),
        pairs=_rows(np.argwhere(ways)),
        edges=_rows(np.argwhere(direct[:, :, None] & ways[None])),
        triples=_rows(np.argwhere(ways[:, :, None] & ways[None])),
    )


def find_doublings(hours: FloatArray) -> tuple[IntArray, IntArray]:
    """Of each length, an earlier one that doubled makes it (-1 for none), and how often it is doubled: (G,) each."""
    return _doublings_of(np.ascontiguousarray(hours, dtype=np.float64).tobytes())


@lru_cache(maxsize=256)
def _doublings_of(lengths: bytes) -> tuple[IntArray, IntArray]:
    """As ``find_doublings``; populations come in many pieces with the same lengths."""
    hours = np.frombuffer(lengths)
    half_of, doublings = np.full(len(hours), -1), np.zeros(len(hours), dtype=np.int64)
    for number, length in enumerate(hours.tolist()):
        for often in range(1, _MOST_DOUBLINGS + 1):
            found = np.flatnonzero(hours[:number] == length / 2.0**often)
            if len(found):
                half_of[number], doublings[number] = found[0], often
                break
    return half_of.astype(np.int64), doublings


def _rows(found: NDArray[np.intp]) -> IntArray:
    return np.ascontiguousarray(found, dtype=np.int64)


def _pairs(gaps: list[float], ends_cut: list[bool], number: int, longest_h: float) -> bool:
    """Whether the intervals ``number`` and the next are one step: equal, short enough, only an output between."""
    return (
        number + 1 < len(gaps)
        and 0 < gaps[number] == gaps[number + 1]
        and not ends_cut[number]
        and 2 * gaps[number] <= longest_h * (1 + 1e-9)
    )


def _steps(length: float, longest_h: float, grades: int) -> list[float]:
    if length == 0:
        return [0.0]
    parts = int(np.ceil(length / longest_h - 1e-9))
    step = round(length / parts, _DECIMALS)
    graded = [step / 2**grades] + [step / 2**k for k in range(grades, 0, -1)]
    return graded + [step] * (parts - 1)


def _index(hours: FloatArray, wanted: FloatArray) -> IntArray:
    return np.where(wanted > 0, np.searchsorted(hours, wanted), -1).astype(np.int64)


def _checked(
    times_h: ArrayLike, cut_h: ArrayLike, add: ArrayLike, keep: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    times, cuts = np.array(times_h, dtype=np.float64), np.array(cut_h, dtype=np.float64)
    adds, keeps = np.array(add, dtype=np.float64), np.array(keep, dtype=np.float64)
    for values, what in ((times, "output"), (cuts, "cut")):
        if not (np.isfinite(values) & (values >= 0)).all() or (np.diff(values) < 0).any():
            raise ValueError(f"{what} times must be finite, at least 0 and in order")
    if times.ndim != 1 or times.size == 0:
        raise ValueError("times_h must be a list of hours, at least one")
    if adds.shape != (len(cuts), len(keeps)) or not np.isfinite(adds).all():
        raise ValueError("add must hold a finite number for each cut and state")
    used = cuts <= times[-1]
    cuts, adds = cuts[used], np.ascontiguousarray(adds[used])
    if not len(cuts) or cuts[0] > 0:  # the start is a cut at which nothing happens
        stay = np.zeros((1, len(keeps)))
        if not (keeps == 1).all() and len(cuts):
            stay[:] = 0.0
        cuts, adds = np.append(0.0, cuts), np.concatenate([stay, adds])
    return times, cuts, adds, keeps
