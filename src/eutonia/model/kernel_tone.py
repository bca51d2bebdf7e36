"""The compiled loop for tone; see ``kernel`` for how these loops are written and ``kernel_numpy`` for what it does.

The power of the effect is written out as polynomials, because a call to the mathematics library would keep the
loop from working on several subjects at once: log2 by 2 atanh of (m - 1) / (m + 1), m between the roots of one
half and of two; 2^y by the series of the exponential on half a unit. Both are good to about 1e-14.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eutonia.model.individual import FloatArray

__all__ = ["LANES", "run_tone"]

IntArray = NDArray[np.int64]

LANES = 32  # four wide registers; a multiple of every width a compiler takes, so no lane is left over
# The bits of a double: 52 of mantissa, then the exponent.
_MANTISSA = np.uint64(52)
_ONE = np.uint64(0x3FF0000000000000)
_FROM_ROOT_HALF = np.uint64(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)  # makes the mantissa run from √½ to √2
_AS_INTEGER = np.uint64(0x4330000000000000)  # 2^52: a small integer in its low bits reads as 2^52 + integer
_TWO_52 = 4503599627370496.0
_ROUND = 6755399441055744.0  # 1.5 x 2^52: adding it leaves the nearest integer in the low bits
_LN2 = 0.6931471805599453
_LOG2_E = 1.4426950408889634
_TINY = 1e-300

# Places in the scratch array of run_tone, one for each quantity of a lane.
_Y0, _Y1, _Y2, _G0, _G1, _G2 = 0 * LANES, 1 * LANES, 2 * LANES, 3 * LANES, 4 * LANES, 5 * LANES
_UP, _DOWN, _KINK, _MOST, _HALF = 6 * LANES, 7 * LANES, 8 * LANES, 9 * LANES, 10 * LANES
# Slopes: of the goal at the start and at the end of a step, and of the slow state at its end.
_S0, _S2, _RISE = 11 * LANES, 12 * LANES, 13 * LANES
_PLACES = 14 * LANES
# The integrals of kernel_numpy to half the step and to all of it.
_M0, _M1, _M2, _M3, _M4 = 131.0 / 480.0, 4.0 / 15.0, -19.0 / 480.0, 23.0 / 960.0, 7.0 / 960.0
_E0, _E1, _E3 = 7.0 / 30.0, 8.0 / 15.0, 1.0 / 60.0
_SMALLEST = 1e-200


def run_tone(  # noqa: PLR0912, PLR0915 - compiled as one loop: a call would stop it working on several lanes
    moves: FloatArray,
    half: IntArray,
    whole: IntArray,
    width: FloatArray,
    cut: IntArray,
    put: IntArray,
    put_mid: IntArray,
    add: FloatArray,
    keep: FloatArray,
    quads: IntArray,
    site_quads: IntArray,
    site_rates: FloatArray,
    into: IntArray,
    start: FloatArray,
    sites: IntArray,
    potency: FloatArray,
    steepness: FloatArray,
    picks: IntArray,
    slow: FloatArray,
    slow_start: FloatArray,
    first: int,
    out: FloatArray,
    end: FloatArray,
) -> None:
    """Compartments, effects, tolerance and adaptation, as ``tone_numpy``; out (curves, T, blocks, L).

    half, whole: where ``moves`` has the half and the whole of each step. quads: (i, a, b, c, d), state i takes
    from states a to d, in as many rows as it needs; a state number s stands for none. site_quads: those of the
    first site. site_rates: (b, k, L), the rates at which the states ``into`` flow into it. first: 0, or 1 to leave
    tolerance as it starts, at 0.
    """
    blocks, size, lanes = moves.shape[0], moves.shape[2], moves.shape[4]
    # Indices are read before the loop over lanes: inside it, a store might change them as far as anyone can tell.
    extra, picked, first_site = sites.size, picks.size, sites[0]
    # Two states in turn, each with a row of zeros for "no state" at its end.
    states, mids, per_h = np.zeros((2, size + 1, LANES)), np.zeros((size + 1, LANES)), np.zeros(LANES)
    # The effects of a step: the first site half-way, the first site at the end, the other sites at the end, the
    # other sites half-way. They are filled row by row and worked on as one long line.
    effect = np.zeros((2 * extra, LANES))
    scales, powers = np.zeros((2 * extra, LANES)), np.zeros((2 * extra, LANES))
    x, scale, power = effect.reshape(-1), scales.reshape(-1), powers.reshape(-1)
    # Arithmetic of the slow states happens in one array at fixed places, so that the compiler sees what overlaps.
    places = np.zeros((2, _PLACES))
    now = 0
    for block in range(blocks):
        states[now, :size] = start[block]
        for node in range(2 * extra):
            site = max(node - 1 if node <= extra else node - extra, 0)
            for lane in range(lanes):
                scales[node, lane] = 1.0 / potency[block, site, lane]
                powers[node, lane] = steepness[block, site, lane]
        for which in range(2):
            w = places[which]
            for lane in range(lanes):
                w[_Y0 + lane] = slow_start[block, which, lane]
                w[_Y1 + lane] = slow_start[block, which, lane]
                w[_Y2 + lane] = slow_start[block, which, lane]
                w[_G0 + lane] = 0.0
                w[_S0 + lane] = 0.0
                w[_RISE + lane] = 0.0
                w[_UP + lane] = slow[block, 2 + 3 * which, lane]
                w[_DOWN + lane] = slow[block, 3 + 3 * which, lane]
                w[_MOST + lane] = slow[block, 4 * which, lane]
                w[_HALF + lane] = slow[block, 1, lane]
        for step in range(half.size):
            hours, move, part = width[step], whole[step], half[step]
            is_read = put_mid[step] >= 0
            if move >= 0:
                for i in range(size):
                    for lane in range(lanes):
                        mids[i, lane] = 0.0
                ways = quads if is_read and picked + extra > 1 else site_quads
                for at in range(ways.shape[0]):
                    i, j0, j1 = ways[at, 0], ways[at, 1], ways[at, 2]
                    j2, j3 = ways[at, 3], ways[at, 4]
                    k1, k2, k3 = min(j1, size - 1), min(j2, size - 1), min(j3, size - 1)
                    for lane in range(lanes):
                        mids[i, lane] += (
                            moves[block, part, i, j0, lane] * states[now, j0, lane]
                            + moves[block, part, i, k1, lane] * states[now, j1, lane]
                            + moves[block, part, i, k2, lane] * states[now, j2, lane]
                            + moves[block, part, i, k3, lane] * states[now, j3, lane]
                        )
                later = 1 - now
                for i in range(size):
                    for lane in range(lanes):
                        states[later, i, lane] = 0.0
                for at in range(quads.shape[0]):
                    i, j0, j1 = quads[at, 0], quads[at, 1], quads[at, 2]
                    j2, j3 = quads[at, 3], quads[at, 4]
                    k1, k2, k3 = min(j1, size - 1), min(j2, size - 1), min(j3, size - 1)
                    for lane in range(lanes):
                        states[later, i, lane] += (
                            moves[block, move, i, j0, lane] * states[now, j0, lane]
                            + moves[block, move, i, k1, lane] * states[now, j1, lane]
                            + moves[block, move, i, k2, lane] * states[now, j2, lane]
                            + moves[block, move, i, k3, lane] * states[now, j3, lane]
                        )
                now = later
            else:
                mids[:] = states[now]
            for lane in range(lanes):
                per_h[lane] = 0.0
            for at in range(into.size):
                i = into[at]
                for lane in range(lanes):
                    per_h[lane] += site_rates[block, at, lane] * states[now, i, lane]
            for which in range(first, 2):
                w = places[which]
                if which == 0:
                    for lane in range(lanes):
                        w[_G1 + lane] = mids[first_site, lane]
                        w[_G2 + lane] = states[now, first_site, lane]
                        w[_S2 + lane] = per_h[lane]
                    for lane in range(lanes):
                        here, there, most = w[_G1 + lane], w[_G2 + lane], w[_MOST + lane]
                        share = 1.0 / (there + w[_HALF + lane])
                        w[_G1 + lane] = most * here / (here + w[_HALF + lane])
                        w[_G2 + lane] = most * there * share
                        w[_S2 + lane] *= most * w[_HALF + lane] * share * share
                else:
                    effects = extra + 1 if put[step] >= 0 else 2
                    effects = 2 * extra if is_read and extra > 1 else effects
                    for lane in range(lanes):
                        effect[0, lane] = mids[first_site, lane] / (1.0 + places[0, _Y1 + lane])
                    for lane in range(lanes):
                        effect[1, lane] = states[now, first_site, lane] / (1.0 + places[0, _Y2 + lane])
                    for node in range(2, min(effects, extra + 1)):
                        at = sites[node - 1]
                        for lane in range(lanes):
                            effect[node, lane] = states[now, at, lane]
                    for node in range(extra + 1, effects):
                        at = sites[node - extra]
                        for lane in range(lanes):
                            effect[node, lane] = mids[at, lane]
                    for lane in range(effects * lanes):
                        v = x[lane] * scale[lane]
                        v = v if v > _TINY else _TINY
                        bits = np.float64(v).view(np.uint64)
                        top = (bits + _FROM_ROOT_HALF) >> _MANTISSA
                        exponent = np.uint64(top | _AS_INTEGER).view(np.float64) - (_TWO_52 + 1023.0)
                        m = np.uint64(bits - (top << _MANTISSA) + _ONE).view(np.float64)
                        s = (m - 1.0) / (m + 1.0)
                        q = s * s
                        series = 1.0 / 19.0
                        series = series * q + 1.0 / 17.0
                        series = series * q + 1.0 / 15.0
                        series = series * q + 1.0 / 13.0
                        series = series * q + 1.0 / 11.0
                        series = series * q + 1.0 / 9.0
                        series = series * q + 1.0 / 7.0
                        series = series * q + 1.0 / 5.0
                        series = series * q + 1.0 / 3.0
                        series = series * q + 1.0
                        y = power[lane] * (exponent + 2.0 * _LOG2_E * s * series)
                        y = y if y < 1000.0 else 1000.0
                        y = y if y > -1000.0 else -1000.0
                        t = y + _ROUND
                        r = (y - (t - _ROUND)) * _LN2
                        p = 1.0 / 479001600.0
                        p = p * r + 1.0 / 39916800.0
                        p = p * r + 1.0 / 3628800.0
                        p = p * r + 1.0 / 362880.0
                        p = p * r + 1.0 / 40320.0
                        p = p * r + 1.0 / 5040.0
                        p = p * r + 1.0 / 720.0
                        p = p * r + 1.0 / 120.0
                        p = p * r + 1.0 / 24.0
                        p = p * r + 1.0 / 6.0
                        p = p * r + 0.5
                        p = p * r + 1.0
                        p = p * r + 1.0
                        raised = np.float64(t).view(np.uint64) << _MANTISSA
                        z = np.uint64(np.float64(p).view(np.uint64) + raised).view(np.float64)
                        x[lane] = z / (1.0 + z)
                    for lane in range(lanes):
                        w[_G1 + lane] = effect[0, lane]
                        w[_G2 + lane] = effect[1, lane]
                        w[_S2 + lane] = states[now, first_site, lane]
                    for lane in range(lanes):
                        there = w[_S2 + lane]
                        there = there if there > _SMALLEST else _SMALLEST
                        bend = per_h[lane] / there - places[0, _RISE + lane] / (1.0 + places[0, _Y2 + lane])
                        on = w[_G2 + lane]
                        w[_S2 + lane] = w[_MOST + lane] * power[lane] * on * (1.0 - on) * bend
                        w[_G1 + lane] *= w[_MOST + lane]
                        w[_G2 + lane] *= w[_MOST + lane]
                for lane in range(lanes):
                    up, down, y0 = w[_UP + lane], w[_DOWN + lane], w[_Y0 + lane]
                    g1, g2, s0, s2 = w[_G1 + lane], w[_G2 + lane], w[_S0 + lane], w[_S2 + lane]
                    d0 = w[_G0 + lane] - y0
                    lean = d0 if d0 != 0.0 else s0
                    k0 = up if lean > 0.0 else down
                    r0 = k0 * d0
                    b0 = k0 * (s0 - r0) * hours
                    d1, d2 = g1 - y0, g2 - y0
                    k2 = up if d2 > 0.0 else down
                    r1, r2 = d1 * (up if d1 > 0.0 else down), d2 * k2
                    b2 = k2 * (s2 - r2) * hours
                    d1 = g1 - (y0 + hours * (_M0 * r0 + _M1 * r1 + _M2 * r2 + _M3 * b0 + _M4 * b2))
                    d2 = g2 - (y0 + hours * (_E0 * (r0 + r2) + _E1 * r1 + _E3 * (b0 - b2)))
                    k2 = up if d2 > 0.0 else down
                    r1, r2 = d1 * (up if d1 > 0.0 else down), d2 * k2
                    b2 = k2 * (s2 - r2) * hours
                    d1 = g1 - (y0 + hours * (_M0 * r0 + _M1 * r1 + _M2 * r2 + _M3 * b0 + _M4 * b2))
                    d2 = g2 - (y0 + hours * (_E0 * (r0 + r2) + _E1 * r1 + _E3 * (b0 - b2)))
                    k2 = up if d2 > 0.0 else down
                    r1, r2 = d1 * (up if d1 > 0.0 else down), d2 * k2
                    b2 = k2 * (s2 - r2) * hours
                    y1 = y0 + hours * (_M0 * r0 + _M1 * r1 + _M2 * r2 + _M3 * b0 + _M4 * b2)
                    y2 = y0 + hours * (_E0 * (r0 + r2) + _E1 * r1 + _E3 * (b0 - b2))
                    w[_Y1 + lane], w[_Y2 + lane] = y1, y2
                    d1, d2 = g1 - y1, g2 - y2
                    w[_RISE + lane] = d2 * (up if d2 > 0.0 else down)
                    early, late = d0 * d1, d1 * d2
                    w[_KINK + lane] = (early if early < late else late) * hours
                turning = 0
                for lane in range(lanes):
                    turning += 1 if w[_KINK + lane] < 0.0 else 0
                if turning > 0:
                    # The goal is crossed on the way: integrate the two sides of the crossing apart. Done for all
                    # lanes at once and kept where it happens, which is quicker than one after the other.
                    for lane in range(lanes):
                        up, down, y0 = w[_UP + lane], w[_DOWN + lane], w[_Y0 + lane]
                        d0 = w[_G0 + lane] - y0
                        d1, d2 = w[_G1 + lane] - w[_Y1 + lane], w[_G2 + lane] - w[_Y2 + lane]
                        lean = d0 if d0 != 0.0 else w[_S0 + lane]
                        a1 = hours * (w[_S0 + lane] - d0 * (up if lean > 0.0 else down))
                        a = d2 - d0 - a1
                        b = hours * (w[_S2 + lane] - d2 * (up if d2 > 0.0 else down)) - a1
                        a4 = 16.0 * (d1 - d0 - 0.5 * a1) - 8.0 * a + 2.0 * b
                        a3 = b - 2.0 * a - 2.0 * a4
                        a2 = 3.0 * a - b + a4
                        # first half
                        apart = d0 - d1
                        chord = 0.5 / (apart if apart != 0.0 else 1.0)
                        turn = d0 * chord
                        turn += ((((a4 * turn + a3) * turn + a2) * turn + a1) * turn + d0) * chord
                        turn += ((((a4 * turn + a3) * turn + a2) * turn + a1) * turn + d0) * chord
                        turn = turn if turn > 0.0 else 0.0
                        turn = turn if turn < 0.5 and d0 * d1 < 0.0 else 0.5
                        area = (
                            (((0.2 * a4 * turn + 0.25 * a3) * turn + a2 / 3.0) * turn + 0.5 * a1) * turn + d0
                        ) * turn
                        half_area = (((0.1 * a4 + 0.25 * a3) * 0.5 + a2 / 3.0) * 0.5 + 0.5 * a1) * 0.5 + d0
                        half_area *= 0.5
                        lean = d0 if d0 != 0.0 else d1
                        gain = area * (up if lean > 0.0 else down) + (half_area - area) * (
                            up if d1 > 0.0 else down
                        )
                        # second half
                        apart = d1 - d2
                        chord = 0.5 / (apart if apart != 0.0 else 1.0)
                        turn = 0.5 + d1 * chord
                        turn += ((((a4 * turn + a3) * turn + a2) * turn + a1) * turn + d0) * chord
                        turn += ((((a4 * turn + a3) * turn + a2) * turn + a1) * turn + d0) * chord
                        turn = turn if turn > 0.5 else 0.5
                        turn = turn if turn < 1.0 and d1 * d2 < 0.0 else 1.0
                        area = (
                            (((0.2 * a4 * turn + 0.25 * a3) * turn + a2 / 3.0) * turn + 0.5 * a1) * turn + d0
                        ) * turn
                        whole_area = 0.2 * a4 + 0.25 * a3 + a2 / 3.0 + 0.5 * a1 + d0
                        lean = d1 if d1 != 0.0 else d2
                        more = (area - half_area) * (up if lean > 0.0 else down)
                        more += (whole_area - area) * (up if d2 > 0.0 else down)
                        is_turning = w[_KINK + lane] < 0.0
                        y1 = y0 + hours * gain
                        y2 = y0 + hours * (gain + more)
                        w[_Y1 + lane] = y1 if is_turning else w[_Y1 + lane]
                        w[_Y2 + lane] = y2 if is_turning else w[_Y2 + lane]
                        d2 = w[_G2 + lane] - w[_Y2 + lane]
                        w[_RISE + lane] = d2 * (up if d2 > 0.0 else down)
                for lane in range(lanes):
                    w[_Y0 + lane] = w[_Y2 + lane]
                    w[_G0 + lane] = w[_G2 + lane]
                    w[_S0 + lane] = w[_S2 + lane]
            if is_read:
                time = put_mid[step]
                for at in range(picked):
                    i = picks[at]
                    for lane in range(lanes):
                        out[at, time, block, lane] = mids[i, lane]
                for at in range(extra):
                    node = extra + at if at > 0 else 0
                    for lane in range(lanes):
                        out[picked + at, time, block, lane] = effect[node, lane]
                for lane in range(lanes):
                    out[picked + extra, time, block, lane] = places[0, _Y1 + lane]
                for lane in range(lanes):
                    out[picked + extra + 1, time, block, lane] = places[1, _Y1 + lane]
            if cut[step] >= 0:
                for i in range(size):
                    share, more = keep[i], add[cut[step], i]
                    for lane in range(lanes):
                        states[now, i, lane] = share * states[now, i, lane] + more
                # What was added may flow to the first site at once: the goals bend here, for the next step.
                for lane in range(lanes):
                    per_h[lane] = 0.0
                for at in range(into.size):
                    i = into[at]
                    for lane in range(lanes):
                        per_h[lane] += site_rates[block, at, lane] * states[now, i, lane]
                for lane in range(lanes):
                    there, half_at, most = (
                        states[now, first_site, lane],
                        places[0, _HALF + lane],
                        places[0, _MOST + lane],
                    )
                    places[0, _S0 + lane] = (
                        most * half_at * per_h[lane] / ((there + half_at) * (there + half_at))
                    )
                    there = there if there > _SMALLEST else _SMALLEST
                    bend = per_h[lane] / there - places[0, _RISE + lane] / (1.0 + places[0, _Y0 + lane])
                    on = effect[1, lane]
                    places[1, _S0 + lane] = places[1, _MOST + lane] * power[lane] * on * (1.0 - on) * bend
            time = put[step]
            if time >= 0:
                for at in range(picked):
                    i = picks[at]
                    for lane in range(lanes):
                        out[at, time, block, lane] = states[now, i, lane]
                for at in range(extra):
                    for lane in range(lanes):
                        out[picked + at, time, block, lane] = effect[1 + at, lane]
                for lane in range(lanes):
                    out[picked + extra, time, block, lane] = places[0, _Y0 + lane]
                for lane in range(lanes):
                    out[picked + extra + 1, time, block, lane] = places[1, _Y0 + lane]
        end[block, :size] = states[now, :size]
        for at in range(2):
            for lane in range(lanes):
                end[block, size + at, lane] = places[at, _Y0 + lane]
