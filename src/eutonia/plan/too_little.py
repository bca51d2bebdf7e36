"""The simulated “too little” of a way down: how much stiffer the model's people get, beside stopping at once.

The model knows tone alone, and the way from plasma to the cord rests on one group mean. Hallucinations, fever and
seizures are not in it, so a small figure is no promise; that is said wherever the figure is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction

import numpy as np

from eutonia.assess.limits import number_of
from eutonia.assess.sheet import FactSheet
from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.relied_on import REFERENCE_MODEL, SPINAL_MODEL
from eutonia.knowledge.schema import Knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import Patient, draw_patients, typical_patient
from eutonia.plan.expose import NoCourse, Simulation, find_covariates
from eutonia.plan.outcome import Fall, PlanStep, ToneUnderPlan, TooLittle
from eutonia.plan.taper import Descent, cuts_of
from eutonia.record import Scenario
from eutonia.simulate.course import day_pattern, doses_of
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.oral_tone import OralTone, settle_oral_tone, simulate_oral_tone
from eutonia.simulate.therapy import Phase, phase_of

__all__ = ["find_fall"]

_HOUR = timedelta(hours=1)
_AFTER_DAYS = 14  # the rebound after the last dose has passed by then
_LONGEST_DAYS = 182
_MOST_PEOPLE = 100
_CANNOT_SEE = (
    "This speaks of tone alone, in a model whose way from the blood to the cord rests on one group mean. "
    "Hallucinations, fever and seizures are not in it, and in reports how severe withdrawal was has not followed "
    "the dose. A small figure is no promise."
)
_UNKNOWN_TIME = (
    " How long baclofen has been taken is not recorded; the figure holds for somebody who has just begun."
)


def find_fall(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    descent: Descent,
    planned: Sequence[Phase],
    simulation: Simulation,
) -> Fall:
    """The figures of a way down, with what the model of tone says of it, or why it says nothing."""
    cuts = cuts_of(descent)
    early = [(a, b) for a, b in cuts if a > descent.small_from_mg]
    starts = [s.first for s in descent.steps[descent.first_cut :]]
    found = _simulate(scenario, knowledge, sheet, descent, planned, simulation)
    return Fall(
        start_mg=descent.start_mg,
        biggest_mg=max((a - b for a, b in cuts), default=Fraction(0)),
        biggest_percent=max((100 * (1 - b / a) for a, b in cuts), default=Fraction(0)),
        biggest_early_percent=max((100 * (1 - b / a) for a, b in early), default=Fraction(0)),
        small_from_mg=descent.small_from_mg,
        days=(starts[-1] - starts[0]).days if starts else 0,
        too_little=None if isinstance(found, str) else found,
        why_not=found if isinstance(found, str) else "",
    )


def _simulate(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    descent: Descent,
    planned: Sequence[Phase],
    simulation: Simulation,
) -> TooLittle | str:
    """Tone under the plan and under an abrupt stop; a sentence where nothing can be said."""
    if sheet.is_true("has_recent_overdose"):
        return "After an overdose the prescribed doses do not say what is in the body; tone is not simulated."
    if scenario.record.pump_therapy:
        return "A pump gives baclofen as well; tone under both is not simulated here."
    if descent.first_cut > 0:
        return "The signs of withdrawal are there already; tone from before them is not simulated."
    covariates = find_covariates(scenario, knowledge, sheet)
    if isinstance(covariates, NoCourse):
        return covariates.says.replace("curve", "model of tone")
    if sheet.is_true("is_on_dialysis"):
        return "Dialysis is not in the model of tone."
    first = descent.steps[0].first
    begin = datetime.combine(first, time.min)
    present = [p for p in map(phase_of, scenario.record.oral_therapy) if p.is_active(begin)]
    before = day_pattern(present)
    days = (descent.steps[-1].first - first).days + _AFTER_DAYS
    if days > _LONGEST_DAYS:
        return f"The plan is longer than the {_LONGEST_DAYS} days for which tone is simulated."
    people = min(simulation.people, _MOST_PEOPLE)
    try:
        groups = _people(knowledge, covariates[0], people, simulation.seed)
    except OutsideDomain as outside:
        return f"{outside.problem.why} {outside.problem.next_step}".strip()
    except InputRefused as refused:
        return refused.problems[0].why
    given = doses_of(planned, begin, begin + timedelta(days=days))
    events = DoseEvents([(d.at - begin) / _HOUR for d in given], [d.mg for d in given])
    # The amount that matters was found after stroke; here it only says what is counted in the virtual people.
    limit = next(x for x in knowledge.limits if x.name == "response.modified_ashworth_fall")
    points = number_of(limit, "1")
    # Unknown counts as short: without tolerance the drug does more, and its absence shows more.
    taken = sheet.number("days_on_baclofen") or 0.0
    none = DoseEvents([], [])
    starts = [settle_oral_tone(group, before, taken) for group in groups]
    placed = list(zip(groups, starts, strict=True))
    plan = [simulate_oral_tone(group, events, start, 24.0 * days) for group, start in placed]
    stop = [simulate_oral_tone(group, none, start, 24.0 * _AFTER_DAYS) for group, start in placed]
    return TooLittle(
        plan=_figures(plan, begin, points),
        at_once=_figures(stop, begin, points),
        steps=_by_step(plan[0], descent.steps),
        steps_high=_by_step(plan[-1], descent.steps),
        points=points,
        people=people,
        cannot_see=_CANNOT_SEE + (_UNKNOWN_TIME if sheet.number("days_on_baclofen") is None else ""),
    )


def _people(knowledge: Knowledge, covariates: Covariates, people: int, seed: int) -> list[Patient]:
    """The typical person, and the virtual people where there are any."""
    models = knowledge.models[REFERENCE_MODEL], knowledge.models[SPINAL_MODEL]
    groups = [typical_patient(*models, covariates)]
    if people > 1:
        groups.append(draw_patients(*models, covariates, people, seed))
    return groups


def _figures(tones: Sequence[OralTone], begin: datetime, points: float) -> ToneUnderPlan:
    typical, crowd = tones[0], tones[-1]
    score, highest = typical.ashworth[:, 0], crowd.ashworth.max(axis=0)
    worst = int(np.argmax(score))
    rise = highest - crowd.before
    rebound = highest - crowd.who.baseline_ashworth
    low, high = np.percentile(rise, [10, 90])
    return ToneUnderPlan(
        rise=float(score[worst] - typical.before[0]),
        rise_low=float(low),
        rise_high=float(high),
        worst_on=(begin + typical.times_h[worst] * _HOUR).date(),
        rebound=max(float(score[worst] - typical.who.baseline_ashworth[0]), 0.0),
        rebound_high=max(float(np.percentile(rebound, 90)), 0.0),
        share=float(np.mean(rebound >= points)),
    )


def _by_step(tone: OralTone, steps: Sequence[PlanStep]) -> tuple[float, ...]:
    """The highest score in each step over the score before: of one person, or the 90th percentile of several."""
    origin, score = steps[0].first, tone.ashworth  # worked out anew at each reading
    rises = []
    for index, step in enumerate(steps):
        start = 24 * (step.first - origin).days
        end = 24 * (steps[index + 1].first - origin).days if index + 1 < len(steps) else tone.times_h[-1]
        inside = (tone.times_h > start) & (tone.times_h <= end)
        rises.append(float(np.percentile(score[inside].max(axis=0) - tone.before, 90)))
    return tuple(rises)
