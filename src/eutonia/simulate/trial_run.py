"""A trial in, its outcomes with both kinds of uncertainty out.

People are run in blocks of a fixed size, each by its own random numbers, so a result depends on neither the number of
threads nor how the people are cut. From 500 people on the compiled paths are used where numba is installed; they
agree with the NumPy paths to about a millionth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.populations import Population
from eutonia.knowledge.schema import Knowledge, ModelFile
from eutonia.model.individual import Covariates, FloatArray, Individual
from eutonia.model.intrathecal import Patient, draw_patients, settle, typical_patient
from eutonia.model.published import draw_people, has_spread, is_apparent
from eutonia.simulate.device import Occurrence, PumpRun
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.removal import simulate_with_removal
from eutonia.simulate.shared_course import plan_course, read_course
from eutonia.simulate.side_by_side import LeftOut
from eutonia.simulate.spinal_events import SpinalTherapy
from eutonia.simulate.trial import SPINAL, Measure, Outcome, Trial, pump_of
from eutonia.simulate.trial_checks import reasons_against, refuse_trial
from eutonia.simulate.trial_notes import ModelNotes, notes_on
from eutonia.simulate.trial_outcomes import Curves, OutcomeResult, person_values, summarise_outcome
from eutonia.simulate.virtual import People, draw_virtual
from eutonia.simulate.virtual import draw_people as draw_covariates
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

__all__ = ["ModelRun", "TrialResult", "run_trial"]

_FROM_HERE_COMPILED = 500
_MOST_DRAWN, _DRAWN_FLOATS = 2_000, 3_000_000  # people whose curves are kept for the bands of a picture
_BLOCK_FLOATS = 2_000_000
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
    """Everything a trial gave. people: the covariates drawn, None for one stated patient. occurrences: of the pump."""

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
) -> TrialResult:
    """Run the trial on each of its models.

    progress: called with blocks done and all blocks. Raises InputRefused with every problem of the trial, and when the
    only model, or every one of several, does not admit the people.
    """
    refuse_trial(trial, knowledge.models)
    if threads < 1:
        raise ValueError("threads must be at least 1")
    pump = pump_of(trial)
    people = _covariates(trial, knowledge, 0, trial.people)
    compiled = trial.people >= _FROM_HERE_COMPILED and not trial.sessions and find_spec("numba") is not None
    runs, left_out, problems = [], [], []
    for number, name in enumerate(trial.models):
        against = reasons_against(trial, knowledge.models[name])
        if against:
            left_out.append(LeftOut(name, against))
            continue
        job = _Job(trial, knowledge, knowledge.models[name], pump, compiled)

        def report(done: int, all_blocks: int, number: int = number) -> None:
            if progress is not None:
                progress(number * all_blocks + done, len(trial.models) * all_blocks)

        try:
            runs.append(job.run(people, threads, report))
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
        people=people,
        occurrences=() if pump is None else pump.occurrences,
        not_checked=() if pump is None else pump.not_checked,
        knowledge_hash=knowledge.hash,
        is_compiled=compiled,
    )


def _covariates(trial: Trial, knowledge: Knowledge, first: int, n: int) -> People | None:
    if not isinstance(trial.who, Population):
        return None
    divisor = knowledge.kidney["mosteller"].coefficients["divisor"]
    return draw_covariates(trial.who, divisor, n, trial.seed, first)


class _Job:
    """A trial on one model."""

    def __init__(
        self, trial: Trial, knowledge: Knowledge, model: ModelFile, pump: PumpRun | None, compiled: bool
    ) -> None:
        self.trial, self.knowledge, self.model = trial, knowledge, model
        self.compiled = compiled
        self.doses = trial.doses if trial.doses is not None else _NO_DOSES
        self.therapy = SpinalTherapy(
            tip=None if pump is None else pump.tip, injections=trial.injections, doses=trial.doses
        )
        self.edges = _edges(trial.outcomes)
        self.times = _times(trial)
        self.has_people = has_spread(model) or isinstance(trial.who, Population) or trial.is_spinal

    def run(self, people: People | None, threads: int, report: Callable[[int, int], None]) -> ModelRun:
        n = self.trial.people if self.has_people else 1
        block = int(np.clip(_BLOCK_FLOATS // len(self.times), 32, 512))
        starts = list(range(0, n, block))
        values: list[FloatArray] = []
        kept: dict[Measure, list[FloatArray]] = {}
        drawn = 0
        with ThreadPoolExecutor(threads) as pool:
            blocks = pool.map(lambda first: self._block(first, min(block, n - first)), starts)
            for done, (part, curves) in enumerate(blocks, 1):
                values.append(part)
                drawn += part.shape[1] if curves else 0
                for measure, rows in curves.items():
                    kept.setdefault(measure, []).append(rows)
                report(done, len(starts))
        table = np.concatenate(values, axis=1)
        return ModelRun(
            model=self.model.name,
            title=self.model.title,
            outcomes=tuple(
                summarise_outcome(outcome, row, has_people=self.has_people)
                for outcome, row in zip(self.trial.outcomes, table, strict=True)
            ),
            times_h=self.times,
            bands={m: np.percentile(np.concatenate(rows, axis=1), _BAND, axis=1) for m, rows in kept.items()},
            drawn=drawn,
            notes=notes_on(self.trial, self.model, self.knowledge, people, has_people=self.has_people),
        )

    def _block(self, first: int, n: int) -> tuple[FloatArray, dict[Measure, FloatArray]]:
        """Values (outcomes, n) and curves by measure of people ``first`` onwards."""
        curves = self._spinal(first, n) if self.trial.is_spinal else self._oral(first, n)
        rows = [person_values(outcome, curves) for outcome in self.trial.outcomes]
        is_drawn = first < _most_drawn(self.times)
        held = {measure: curve.copy() for measure, curve in curves.of.items()} if is_drawn else {}
        return np.array(rows), held

    def _oral(self, first: int, n: int) -> Curves:
        who = self._individuals(first, n)
        if self.compiled:
            course = plan_course(self.doses, self.times, self.edges, who.n_transit)
            level, area = read_course(who, course)
        else:
            run = simulate_with_removal(who, self.doses, self.times, self.trial.sessions).trajectory
            level, area = run.concentration, run.exposure[np.searchsorted(self.times, self.edges)]
        return Curves(self.times, {"plasma": level}, self.edges, {"plasma": area})

    def _spinal(self, first: int, n: int) -> Curves:
        patient = self._patients(first, n)
        settled = self.trial.settled_on
        start = None if settled is None else settle(patient, settled)
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

    def _individuals(self, first: int, n: int) -> Individual:
        trial, people = self.trial, _covariates(self.trial, self.knowledge, first, n)
        if people is None:
            assert isinstance(trial.who, Covariates)
            return draw_people(self.model, trial.who, n, trial.seed, first)
        if not is_apparent(self.model):
            return draw_virtual(self.model, people, trial.formulation, trial.seed, first)
        return _join([
            draw_people(self.model, _own(people, i, trial), 1, trial.seed, first + i) for i in range(n)
        ])  # fmt: skip

    def _patients(self, first: int, n: int) -> Patient:
        trial, spinal = self.trial, self.knowledge.models[SPINAL]
        score = trial.untreated_ashworth
        people = _covariates(trial, self.knowledge, first, n)
        if people is None:
            assert isinstance(trial.who, Covariates)
            return draw_patients(self.model, spinal, trial.who, n, trial.seed, first, baseline_ashworth=score)
        for index in (int(np.argmin(people.age)), int(np.argmax(people.age))):
            typical_patient(self.model, spinal, _own(people, index, trial))  # refuses whom the models refuse
        grown_up = spinal.value("adult_from_age")
        standard = Covariates(
            max(grown_up, self.model.value("adult_from_age")),
            self.model.value("reference_weight"),
            self.model.value("adult_filtration_cap"),
        )
        patient = draw_patients(self.model, spinal, standard, n, trial.seed, first, baseline_ashworth=score)
        ratio = np.where(people.age < grown_up, spinal.value("child_ec50_ratio"), 1.0)
        return replace(
            patient,
            systemic=draw_virtual(self.model, people, trial.formulation, trial.seed, first),
            effect=replace(patient.effect, tone_ec50=patient.effect.tone_ec50 * ratio),
        )


def _own(people: People, index: int, trial: Trial) -> Covariates:
    age, weight, filtration = people.age[index], people.weight[index], people.filtration[index]
    return Covariates(float(age), float(weight), float(filtration), trial.formulation)


def _join(singles: list[Individual]) -> Individual:
    arrays: dict[str, Any] = {
        f.name: np.concatenate([getattr(one, f.name) for one in singles])
        for f in fields(Individual)
        if f.name != "n_transit"
    }
    return replace(singles[0], **arrays)


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
