"""Spinal, oral and venous doses and individuals in; levels, tone, spasms, reflex and sedation over time out.

How it is computed, and how well, says ``eutonia.simulate.spinal_walk``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from eutonia.model.csf import CsfParameters, SpinalSystem, concentration_along_canal
from eutonia.model.effect import EffectParameters, reflex_ratio, sedation, tone_effect
from eutonia.model.individual import DomainNote, FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, rest, select_patients
from eutonia.simulate.spinal_events import SpinalTherapy, cut_pieces
from eutonia.simulate.spinal_walk import DECIMALS, READ_OUTS, SpinalWalk
from eutonia.simulate.tone_scores import ToneScores

__all__ = ["SpinalTrajectory", "level_along_canal", "responder_fraction", "simulate_intrathecal"]

_CHUNK_FLOATS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class SpinalTrajectory(ToneScores):
    """What n subjects go through over T times; time-major arrays (T, n).

    plasma: ng/mL. lumbar, upper, cord, reflex_site, brain: micrograms/mL. plasma_exposure: ng h/mL and
    lumbar_exposure: micrograms h/mL, exact integrals since the start. tolerance and adaptation: T and A of
    ``eutonia.model.effect``. drained: micrograms let out with fluid, (n,). slow_error: estimated largest error
    of tolerance and adaptation, (n,). end: the state at the last time, to go on from. notes: how far the people lie
    outside those of the models.
    """

    times_h: FloatArray
    plasma: FloatArray
    lumbar: FloatArray
    upper: FloatArray
    cord: FloatArray
    reflex_site: FloatArray
    brain: FloatArray
    plasma_exposure: FloatArray
    lumbar_exposure: FloatArray
    tolerance: FloatArray
    adaptation: FloatArray
    drained: FloatArray
    slow_error: FloatArray
    end: SpinalState
    who: EffectParameters
    csf: CsfParameters
    notes: tuple[DomainNote, ...] = ()

    @property
    def n(self) -> int:
        return int(self.cord.shape[1])

    @property
    def effect(self) -> FloatArray:
        """Effect on tone, 0 to 1."""
        return tone_effect(self.cord, self.tolerance, self.who)

    @property
    def reflex(self) -> FloatArray:
        """H to M ratio, as a fraction of the untreated one."""
        return reflex_ratio(self.reflex_site, self.who)

    @property
    def sedation(self) -> FloatArray:
        """Depth of sedation by drug from the spinal fluid, 0 to 1."""
        return sedation(self.brain, self.who)


def simulate_intrathecal(
    patient: Patient,
    therapy: SpinalTherapy,
    times_h: ArrayLike,
    initial: SpinalState | None = None,
    tip_scale: ArrayLike | None = None,
    system: SpinalSystem | None = None,
) -> SpinalTrajectory:
    """Levels and effects of every subject at ``times_h`` (T,), hours from 0, in order.

    A dose counts from its own time on, so a value at the time of an injection is the one just after it.
    ``initial``: where people stand at hour 0 (``SpinalTrajectory.end``, ``rest`` or ``settle``); without it
    nobody has had any drug. ``tip_scale``: a factor (n,) on the rate at the tip, for doses or flow errors that
    differ between subjects. ``system``: of this very patient, kept from run to run so that no propagator is
    computed twice; only for patients small enough for one piece of work. Events after the last time have no
    effect. Raises ValueError for times out of order
    or negative, a wrong ``tip_scale`` or an ``initial`` of another size; InputRefused naming the subject and the
    event after which the steps cannot be made small enough.
    """
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or times.size == 0 or not np.isfinite(times).all():
        raise ValueError("times_h must be a list of finite hours, at least one")
    if times[0] < 0 or (np.diff(times) < 0).any():
        raise ValueError("times_h must start at 0 or later and be in order")
    start = rest(patient) if initial is None else initial
    if start.linear.shape != rest(patient).linear.shape or start.tolerance.shape != (patient.n,):
        raise ValueError("initial belongs to other subjects")
    start.check()
    scale = np.ones(patient.n) if tip_scale is None else np.asarray(tip_scale, dtype=np.float64)
    if scale.shape != (patient.n,) or not (np.isfinite(scale) & (scale >= 0)).all():
        raise ValueError(f"tip_scale must hold a number of at least 0 for each of {patient.n} subjects")
    pieces = cut_pieces(therapy, float(times[-1]), DECIMALS)
    levels = np.empty((len(READ_OUTS), len(times), patient.n))
    slow = np.empty((2, len(times), patient.n))
    end = SpinalState(start.linear.copy(), start.tolerance.copy(), start.adaptation.copy())
    drained, error = np.zeros(patient.n), np.zeros(patient.n)
    per_subject = len(READ_OUTS) * start.linear.shape[0] * len(times)
    width = int(np.clip(_CHUNK_FLOATS // per_subject, 1, 256))
    for low in range(0, patient.n, width):
        part = slice(low, min(low + width, patient.n))
        own = system if width >= patient.n else None
        run = SpinalWalk(select_patients(patient, part.start, part.stop), pieces, times, own, first=low)
        end.linear[:, part], drained[part] = run.march(start.linear[:, part], scale[part])
        run.read(levels[:, :, part])
        slow[:, :, part], error[part], at_end = run.follow(start.tolerance[part], start.adaptation[part])
        end.tolerance[part], end.adaptation[part] = at_end
    values = dict(zip(READ_OUTS, levels, strict=True))
    return SpinalTrajectory(
        times_h=times,
        **values,
        tolerance=slow[0],
        adaptation=slow[1],
        drained=drained,
        slow_error=error,
        end=end,
        who=patient.effect,
        csf=patient.csf,
        notes=patient.notes,
    )


def level_along_canal(trajectory: SpinalTrajectory, height_cm: float) -> FloatArray:
    """Level in the fluid at a height above the tip of the catheter towards the head: (T, n), micrograms per mL.

    A fixed exponential profile (43 percent 20 cm higher, one study of five people); it says nothing about the few cm
    around the tip, and distances from segment to segment of the cord differ between people, so a height is asked for
    and no segment. Raises ValueError below 0.
    """
    return concentration_along_canal(trajectory.lumbar, height_cm, trajectory.csf)


def responder_fraction(trajectory: SpinalTrajectory, points: float, from_h: float, to_h: float) -> float:
    """Share of subjects whose Ashworth score falls by ``points`` or more at any output time in the window.

    The fall is from the untreated score. Raises ValueError when no output time lies in the window.
    """
    window = (trajectory.times_h >= from_h) & (trajectory.times_h <= to_h)
    if not window.any():
        raise ValueError(f"no output time lies between {from_h:g} h and {to_h:g} h")
    lowest = trajectory.ashworth[window].min(axis=0)
    return float(np.mean(trajectory.who.baseline_ashworth - lowest >= points))
