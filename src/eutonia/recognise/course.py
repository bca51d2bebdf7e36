"""What the model expects after a loss of baclofen, hour by hour, against when the signs began.

The net excitability of the cord is 1 without baclofen, below 1 on it, and above 1 in rebound. Signs are expected from
the hour at which rebound begins to the hour at which it has fallen to half of its height. The model describes tone in
the typical person; hallucination, fever and itch are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from eutonia.assess.dosing import Dosing
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.errors import OutsideDomain
from eutonia.knowledge.schema import Knowledge
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import rest, settle, typical_patient
from eutonia.plan.expose import REFERENCE_MODEL, NoCourse, find_covariates
from eutonia.recognise.device import dry_at
from eutonia.recognise.timing import DELIVERY_SIGNS, Span, losses, onsets
from eutonia.record import EventKind, PumpTherapy, Scenario
from eutonia.simulate.course import doses_of
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate
from eutonia.simulate.therapy import end_of

__all__ = ["LossCourse", "NoLoss", "set_simulated_onset", "simulate_loss"]

SPINAL_MODEL = "intrathecal.reference2026"
_HOUR = timedelta(hours=1)
_RUN_UP_DAYS = 60  # tolerance and adaptation follow within weeks
_BEFORE_H, _AFTER_H = 48, 240
_STEP_H = 0.5
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class NoLoss:
    """Why nothing was simulated, and what to ask for."""

    says: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LossCourse:
    """The course around a loss that goes on.

    lost_at: hour 0. hours and excitability: (T,). begins_h, worst_h and eases_h: when rebound begins, is worst, and has
    fallen to half; begins_h None: no rebound in the time simulated. signs: each with the fewest and most hours after
    the loss. fits: whether the first sign after the loss lies within; None where its hour is not known well enough.
    """

    lost_at: datetime
    hours: FloatArray
    excitability: FloatArray
    begins_h: float | None
    worst_h: float
    eases_h: float
    signs: tuple[tuple[str, float, float], ...]
    fits: bool | None
    models: tuple[str, ...]
    assumptions: tuple[str, ...]


def simulate_loss(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, lists: Lists, dosing: Dosing
) -> LossCourse | NoLoss:
    """Simulate the newest loss on record: a cut with the doses that went on, a stop as if nothing had been given since.

    Doses given again after a loss that is over are part of it, as far as they are recorded.
    """
    found = losses(lists, dosing)
    if not found:
        return NoLoss("No hour is recorded from which baclofen was missing.", ("recent_reduction",))
    loss = max(found)
    overdose = [Span.of(e.from_) for e in lists.record.events if e.what is EventKind.OVERDOSE]
    if any(loss.earliest - _RUN_UP_DAYS * 24 * _HOUR <= o.latest for o in overdose):
        return NoLoss(
            "The overdose on record is not part of the simulation, so that the hours of the loss would not be right."
        )
    known = find_covariates(scenario, knowledge, sheet)
    if isinstance(known, NoCourse):
        return NoLoss(known.says.replace("The curve", "The simulation"), known.missing)
    covariates, assumptions = known
    try:
        patient = typical_patient(
            knowledge.models[REFERENCE_MODEL], knowledge.models[SPINAL_MODEL], covariates
        )
    except OutsideDomain as outside:
        return NoLoss(f"{outside.problem.why} {outside.problem.next_step}".strip())
    lost_at, run_up = loss.earliest, _RUN_UP_DAYS * 24
    begin = lost_at - run_up * _HOUR
    before, after = _pump_around(lists, loss)
    horizon = lost_at + (_AFTER_H + _STEP_H) * _HOUR
    given = doses_of(dosing.taken_phases, begin, horizon, _missed(lists, horizon))
    if not given and not before:
        return NoLoss("What was given before the loss is not recorded.", ("current_oral_daily_dose",))
    hours = [(dose.at - begin) / _HOUR for dose in given]
    times = np.arange(run_up - _BEFORE_H, run_up + _AFTER_H + _STEP_H, _STEP_H)
    run = simulate_intrathecal(
        patient,
        SpinalTherapy(
            tip=TipRate((0.0, float(run_up)), (before / 24.0, after / 24.0)),
            doses=DoseEvents(hours, [dose.mg for dose in given]),
        ),
        times,
        settle(patient, before) if before else rest(patient),
    )
    level = run.excitability[:, 0]
    if loss.latest > loss.earliest:
        assumptions += ("Only the day of the loss is recorded; hour 0 is its beginning.",)
    if before and not given:
        assumptions += ("The pump is taken to have run at its programme until then.",)
    goes_on = any(dose.at >= lost_at for dose in given) or after > 0
    assumptions += (
        "What goes on by mouth or by pump as recorded is part of it."
        if goes_on
        else f"Nothing given again within {_AFTER_H // 24} days is part of it.",
    )
    return _measured(loss, lost_at, times - run_up, level, lists, assumptions)


def _measured(
    loss: Span,
    lost_at: datetime,
    hours: FloatArray,
    level: FloatArray,
    lists: Lists,
    assumptions: tuple[str, ...],
) -> LossCourse:
    after = hours >= 0
    since, height = hours[after], level[after]
    worst = int(height.argmax())
    begins: float | None = None
    eases = float(since[-1])
    if height[worst] > 1.0:
        begins = float(since[int(np.argmax(height > 1.0))])
        falling = np.flatnonzero(height[worst:] - 1.0 <= _HALF * (height[worst] - 1.0))
        eases = float(since[worst + falling[0]]) if falling.size else float(since[-1])
    signs = tuple(
        (words, (span.earliest - loss.latest) / _HOUR, (span.latest - loss.earliest) / _HOUR)
        for words, span in onsets(lists)
    )
    return LossCourse(
        lost_at=lost_at,
        hours=hours,
        excitability=level,
        begins_h=begins,
        worst_h=float(since[worst]),
        eases_h=eases,
        signs=signs,
        fits=_fits(signs, begins, eases),
        models=(REFERENCE_MODEL, SPINAL_MODEL),
        assumptions=assumptions,
    )


def _fits(signs: tuple[tuple[str, float, float], ...], begins: float | None, eases: float) -> bool | None:
    """Whether the first sign after the loss began while it was expected; None where a day leaves it open."""
    after = sorted((low, high) for _, low, high in signs if high >= 0)
    if begins is None or not after:
        return None
    low, high = after[0]
    if high < begins or low > eases:
        return False
    return True if begins <= low and high <= eases else None


def _pump_around(lists: Lists, loss: Span) -> tuple[float, float]:
    """Micrograms a day just before and just after an instant; a stopped or empty pump gives nothing."""

    def programme(when: datetime) -> float:
        running: list[PumpTherapy] = [
            p
            for p in lists.record.pump_therapy
            if p.from_.start() <= when and (p.to is None or (end_of(p.to) or when) > when)
        ]
        return sum(p.daily_dose.number("microgram/day") for p in running)

    dry = dry_at(lists)
    stopped = (dry is not None and dry <= loss.latest) or any(
        sign.present and sign.onset is not None and Span.of(sign.onset).earliest <= loss.latest
        for term in DELIVERY_SIGNS
        for sign in lists.signs_of(term)
    )
    # A programme that ends on a day without an hour runs to the end of that day.
    return programme(loss.earliest - _HOUR), 0.0 if stopped else programme(loss.latest)


def _missed(lists: Lists, horizon: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches without doses; one that goes on goes on to the end of what is simulated."""
    events = [e for e in lists.record.events if e.what is EventKind.MISSED_DOSES]
    return [(e.from_.start(), end_of(e.to) or horizon) for e in events]


def set_simulated_onset(sheet: FactSheet, course: LossCourse | NoLoss) -> None:
    """Let the simulated hours speak for or against the timing."""
    if isinstance(course, LossCourse):
        sheet.set("onset_fits_simulated_loss", course.fits, "the first sign against the simulated hours")
    else:
        sheet.set("onset_fits_simulated_loss", None, "nothing was simulated")
