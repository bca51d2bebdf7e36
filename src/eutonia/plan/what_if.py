"""What could happen to somebody who takes tablets, simulated: too little from hour to hour, too much from hour to hour.

Nothing here says what will happen. The hours are those in which a level lies outside what it is on an ordinary day, in
a typical person and in most of the virtual people; beside them stand the hours in which published withdrawal began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import Assessment, Finding, assess
from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.sheet import FactSheet
from eutonia.errors import OutsideDomain
from eutonia.knowledge.relied_on import REFERENCE_MODEL
from eutonia.knowledge.schema import Knowledge, Limit, ModelFile, Word
from eutonia.model.individual import (
    Covariates,
    FloatArray,
    Individual,
    check_domain,
    draw_individuals,
    typical_individual,
)
from eutonia.plan.expose import NoCourse, Simulation, find_covariates
from eutonia.plan.outcome import Reason, Refusal
from eutonia.plan.refuse import refuse_missing, refuse_recent_overdose, refuse_unknown_present
from eutonia.record import Event, EventKind, Mishap, Moment, Scenario, WhatIf
from eutonia.simulate.course import GivenDose, day_pattern, doses_of
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.therapy import Phase, end_of, phase_of

__all__ = ["Expected", "Stretch", "simulate_what_if"]

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEP_H = 0.5
_LEAD_DAYS, _TAIL_DAYS, _OPEN_DAYS, _LONGEST_DAYS = 1, 4, 7, 60
_HAPPENS = {
    Mishap.SUPPLY_GAP: (EventKind.MISSED_DOSES,),
    Mishap.MISSED_DOSES: (EventKind.MISSED_DOSES,),
    Mishap.VOMITING: (EventKind.VOMITING, EventKind.MISSED_DOSES),
    Mishap.KIDNEY_INJURY: (EventKind.ACUTE_KIDNEY_INJURY,),
    Mishap.FASTING: (EventKind.MISSED_DOSES, EventKind.SURGERY),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours since the beginning in which a level lies outside the usual: typical person, and 10th to 90th percentile.

    to_h None: it goes on beyond what was simulated. soonest, latest: when it begins in the virtual people; None where
    fewer than nine in ten reach it. share: of the virtual people who reach it at all.
    """

    from_h: float
    to_h: float | None
    soonest_h: float | None
    latest_h: float | None
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """One thing that could happen, simulated.

    lowest, highest: ng/mL on an ordinary day. hours (T,) from ``start``; usual, typical, low, high (T,) ng/mL.
    last_dose_at, next_dose_at: the doses before and after the gap. signs: when published withdrawal began after a last
    dose, as two instants; None where the gap is shorter. findings: what the rules would say then and do not say now.
    """

    what: WhatIf
    begins: datetime
    ends: datetime | None
    start: datetime
    hours: FloatArray
    usual: FloatArray
    typical: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    lowest: float
    highest: float
    doses: tuple[GivenDose, ...]
    too_little: Stretch | None
    too_much: Stretch | None
    last_dose_at: datetime | None
    next_dose_at: datetime | None
    signs: tuple[datetime, datetime] | None
    is_long_gap: bool
    limits: tuple[Limit, ...]
    findings: tuple[Finding, ...]
    assumptions: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class _Case:
    """What all simulations of one question share."""

    model: ModelFile
    covariates: Covariates
    phases: tuple[Phase, ...]
    people: int
    seed: int


def simulate_what_if(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, present: Assessment, simulation: Simulation
) -> tuple[Expected, ...] | Refusal:
    """Each thing that could happen, simulated on what is taken now; a Refusal where that cannot be done."""
    refusal = refuse_recent_overdose(sheet) or refuse_unknown_present(scenario, sheet)
    if refusal is not None:
        return refusal
    if sheet.number("current_oral_daily_dose") is None:
        return refuse_missing(("current_oral_daily_dose",), sheet)
    found = find_covariates(scenario, knowledge, sheet)
    if isinstance(found, NoCourse):
        return Refusal(Reason.MISSING_FACTS, found.says, "Record it and ask again.", missing=found.missing)
    covariates, assumptions = found
    now = scenario.as_of.start()
    phases = tuple(p for p in map(phase_of, scenario.record.oral_therapy) if p.is_active(now))
    if not any(p.daily_mg > 0 for p in phases):
        says = "No baclofen by mouth is taken now; there is nothing that could go missing."
        return Refusal(Reason.NOT_DOWNWARDS, says, "Record what is taken, with its dates.")
    case = _Case(knowledge.models[REFERENCE_MODEL], covariates, phases, simulation.people, simulation.seed)
    try:
        return tuple(
            _simulate(scenario, knowledge, sheet, present, case, mishap, assumptions)
            for mishap in scenario.question.what_if
        )
    except OutsideDomain as outside:
        return Refusal(Reason.MISSING_FACTS, outside.problem.why, outside.problem.next_step)


