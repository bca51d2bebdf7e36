"""A trial in, its outcomes with both kinds of uncertainty out.

People are run in blocks of a fixed size, each by its own random numbers, so a result depends on neither the number of
threads nor how the people are cut. From 500 people on the compiled paths are used where numba is installed; they
agree with the NumPy paths to a few millionths of tolerance and adaptation, each of order 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.schema import Knowledge, ModelFile
from eutonia.model.individual import FloatArray
from eutonia.simulate.blocks import run_blocks
from eutonia.simulate.device import Occurrence, PumpRun
from eutonia.simulate.side_by_side import LeftOut
from eutonia.simulate.trial import SPINAL, Measure, Trial, pump_of
from eutonia.simulate.trial_checks import reasons_against, refuse_trial
from eutonia.simulate.trial_curves import CurveMaker
from eutonia.simulate.trial_notes import ModelNotes, notes_on
from eutonia.simulate.trial_outcomes import OutcomeResult, person_values, summarise_outcome
from eutonia.simulate.trial_people import Crowd
from eutonia.simulate.trial_table import PeopleBlock
from eutonia.simulate.trial_tally import KEPT_VALUES, MOST_DISTINCT, RESOLUTION, Tally
from eutonia.simulate.virtual import People

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


@dataclass(frozen=True, slots=True, eq=False)
class ModelRun:
    """The trial on one oral model (with the spinal model where that is needed).

    bands: by measure the 10th, 50th and 90th percentile at each time (3, T), of the first ``drawn`` people.
    paradoxical: how many people answer with more tone, None where the trial does not let them.
    """

    model: str
    title: str
    outcomes: tuple[OutcomeResult, ...]
    times_h: FloatArray
    bands: Mapping[Measure, FloatArray]
    drawn: int
    notes: ModelNotes
    paradoxical: int | None = None


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
    is_plain = not (trial.sessions or trial.drainages)
    compiled = trial.people >= _FROM_HERE_COMPILED and is_plain and find_spec("numba") is not None
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
        self.maker = CurveMaker(trial, model, self.crowd, pump, compiled)
        self.times = self.maker.times

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
        people_drawn = paradoxical = 0
        for done, (block, curves) in run_blocks(self._block, crowd.n, size, threads):
            for tally, row in zip(tallies, block.values, strict=True):
                tally.add(row)
            if is_kept:
                values.append(block.values)
            if give is not None:
                give(block)
            people_drawn += block.n if curves else 0
            paradoxical += 0 if block.is_paradoxical is None else int(block.is_paradoxical.sum())
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
        if self.trial.with_paradox:
            said = f"{paradoxical:,} of {crowd.n:,} people answer to the drug with more tone instead of less."
            notes = replace(notes, remarks=(*notes.remarks, said))
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
            paradoxical=paradoxical if self.trial.with_paradox else None,
        )

    def _block(self, first: int, n: int) -> tuple[PeopleBlock, dict[Measure, FloatArray]]:
        """The values of people ``first`` onwards, and curves by measure of the first of all."""
        curves = self.maker.make(first, n)
        rows = [person_values(outcome, curves) for outcome in self.trial.outcomes]
        is_drawn = first < _most_drawn(self.times)
        held = {measure: curve.copy() for measure, curve in curves.of.items()} if is_drawn else {}
        people = self.crowd.covariates(first, n)
        answers = curves.is_paradoxical if self.trial.with_paradox else None
        return PeopleBlock(self.model.name, first, people, np.array(rows), answers), held


def _most_drawn(times: FloatArray) -> int:
    return max(min(_MOST_DRAWN, _DRAWN_FLOATS // len(times)), 1)
