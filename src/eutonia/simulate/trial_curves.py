"""What the people of a trial go through: levels, scores and integrals of a block of them, by one of three ways.

By mouth the levels are exact on each way. With drug in the spinal fluid the compiled way takes fixed steps and the
other checks its steps for each person; drainage of fluid and exact averages of levels are only offered by the other.
"""

from __future__ import annotations

import numpy as np

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, settle
from eutonia.model.residual import measure, residual_error
from eutonia.simulate.device import PumpRun
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.removal import simulate_with_removal
from eutonia.simulate.run import steady_state_amounts
from eutonia.simulate.settled import settle_on_cycle
from eutonia.simulate.shared_course import plan_course, read_course
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate
from eutonia.simulate.trial import CONCENTRATIONS, Measure, Outcome, Trial
from eutonia.simulate.trial_outcomes import Curves
from eutonia.simulate.trial_people import Crowd
from eutonia.simulate.virtual_spinal import SpinalCurves, simulate_spinal_fast

__all__ = ["CurveMaker"]

_NO_DOSES = DoseEvents([], [])
_NAMES: dict[Measure, str] = {
    "plasma": "plasma",
    "lumbar fluid": "lumbar",
    "Ashworth score": "ashworth",
    "spasm score": "spasms",
    "H reflex": "reflex",
    "sedation": "sedation",
}
_ALWAYS: tuple[Measure, ...] = ("plasma", "lumbar fluid", "Ashworth score")  # a picture may show them


class CurveMaker:
    """The curves of one trial on one oral model. times (T,) of the curves and edges (E,) of the integrals, hours."""

    def __init__(
        self, trial: Trial, model: ModelFile, crowd: Crowd, pump: PumpRun | None, compiled: bool
    ) -> None:
        self.trial, self.model, self.crowd, self.compiled = trial, model, crowd, compiled
        self.times, self.edges = _times(trial), _edges(trial.outcomes)
        self._doses = trial.doses if trial.doses is not None else _NO_DOSES
        self._therapy = SpinalTherapy(
            tip=None if pump is None else pump.tip,
            injections=trial.injections,
            drainages=trial.drainages,
            doses=trial.doses,
        )
        self._wanted = tuple(m for m in _NAMES if m in _ALWAYS or m in {o.of for o in trial.outcomes})
        self._error = residual_error(model) if trial.residual else None

    def make(self, first: int, n: int) -> Curves:
        """The curves of people ``first`` onwards."""
        return self._spinal(first, n) if self.trial.is_spinal else self._oral(first, n)

    def _oral(self, first: int, n: int) -> Curves:
        who = self.crowd.individuals(first, n)
        before = self.trial.taken_before
        start = None if before is None else steady_state_amounts(who, before)
        if self.compiled:
            course = plan_course(self._doses, self.times, self.edges, who.n_transit)
            level, area = read_course(who, course, start)
        else:
            run = simulate_with_removal(who, self._doses, self.times, self.trial.sessions, start).trajectory
            level, area = run.concentration, run.exposure[np.searchsorted(self.times, self.edges)]
        return Curves(
            self.times,
            {"plasma": self._measured(level, first)},
            self.edges,
            {"plasma": area},
            is_measured=self._error is not None,
        )

    def _spinal(self, first: int, n: int) -> Curves:
        patient = self.crowd.patients(first, n)
        start = self._start(patient)
        run: SpinalCurves | SpinalTrajectory
        if self.compiled and not len(self.edges):
            run = simulate_spinal_fast(patient, self._therapy, self.times, start)
        else:
            run = simulate_intrathecal(patient, self._therapy, self.times, start)
        of: dict[Measure, FloatArray] = {name: getattr(run, _NAMES[name]) for name in self._wanted}
        of["plasma"] = self._measured(of["plasma"], first)
        exposure: dict[Measure, FloatArray] = {}
        if isinstance(run, SpinalTrajectory):
            at = np.searchsorted(self.times, self.edges)
            exposure = {"plasma": run.plasma_exposure[at], "lumbar fluid": run.lumbar_exposure[at]}
        return Curves(
            self.times,
            of,
            self.edges,
            exposure,
            untreated=patient.effect.baseline_ashworth,
            csf=patient.csf,
            is_paradoxical=patient.effect.is_paradoxical,
            is_measured=self._error is not None,
        )

    def _start(self, patient: Patient) -> SpinalState | None:
        """Where people stand at hour 0 on what they have had for many months."""
        settled, before = self.trial.settled_on, self.trial.taken_before
        if before is None:
            return None if settled is None else settle(patient, settled)
        tip = None if settled is None else TipRate.constant(settled)
        return settle_on_cycle(patient, SpinalTherapy(tip=tip, doses=before))

    def _measured(self, level: FloatArray, first: int) -> FloatArray:
        """What a laboratory would report, where the trial asks for it."""
        if self._error is None:
            return level
        return measure(np.maximum(level, 0.0), self._error, self.trial.seed, first)


def _edges(outcomes: tuple[Outcome, ...]) -> FloatArray:
    """Hours at which an exact integral is needed."""
    hours = [
        hour
        for o in outcomes
        if o.kind in ("average", "auc") and o.of in CONCENTRATIONS
        for hour in (o.from_h, o.to_h)
    ]
    return np.unique(np.array(hours, dtype=np.float64))


def _times(trial: Trial) -> FloatArray:
    """Output times: an even grid, the end, and the ends of every window."""
    grid = np.arange(0.0, trial.hours, trial.resolution_h)
    ends = [hour for o in trial.outcomes for hour in (o.from_h, o.to_h)]
    return np.unique(np.concatenate([grid, [trial.hours], ends]))