def _simulate(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    present: Assessment,
    case: _Case,
    mishap: WhatIf,
    assumptions: tuple[str, ...],
) -> Expected:
    begins, ends = mishap.from_.start(), end_of(mishap.to)
    start = datetime.combine(begins.date(), time.min) - _LEAD_DAYS * _DAY
    tail = _TAIL_DAYS if ends is not None else _OPEN_DAYS
    wanted = datetime.combine((ends or begins).date(), time.min) + (tail + 1) * _DAY
    end = min(wanted, start + _LONGEST_DAYS * _DAY)
    is_kidney = mishap.what is Mishap.KIDNEY_INJURY
    missed = [] if is_kidney else [(begins, ends or end)]
    # What is taken now is taken to go on as it is, also where its end is recorded: the question is about a mishap.
    going_on = [replace(p, start=None, end=None) for p in case.phases]
    usual_doses = doses_of(going_on, start, end)
    doses = doses_of(going_on, start, end, missed)
    hours = np.arange(0.0, (end - start) / _HOUR + _STEP_H / 2, _STEP_H)
    at = (begins - start) / _HOUR
    back = None if ends is None else (ends - start) / _HOUR
    filtration = None if mishap.filtration is None else mishap.filtration.number("mL/min")
    changes = _changes(case.covariates, filtration, at, back)
    usual = _curve(case, [(0.0, case.covariates)], usual_doses, start, hours, 1)
    typical = _curve(case, changes, doses, start, hours, 1)[:, 0]
    crowd = crowd_usual = None
    if case.people > 1:
        crowd = _curve(case, changes, doses, start, hours, case.people)
        # Everybody starts from a steady state, so one ordinary day is like the next.
        day = hours[hours <= 24.0]
        crowd_usual = _curve(case, [(0.0, case.covariates)], usual_doses, start, day, case.people)
    lowest, highest = float(usual.min()), float(usual.max())
    after = hours >= at
    margin = number_of(apply_limits(knowledge, sheet, "exposure.difference_from").limits[0], "1")
    last = max((d.at for d in doses if d.at < begins), default=None)
    following = min((d.at for d in doses if ends is not None and d.at >= ends), default=None)
    signs, is_long, limits = _published(knowledge, sheet, None if is_kidney else last, following)
    low, high = (None, None) if crowd is None else np.percentile(crowd, [10, 90], axis=1)
    return Expected(
        what=mishap,
        begins=begins,
        ends=ends,
        start=start,
        hours=hours,
        usual=usual[:, 0],
        typical=typical,
        low=low,
        high=high,
        lowest=lowest,
        highest=highest,
        doses=doses,
        too_little=_stretch(
            hours - at, after, typical < lowest * (1 - margin), _below(crowd, crowd_usual, margin)
        ),
        too_much=_stretch(
            hours - at, after, typical > highest * (1 + margin), _above(crowd, crowd_usual, margin)
        ),
        last_dose_at=None if is_kidney else last,
        next_dose_at=None if is_kidney else following,
        signs=signs,
        is_long_gap=is_long,
        limits=limits,
        findings=_then(scenario, knowledge, present, mishap, begins, ends),
        assumptions=(*assumptions, *_assumed(mishap, ends, wanted > end)),
        people=case.people if case.people > 1 else 0,
    )


def _changes(
    covariates: Covariates, filtration: float | None, at: float, back: float | None
) -> list[tuple[float, Covariates]]:
    """The patient's covariates from each hour on: another filtration between the two hours."""
    changes = [(0.0, covariates)]
    if filtration is not None:
        changes.append((at, replace(covariates, gfr_ml_per_min=filtration)))
        if back is not None:
            changes.append((back, covariates))
    return changes


def _curve(
    case: _Case,
    changes: Sequence[tuple[float, Covariates]],
    doses: Sequence[GivenDose],
    start: datetime,
    hours: FloatArray,
    people: int,
) -> FloatArray:
    """Concentration (T, n) over ``hours``; at each change the amounts stay and the parameters change."""
    before = day_pattern(case.phases)
    amounts = None
    given = np.array([(d.at - start) / _HOUR for d in doses])
    mg = np.array([d.mg for d in doses])
    parts: list[FloatArray] = []
    for index, (begin, covariates) in enumerate(changes):
        stop = changes[index + 1][0] if index + 1 < len(changes) else float(hours[-1]) + _STEP_H
        person = _people(case, covariates, people)
        if amounts is None:
            amounts = steady_state_amounts(person, before)
        inside = (given >= begin) & (given < stop)
        wanted = hours[(hours >= begin) & (hours < stop)]
        times = np.append(wanted - begin, stop - begin)
        events = DoseEvents((given[inside] - begin).tolist(), mg[inside].tolist())
        run = simulate(person, events, times, amounts)
        parts.append(run.concentration[:-1])
        amounts = run.amounts_end
    return np.concatenate(parts)


