"""A trial in, its outcomes with both kinds of uncertainty out.

People are run in blocks of a fixed size, each by its own random numbers, so a result depends on neither the number of
threads nor how the people are cut. From 500 people on the compiled paths are used where numba is installed; they
agree with the NumPy paths to about a millionth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.schema import Knowledge, ModelFile
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, settle
from eutonia.simulate.blocks import run_blocks
from eutonia.simulate.device import Occurrence, PumpRun
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.removal import simulate_with_removal
from eutonia.simulate.run import steady_state_amounts
from eutonia.simulate.settled import settle_on_cycle
from eutonia.simulate.shared_course import plan_course, read_course
from eutonia.simulate.side_by_side import LeftOut
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate
from eutonia.simulate.trial import SPINAL, Measure, Outcome, Trial, pump_of
from eutonia.simulate.trial_checks import reasons_against, refuse_trial
from eutonia.simulate.trial_notes import ModelNotes, notes_on
from eutonia.simulate.trial_outcomes import Curves, OutcomeResult, person_values, summarise_outcome
from eutonia.simulate.trial_people import Crowd
from eutonia.simulate.trial_table import PeopleBlock
from eutonia.simulate.trial_tally import KEPT_VALUES, MOST_DISTINCT, RESOLUTION, Tally
from eutonia.simulate.virtual import People
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

__all__ = ["ModelRun", "TrialResult", "run_trial"]

_FROM_HERE_COMPILED = 500
_MOST_DRAWN, _DRAWN_FLOATS = 2_000, 3_000_000  # people whose curves are kept for the bands of a picture
_BLOCK_FLOATS = 2_000_000
_MOST_SHOWN = 100_000
_ROUNDED = (
    f"More than {MOST_DISTINCT:,} values differ: medians and percentiles are read from values rounded to "
    f"1 part in {1 / RESOLUTION:,.0f}."
)
_BAND = (10.0, 50.0, 90.0)
_NO_DOSES = DoseEvents([], [])


@dataclass(frozen=True, slots=True, eq=False)
class ModelRun:
    """The trial on one oral model (with the spinal model where that is needed).

    bands: by measure the 10th, 50th and 90th percentile at each time (3, T), of the first ``drawn`` people.
    """

    model: str
    title: str
    outcomes: tuple[OutcomeResult, ...]
    times_h: FloatArray
    bands: Mapping[Measure, FloatArray]
    drawn: int
    notes: ModelNotes


@dataclass(frozen=True, slots=True, eq=False)
class TrialResult:
    """Everything a trial gave. people: the covariates drawn, None for one stated patient and for more than 100,000
    people, whose table is streamed. occurrences: of the pump."""

    trial: Trial
    runs: tuple[ModelRun, ...]
    left_out: tuple[LeftOut, ...]
    spinal_model: str | None
    people: People | None
    occurrences: tuple[Occurrence, ...]
    not_checked: tuple[str, ...]
    knowledge_hash: str
    is_compiled: bool


def run_trial(
    trial: Trial,
    knowledge: Knowledge,
    *,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
    give: Callable[[PeopleBlock], None] | None = None,
) -> TrialResult:
    """Run the trial on each of its models.

    progress: called with people done and all people, over all models. give: called with each block of people as it is
    done, in order, such as ``PeopleTable.write``; nothing of a block is held after that.

    Raises InputRefused with every problem of the trial, and when the only model, or every one of several, does not
    admit the people; ValueError for no thread.
    """
    refuse_trial(trial, knowledge.models)
    if threads < 1:
        raise ValueError("threads must be at least 1")
    pump = pump_of(trial)
    compiled = trial.people >= _FROM_HERE_COMPILED and not trial.sessions and find_spec("numba") is not None
    runs, left_out, problems = [], [], []
    for number, name in enumerate(trial.models):
        against = reasons_against(trial, knowledge.models[name])
        if against:
            left_out.append(LeftOut(name, against))
            continue
        job = _Job(trial, knowledge, knowledge.models[name], pump, compiled)

        def report(done: int, of: int, number: int = number) -> None:
            if progress is not None:
                progress(number * of + done, len(trial.models) * of)

        try:
            runs.append(job.run(threads, report, give))
        except OutsideDomain as outside:
            left_out.append(LeftOut(name, (outside.problem.why,)))
            problems.append(outside.problem.at(f"{name}: {outside.problem.path}"))
    if not runs:
        raise InputRefused(problems)
    return TrialResult(
        trial=trial,
        runs=tuple(runs),
        left_out=tuple(left_out),
        spinal_model=SPINAL if trial.is_spinal else None,
        people=Crowd(trial, knowledge, knowledge.models[runs[0].model]).covariates(0, trial.people)
        if trial.people <= _MOST_SHOWN
        else None,
        occurrences=() if pump is None else pump.occurrences,
        not_checked=() if pump is None else pump.not_checked,
        knowledge_hash=knowledge.hash,
        is_compiled=compiled,
    )


class _Job:
    """A trial on one model."""

    def __init__(
        self, trial: Trial, knowledge: Knowledge, model: ModelFile, pump: PumpRun | None, compiled: bool
    ) -> None:
        self.trial, self.knowledge, self.model = trial, knowledge, model
        self.crowd = Crowd(trial, knowledge, model)
        self.compiled = compiled
        self.doses = trial.doses if trial.doses is not None else _NO_DOSES
        self.therapy = SpinalTherapy(
            tip=None if pump is None else pump.tip, injections=trial.injections, doses=trial.doses
        )
        self.edges = _edges(trial.outcomes)
        self.times = _times(trial)

    def run(
        self,
        threads: int,
        report: Callable[[int, int], None],
        give: Callable[[PeopleBlock], None] | None,
    ) -> ModelRun:
        crowd, outcomes = self.crowd, self.trial.outcomes
        outside = crowd.count_outside()
        size = int(np.clip(_BLOCK_FLOATS // len(self.times), 32, 512))
        tallies = [Tally() for _ in outcomes]
        is_kept = crowd.n * len(outcomes) <= KEPT_VALUES
        values: list[FloatArray] = []
        drawn: dict[Measure, list[FloatArray]] = {}
        people_drawn = 0
        for done, (block, curves) in run_blocks(self._block, crowd.n, size, threads):
            for tally, row in zip(tallies, block.values, strict=True):
                tally.add(row)
            if is_kept:
                values.append(block.values)
            if give is not None:
                give(block)
            people_drawn += block.n if curves else 0
            for measure, rows in curves.items():
                drawn.setdefault(measure, []).append(rows)
            report(done * self.trial.people // crowd.n, self.trial.people)
        table = np.concatenate(values, axis=1) if is_kept else None
        found = tuple(
            summarise_outcome(
                outcome, tally, None if table is None else table[place], has_people=crowd.differ
            )
            for place, (outcome, tally) in enumerate(zip(outcomes, tallies, strict=True))
        )
        notes = notes_on(self.trial, self.model, self.knowledge, outside, has_people=crowd.differ)
        if any(one.resolution for one in found):
            notes = replace(notes, remarks=(*notes.remarks, _ROUNDED))
        return ModelRun(
            model=self.model.name,
            title=self.model.title,
            outcomes=found,
            times_h=self.times,
            bands={
                m: np.percentile(np.concatenate(rows, axis=1), _BAND, axis=1) for m, rows in drawn.items()
            },
            drawn=people_drawn,
            notes=notes,
        )

    def _block(self, first: int, n: int) -> tuple[PeopleBlock, dict[Measure, FloatArray]]:
        """The values of people ``first`` onwards, and curves by measure of the first of all."""
        curves = self._spinal(first, n) if self.trial.is_spinal else self._oral(first, n)
        rows = [person_values(outcome, curves) for outcome in self.trial.outcomes]
        is_drawn = first < _most_drawn(self.times)
        held = {measure: curve.copy() for measure, curve in curves.of.items()} if is_drawn else {}
        block = PeopleBlock(self.model.name, first, self.crowd.covariates(first, n), np.array(rows))
        return block, held

    def _oral(self, first: int, n: int) -> Curves:
        who = self.crowd.individuals(first, n)
        before = self.trial.taken_before
        start = None if before is None else steady_state_amounts(who, before)
        if self.compiled:
            course = plan_course(self.doses, self.times, self.edges, who.n_transit)
            level, area = read_course(who, course, start)
        else:
            run = simulate_with_removal(who, self.doses, self.times, self.trial.sessions, start).trajectory
            level, area = run.concentration, run.exposure[np.searchsorted(self.times, self.edges)]
        return Curves(self.times, {"plasma": level}, self.edges, {"plasma": area})

    def _start(self, patient: Patient) -> SpinalState | None:
        """Where people stand at hour 0 on what they have had for many months."""
        settled, before = self.trial.settled_on, self.trial.taken_before
        if before is None:
            return None if settled is None else settle(patient, settled)
        tip = None if settled is None else TipRate.constant(settled)
        return settle_on_cycle(patient, SpinalTherapy(tip=tip, doses=before))

    def _spinal(self, first: int, n: int) -> Curves:
        patient = self.crowd.patients(first, n)
        start = self._start(patient)
        untreated = patient.effect.baseline_ashworth
        if self.compiled and not len(self.edges):
            fast = simulate_spinal_fast(patient, self.therapy, self.times, start)
            of: dict[Measure, FloatArray] = {
                "plasma": fast.plasma, "lumbar fluid": fast.lumbar, "Ashworth score": fast.ashworth,
            }  # fmt: skip
            return Curves(self.times, of, self.edges, {}, untreated)
        run = simulate_intrathecal(patient, self.therapy, self.times, start)
        at = np.searchsorted(self.times, self.edges)
        return Curves(
            self.times,
            {"plasma": run.plasma, "lumbar fluid": run.lumbar, "Ashworth score": run.ashworth},
            self.edges,
            {"plasma": run.plasma_exposure[at], "lumbar fluid": run.lumbar_exposure[at]},
            untreated,
        )


def _most_drawn(times: FloatArray) -> int:
    return max(min(_MOST_DRAWN, _DRAWN_FLOATS // len(times)), 1)


def _edges(outcomes: tuple[Outcome, ...]) -> FloatArray:
    """Hours at which an exact integral is needed."""
    hours = [
        hour
        for o in outcomes
        if o.kind in ("average", "auc") and o.of != "Ashworth score"
        for hour in (o.from_h, o.to_h)
    ]
    return np.unique(np.array(hours, dtype=np.float64))


def _times(trial: Trial) -> FloatArray:
    """Output times: an even grid, the end, and the ends of every window."""
    grid = np.arange(0.0, trial.hours, trial.resolution_h)
    ends = [hour for o in trial.outcomes for hour in (o.from_h, o.to_h)]
    return np.unique(np.concatenate([grid, [trial.hours], ends]))
