"""The whole spinal model for populations, compiled: the same people and therapies as ``simulate_intrathecal``.

Steps are fixed (half an hour, graded after each event) rather than checked, so every person takes the same ones
and several are computed at once. Tolerance and adaptation are good to 1e-6, also after an injection of 10 mg at once,
where the effect is there within minutes; the benchmark prints what was measured. Drainage of fluid
is not offered here: what it removes depends on the person's own volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eutonia.model.csf import SpinalLayout, build_spinal_matrix
from eutonia.model.effect import EffectParameters
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, rest
from eutonia.model.kernel_numpy import Tone, tone_fast, tone_numpy
from eutonia.model.kernel_plan import plan_tone
from eutonia.model.oral import Layout
from eutonia.simulate.run import NG_PER_ML
from eutonia.simulate.spinal_events import Pieces, SpinalTherapy, cut_pieces
from eutonia.simulate.tone_scores import ToneScores

__all__ = ["SpinalCurves", "simulate_spinal_fast"]

_DECIMALS = 11
# How often the step after an event is divided in two. A large injection is at the cord within minutes.
_GRADES, _GRADES_INJECTED = 3, 7


@dataclass(frozen=True, slots=True, eq=False)
class SpinalCurves(ToneScores):
    """What n subjects go through over T times; time-major arrays (T, n), units as in ``SpinalTrajectory``."""

    times_h: FloatArray
    plasma: FloatArray
    lumbar: FloatArray
    upper: FloatArray
    cord: FloatArray
    reflex_site: FloatArray
    brain: FloatArray
    effect: FloatArray
    reflex: FloatArray
    sedation: FloatArray
    tolerance: FloatArray
    adaptation: FloatArray
    who: EffectParameters


def simulate_spinal_fast(
    patient: Patient,
    therapy: SpinalTherapy,
    times_h: ArrayLike,
    initial: SpinalState | None = None,
    *,
    longest_h: float = 0.5,
    is_fast: bool = True,
    buffer: FloatArray | None = None,
) -> SpinalCurves:
    """Levels and effects of every subject at ``times_h`` (T,), as ``simulate_intrathecal`` gives them.

    longest_h: the longest step; halving it divides the error by 16 or more. is_fast: compiled, otherwise the NumPy
    twin. buffer: room for the curves, (11, T, n rounded up to LANES), to use again; the result points into it.
    Raises ValueError for times out of order, a buffer of another shape and a therapy with drainage; InputRefused
    when the drug at the tip is not known for so long; ImportError without numba.
    """
    if therapy.drainages:
        raise ValueError("drainage differs between subjects; use simulate_intrathecal")
    times = np.asarray(times_h, dtype=np.float64)
    at, oral = SpinalLayout.over(patient.systemic), Layout(patient.systemic.n_transit)
    start = rest(patient) if initial is None else initial
    pieces = cut_pieces(therapy, float(times[-1]) if times.size else 0.0, _DECIMALS)
    cut_h, add, keep = _changes(pieces, at, oral)
    rates = build_spinal_matrix(patient.systemic, patient.csf)
    wanted = (oral.central, at.lumbar, at.upper, at.cord, at.reflex, at.brain)
    held = _held(rates, np.any(start.linear, axis=1) | np.any(add, axis=0), wanted)
    grades = _GRADES_INJECTED if therapy.injections else _GRADES
    plan = plan_tone(times, cut_h, add[:, held], keep[held], longest_h=longest_h, grades=grades)
    place = {state: number for number, state in enumerate(held)}
    e = patient.effect
    slow = (
        e.tolerance_max,
        e.tolerance_ec50,
        1.0 / e.tolerance_on_time,
        1.0 / e.tolerance_off_time,
        e.adaptation_max,
        1.0 / e.adaptation_on_time,
        1.0 / e.adaptation_off_time,
    )
    tone = Tone(
        sites=tuple(place[site] for site in (at.cord, at.reflex, at.brain)),
        potency=np.array([e.tone_ec50, e.reflex_ec50, e.sedation_ec50]),
        steepness=np.array([e.tone_hill, e.reflex_hill, e.sedation_hill]),
        slow=np.array(slow),
        start=np.array([start.tolerance, start.adaptation]),
    )
    own = np.ascontiguousarray(rates[:, held][:, :, held])
    arguments = (own, plan, start.linear[held], tone, tuple(place[state] for state in wanted))
    curves = tone_fast(*arguments, buffer)[0] if is_fast else tone_numpy(*arguments)[0]
    plasma, lumbar, upper, cord, reflex_site, brain, effect, reflex, sedation, tolerance, adaptation = curves
    plasma *= NG_PER_ML / patient.systemic.vc
    lumbar /= patient.csf.lumbar_volume
    upper /= patient.csf.upper_volume
    np.subtract(1.0, reflex, out=reflex)
    return SpinalCurves(
        times, plasma, lumbar, upper, cord, reflex_site, brain, effect, reflex, sedation, tolerance, adaptation, e
    )  # fmt: skip


def _changes(pieces: Pieces, at: SpinalLayout, oral: Layout) -> tuple[FloatArray, FloatArray, FloatArray]:
    """When something changes (K,), what that adds to each state (K, s), and what it keeps of it (s,)."""
    add, keep = np.zeros((len(pieces.start_h), at.size)), np.ones(at.size)
    rates = [oral.infusion, at.tip]
    keep[rates] = 0.0
    add[:, 0] = pieces.oral_mg
    add[:, oral.central] = pieces.vein_mg
    add[:, oral.infusion] = pieces.vein_rate
    add[:, at.lumbar] = pieces.injected
    add[:, at.tip] = pieces.tip_rate
    new_rate = (np.diff(add[:, rates], axis=0, prepend=-1.0) != 0).any(axis=1)
    matters = new_rate | (add[:, keep == 1.0] != 0).any(axis=1)
    return pieces.start_h[matters], add[matters], keep


def _held(rates: FloatArray, given: NDArray[np.bool_], wanted: tuple[int, ...]) -> list[int]:
    """The states that matter: those wanted, and those that drug reaches and that lead to one wanted."""
    ways = (rates != 0).any(axis=0) | np.eye(rates.shape[1], dtype=bool)
    for _ in range(rates.shape[1]):
        ways = (ways.astype(int) @ ways.astype(int)) > 0
    matters = ways[:, given].any(axis=1) & ways[list(wanted)].any(axis=0)
    matters[list(wanted)] = True
    return np.flatnonzero(matters).tolist()