def _people(case: _Case, covariates: Covariates, people: int) -> Individual:
    """The typical person, or the same virtual people whatever their filtration."""
    check_domain(case.model, covariates)
    if people == 1:
        return typical_individual(case.model, covariates)
    return draw_individuals(case.model, covariates, people, case.seed)


def _below(crowd: FloatArray | None, usual: FloatArray | None, margin: float) -> NDArray[np.bool_] | None:
    if crowd is None or usual is None:
        return None
    return np.asarray(crowd < usual.min(axis=0) * (1 - margin))


def _above(crowd: FloatArray | None, usual: FloatArray | None, margin: float) -> NDArray[np.bool_] | None:
    if crowd is None or usual is None:
        return None
    return np.asarray(crowd > usual.max(axis=0) * (1 + margin))


def _stretch(
    since: FloatArray, after: NDArray[np.bool_], is_out: NDArray[np.bool_], crowd: NDArray[np.bool_] | None
) -> Stretch | None:
    """From the first to the last hour outside the usual; None where the typical person never is.

    Each virtual person is held against their own ordinary day.
    """
    out = np.flatnonzero(is_out & after)
    soonest = latest = None
    share = 0.0
    if crowd is not None:
        held = crowd & after[:, None]
        reached = held.any(axis=0)
        share = float(reached.mean())
        first = np.where(reached, since[held.argmax(axis=0)], np.inf)
        low, high = np.percentile(first, [10, 90], method="inverted_cdf")
        soonest = float(low) if np.isfinite(low) else None
        latest = float(high) if np.isfinite(high) else None
    if not out.size:
        return None
    goes_on = out[-1] == len(since) - 1
    return Stretch(float(since[out[0]]), None if goes_on else float(since[out[-1]]), soonest, latest, share)


def _published(
    knowledge: Knowledge, sheet: FactSheet, last: datetime | None, following: datetime | None
) -> tuple[tuple[datetime, datetime] | None, bool, tuple[Limit, ...]]:
    """When published withdrawal began, from the last dose on; whether the gap is too long to go on as before."""
    if last is None:
        return None, False, ()
    names = (
        "withdrawal.onset.from",
        "withdrawal.onset.to",
        "withdrawal.onset.earliest",
        "restart.same_dose_within",
    )
    start, end, earliest, within = (apply_limits(knowledge, sheet, name).limits[0] for name in names)
    gap = None if following is None else (following - last) / _HOUR
    is_long = gap is None or gap >= number_of(within, "h")
    if gap is not None and gap <= number_of(earliest, "h"):
        return None, is_long, ()
    window = (last + number_of(start, "h") * _HOUR, last + number_of(end, "h") * _HOUR)
    return window, is_long, (start, end, earliest, within)


def _then(
    scenario: Scenario,
    knowledge: Knowledge,
    present: Assessment,
    mishap: WhatIf,
    begins: datetime,
    ends: datetime | None,
) -> tuple[Finding, ...]:
    """What the rules say once it has happened, and do not say of the record as it is."""
    at = (ends or begins + _DAY) - timedelta(minutes=1)
    events = tuple(
        Event(what=kind, from_=mishap.from_, to=None if kind is EventKind.MISSED_DOSES else mishap.to)
        for kind in _HAPPENS[mishap.what]
    )
    record = replace(scenario.record, events=(*scenario.record.events, *events))
    then = replace(scenario, as_of=Moment(at.date(), at.time()), record=record)
    known = {(f.rule, f.severity) for f in present.findings}
    assessment = assess(derive_facts(then, knowledge)[0], knowledge)
    return tuple(
        f for f in assessment.problems if (f.rule, f.severity) not in known and f.word is not Word.NO_PROBLEM
    )


def _assumed(mishap: WhatIf, ends: datetime | None, is_cut: bool) -> tuple[str, ...]:
    said = ["What is taken now is taken to have been taken for long, and to go on in full afterwards."]
    if mishap.what is Mishap.VOMITING:
        said.append(
            "No dose between the two moments is taken to stay down. How much of a dose that was swallowed shortly "
            "before is lost was not read anywhere; in truth it lies between this curve and the usual one."
        )
    if mishap.what is Mishap.KIDNEY_INJURY:
        said.append(
            "The filtration is taken to change at once and the doses to go on as before; in truth it falls over hours "
            "to days, and the doses are what can be changed."
        )
    if ends is None:
        said.append(f"It is followed for {_OPEN_DAYS} days.")
    if is_cut:
        said.append(f"The curve ends after {_LONGEST_DAYS} days.")
    return tuple(said)
