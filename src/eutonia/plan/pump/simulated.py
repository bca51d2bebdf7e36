"""Plans run through the simulated pump, and, for a described patient, through the model of tone.

Plans are exact; what runs here is the same plan in floating point, with the pump's own events.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from eutonia.model.device import PumpSystem
from eutonia.model.intrathecal import Patient, rest, settle
from eutonia.plan.pump.exact import show_hours
from eutonia.simulate.device import PumpRun, run_pump
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.pump_events import PumpEvent
from eutonia.simulate.spinal_events import Injection, SpinalTherapy

__all__ = [
    "NO_TONE",
    "Simulated",
    "follow_injections",
    "follow_pump",
    "run_events",
    "runs_dry",
    "shown_until",
]

NO_TONE = "Not simulated: tone. It needs a described patient (age, weight, kidney function)."
_MOST_POINTS = 500
_LONGEST_SHOWN = Fraction(14 * 24)


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """What a plan does. run: the pump as planned; without: the same without the bridge or the priming.

    tone and tone_without: the course of a typical person like the patient, of the two. not_simulated: sentences.
    """

    run: PumpRun | None = None
    without: PumpRun | None = None
    tone: SpinalTrajectory | None = None
    tone_without: SpinalTrajectory | None = None
    not_simulated: tuple[str, ...] = field(default=())

    def tip_by_hour(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Micrograms reaching the tip in each full hour: as planned, and without; empty where not run."""
        return _hours(self.run), _hours(self.without)

    def tip_by_day(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Micrograms reaching the tip in each full 24 hours: as planned, and without."""
        return _days(self.run), _days(self.without)


def _hours(run: PumpRun | None) -> tuple[float, ...]:
    return () if run is None else tuple(run.hourly().tolist())


def _days(run: PumpRun | None) -> tuple[float, ...]:
    if run is None:
        return ()
    ends = run.delivered(24.0 * np.arange(math.floor(run.time_h[-1] / 24.0) + 1))
    return tuple(np.diff(ends).tolist())


def run_events(
    system: PumpSystem,
    events: Sequence[PumpEvent],
    until_h: Fraction,
    path_concentration: Fraction,
) -> PumpRun:
    """``run_pump`` with exact numbers."""
    return run_pump(system, events, float(until_h), float(path_concentration))


def runs_dry(*runs: PumpRun | None) -> tuple[str, ...]:
    """A second look where the reservoir of a run is empty before its end; nothing where none is."""
    for run in runs:
        hours = [] if run is None else [o.at_h for o in run.occurrences if o.kind == "empty"]
        if run is not None and hours:
            return (
                f"Second look: the reservoir runs dry after {_full(hours[0])}, before this plan ends after "
                f"{_full(float(run.time_h[-1]))}. Plan the refill first; a pump that runs dry means withdrawal.",
            )
    return ()


def _full(hours: float) -> str:
    """Full hours, never later than it happens."""
    return show_hours(Fraction(math.floor(hours)))


def shown_until(until_h: Fraction, what: str) -> tuple[Fraction, tuple[str, ...]]:
    """The end of a simulation, and what it leaves out where ``what`` takes longer than is ever simulated."""
    if until_h <= _LONGEST_SHOWN:
        return until_h, ()
    return _LONGEST_SHOWN, (f"Simulated for {_LONGEST_SHOWN / 24} days only; {what} takes longer.",)


def follow_pump(
    who: Patient | None, run: PumpRun | None, settled_on: Fraction | None
) -> SpinalTrajectory | None:
    """Tone under what reaches the tip; None without a patient or a run.

    settled_on: micrograms a day the patient has long had; None: no baclofen into the spinal fluid yet.
    """
    if who is None or run is None:
        return None
    start = settle(who, float(settled_on)) if settled_on is not None else rest(who)
    return simulate_intrathecal(who, SpinalTherapy(tip=run.tip), _times(float(run.time_h[-1])), start)


def follow_injections(
    who: Patient | None, injections: Sequence[tuple[Fraction, Fraction]], until_h: Fraction
) -> SpinalTrajectory | None:
    """Tone after single doses by puncture (hour, micrograms); None without a patient."""
    if who is None:
        return None
    given = tuple(Injection(float(hour), float(micrograms)) for hour, micrograms in injections)
    return simulate_intrathecal(who, SpinalTherapy(injections=given), _times(float(until_h)), rest(who))


def _times(until: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    count = min(math.floor(until), _MOST_POINTS)
    return np.linspace(0.0, until, count + 1)
