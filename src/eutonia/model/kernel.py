"""Four compiled loops for populations; equations and arguments as in ``kernel_numpy``, which is the reference.

A loop works on ``LANES`` subjects at once, so that one processor instruction does several people; arrays that
belong to subjects are therefore cut into blocks, shape (blocks, ..., LANES), see ``to_lanes``. A lane never
looks at its neighbours, so a subject's numbers do not depend, to the last bit, on the company it is computed
in. The functions below are plain Python; numba, an optional extra, is imported and compiles them at the first
call of ``load_kernel`` and keeps the machine code on disk. They release the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eutonia.model.individual import FloatArray
from eutonia.model.kernel_tone import LANES, run_tone

__all__ = [
    "LANES",
    "count_bins",
    "fill_propagators",
    "load_kernel",
    "read_rows",
    "run_tone",
    "to_lanes",
]

IntArray = NDArray[np.int64]

TAYLOR_TERMS = 17  # as in compute_propagator: the first term left out is below 1.6e-16


@cache
def load_kernel(function: Callable[..., None]) -> Callable[..., None]:
    """One of the four kernels compiled, or fetched from disk; about ten seconds for all when none is there.

    Raises ImportError when numba is not installed, KeyError for another function.
    """
    signature = _SIGNATURES[function]
    numba: Any = import_module("numba")
    # "contract" only lets a product and a sum become one instruction; nothing is reordered.
    result: Callable[..., None] = numba.njit(
        signature, cache=True, nogil=True, error_model="numpy", fastmath={"contract"}
    )(function)
    return result


def to_lanes(values: FloatArray) -> FloatArray:
    """(..., n) to (blocks, ..., LANES), the last subject repeated to fill the last block."""
    missing = -values.shape[-1] % LANES
    padded = values
    if missing:
        padded = np.concatenate([values, np.repeat(values[..., -1:], missing, axis=-1)], axis=-1)
    cut = padded.reshape(*values.shape[:-1], -1, LANES)
    return np.ascontiguousarray(np.moveaxis(cut, -2, 0))


def fill_propagators(  # noqa: PLR0912 - one compiled loop
    rates: FloatArray,
    hours: FloatArray,
    half_of: IntArray,
    doublings: IntArray,
    edges: IntArray,
    triples: IntArray,
    moves: FloatArray,
) -> None:
    """exp(rates x hours) of each block (b, s, s, L) and length (G,) into ``moves`` (b, G, s, s, L).

    The method of ``compute_propagator``; where a length is an earlier one (``half_of``, -1 for none) doubled
    ``doublings`` times, by squaring that. edges: (i, k, j) with a direct flow from k to i and a way from j to
    k; triples: the same with any way from k to i. Only these products are not zero.
    """
    blocks, size, lanes = rates.shape[0], rates.shape[1], rates.shape[3]
    step = np.zeros((size, size, LANES))
    total, fresh = np.zeros((size, size, LANES)), np.zeros((size, size, LANES))
    shift, decay, halvings = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    for block in range(blocks):
        for which in range(hours.size):
            if half_of[which] >= 0:
                most = float(doublings[which])
                for i in range(size):
                    for j in range(size):
                        for lane in range(lanes):
                            total[i, j, lane] = moves[block, half_of[which], i, j, lane]
                            halvings[lane] = most
            else:
                interval = hours[which]
                most = 0.0
                for lane in range(lanes):
                    shift[lane] = 0.0
                    for i in range(size):
                        shift[lane] = max(shift[lane], -rates[block, i, i, lane])
                    norm = 0.0
                    for j in range(size):
                        column = shift[lane]
                        for i in range(size):
                            column += rates[block, i, j, lane]
                        norm = max(norm, column * interval)
                    halvings[lane], scale = 0.0, 1.0
                    while norm * scale > 1.0:
                        scale *= 0.5
                        halvings[lane] += 1.0
                    most = max(most, halvings[lane])
                    decay[lane] = np.exp(-shift[lane] * interval * scale)
                    for i in range(size):
                        for j in range(size):
                            step[i, j, lane] = rates[block, i, j, lane] * interval * scale
                        step[i, i, lane] = (rates[block, i, i, lane] + shift[lane]) * interval * scale
                for i in range(size):
                    for j in range(size):
                        for lane in range(lanes):
                            total[i, j, lane] = 1.0 if i == j else 0.0
                for back in range(TAYLOR_TERMS):
                    share = 1.0 / (TAYLOR_TERMS - back)
                    fresh[:] = 0.0
                    for at in range(edges.shape[0]):
                        i, k, j = edges[at, 0], edges[at, 1], edges[at, 2]
                        for lane in range(lanes):
                            fresh[i, j, lane] += step[i, k, lane] * total[k, j, lane]
                    for i in range(size):
                        for j in range(size):
                            for lane in range(lanes):
                                total[i, j, lane] = fresh[i, j, lane] * share + (1.0 if i == j else 0.0)
                for i in range(size):
                    for j in range(size):
                        for lane in range(lanes):
                            total[i, j, lane] *= decay[lane]
            done = 0.0
            while done < most:
                for i in range(size):
                    for j in range(size):
                        for lane in range(lanes):
                            fresh[i, j, lane] = 0.0
                for at in range(triples.shape[0]):
                    i, k, j = triples[at, 0], triples[at, 1], triples[at, 2]
                    for lane in range(lanes):
                        fresh[i, j, lane] += total[i, k, lane] * total[k, j, lane]
                for i in range(size):
                    for j in range(size):
                        for lane in range(lanes):
                            if halvings[lane] > done:
                                total[i, j, lane] = fresh[i, j, lane]
                done += 1.0
            for i in range(size):
                for j in range(size):
                    for lane in range(lanes):
                        moves[block, which, i, j, lane] = total[i, j, lane]


def read_rows(  # noqa: PLR0912 - one compiled loop
    moves: FloatArray,
    gap: IntArray,
    read: FloatArray,
    length: IntArray,
    add: FloatArray,
    keep: FloatArray,
    low: IntArray,
    high: IntArray,
    which: IntArray,
    pairs: IntArray,
    start: FloatArray,
    rows: FloatArray,
    out: FloatArray,
    end: FloatArray,
) -> None:
    """One linear read-out at all times, as ``read_numpy``; out (T, blocks, L).

    rows: scratch of zeros (blocks, offsets, s, L). All blocks walk together, so that ``out`` is
    written from its beginning to its end and memory is touched in order.
    """
    blocks, size, lanes = moves.shape[0], moves.shape[2], moves.shape[4]
    odd = size % 4
    state, fresh = np.zeros((size, LANES)), np.zeros((size, LANES))
    for block in range(blocks):
        for i in range(size):
            for lane in range(lanes):
                end[block, i, lane] = start[block, i, lane]
        for offset in range(gap.size):
            for i in range(size):
                for lane in range(lanes):
                    fresh[i, lane] = rows[block, offset - 1, i, lane] if offset > 0 else read[block, i, lane]
            move = gap[offset]
            if move < 0:
                rows[block, offset, :size] = fresh
            else:
                for at in range(pairs.shape[0]):
                    i, j = pairs[at, 0], pairs[at, 1]
                    for lane in range(lanes):
                        rows[block, offset, j, lane] += fresh[i, lane] * moves[block, move, i, j, lane]
    for piece in range(length.size):
        for block in range(blocks):
            for i in range(size):
                share, more = keep[i], add[piece, i]
                for lane in range(lanes):
                    state[i, lane] = share * end[block, i, lane] + more
            # The states of one row are summed in few passes: the odd ones first, then four at a time.
            for time in range(low[piece], high[piece]):
                row = which[time]
                if odd == 1:
                    for lane in range(lanes):
                        out[time, block, lane] = rows[block, row, 0, lane] * state[0, lane]
                elif odd == 2:
                    for lane in range(lanes):
                        out[time, block, lane] = (
                            rows[block, row, 0, lane] * state[0, lane]
                            + rows[block, row, 1, lane] * state[1, lane]
                        )
                elif odd == 3:
                    for lane in range(lanes):
                        out[time, block, lane] = (
                            rows[block, row, 0, lane] * state[0, lane]
                            + rows[block, row, 1, lane] * state[1, lane]
                            + rows[block, row, 2, lane] * state[2, lane]
                        )
                else:
                    for lane in range(lanes):
                        out[time, block, lane] = 0.0
            for i in range(odd, size, 4):
                for time in range(low[piece], high[piece]):
                    row = which[time]
                    for lane in range(lanes):
                        out[time, block, lane] += (
                            rows[block, row, i, lane] * state[i, lane]
                            + rows[block, row, i + 1, lane] * state[i + 1, lane]
                            + rows[block, row, i + 2, lane] * state[i + 2, lane]
                            + rows[block, row, i + 3, lane] * state[i + 3, lane]
                        )
            # Copied lane by lane: assigning a whole row costs more than the arithmetic here.
            move = length[piece]
            for i in range(size):
                for lane in range(lanes):
                    end[block, i, lane] = 0.0 if move >= 0 else state[i, lane]
            if move >= 0:
                for at in range(pairs.shape[0]):
                    i, j = pairs[at, 0], pairs[at, 1]
                    for lane in range(lanes):
                        end[block, i, lane] += moves[block, move, i, j, lane] * state[j, lane]


def count_bins(values: FloatArray, shift: int, lowest: int, n: int, counts: IntArray) -> None:
    """Add the first ``n`` values of each row (T, at least n) to its histogram (T, bins), see ``Histogram``."""
    last = counts.shape[1] - 1
    for time in range(values.shape[0]):
        for at in range(n):
            place = (np.float64(values[time, at]).view(np.int64) >> shift) - lowest
            counts[time, min(max(place, 0), last)] += 1


_BLOCKS3, _BLOCKS4, _BLOCKS5 = "float64[:, :, ::1]", "float64[:, :, :, ::1]", "float64[:, :, :, :, ::1]"
_LINE, _TABLE, _INTS, _INT_TABLE = "float64[::1]", "float64[:, ::1]", "int64[::1]", "int64[:, ::1]"
# One signature each, so that each is compiled once and an array of another layout is refused.
_SIGNATURES: dict[Callable[..., None], str] = {
    fill_propagators: f"({_BLOCKS4}, {_LINE}, {_INTS}, {_INTS}, {_INT_TABLE}, {_INT_TABLE}, {_BLOCKS5})",
    read_rows: (
        f"({_BLOCKS5}, {_INTS}, {_BLOCKS3}, {_INTS}, {_TABLE}, {_LINE}, {_INTS}, {_INTS}, {_INTS}, {_INT_TABLE},"
        f" {_BLOCKS3}, {_BLOCKS4}, {_BLOCKS3}, {_BLOCKS3})"
    ),
    run_tone: (
        f"({_BLOCKS5}, {_INTS}, {_INTS}, {_LINE}, {_INTS}, {_INTS}, {_INTS}, {_TABLE}, {_LINE}, {_INT_TABLE},"
        f" {_INT_TABLE}, {_BLOCKS3}, {_INTS}, {_BLOCKS3}, {_INTS}, {_BLOCKS3}, {_BLOCKS3}, {_INTS}, {_BLOCKS3},"
        f" {_BLOCKS3}, int64, {_BLOCKS4}, {_BLOCKS3})"
    ),
    count_bins: f"({_TABLE}, int64, int64, int64, {_INT_TABLE})",
}
