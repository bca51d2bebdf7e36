"""A course of therapy in calendar time: phases and missed doses in, concentration with spread out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import Covariates, DomainNote, FloatArray, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.population import simulate_with_bands
from eutonia.simulate.run import Trajectory, simulate, steady_state_amounts
from eutonia.simulate.summary import terminal_half_life_h
from eutonia.simulate.therapy import Dose, Phase

#: Clock hours assumed for doses recorded without times; shown beside every curve that rests on them.
ASSUMED_TIMES: dict[int, tuple[time, ...]] = {
    1: (time(8),),
    2: (time(8), time(20)),
    3: (time(8), time(14), time(20)),
    4: (time(8), time(12), time(17), time(22)),
    5: (time(7), time(11), time(15), time(19), time(23)),
    6: (time(6), time(10), time(14), time(18), time(22), time(23, 30)),
}
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_GRID_MINUTES = 30
_LONG_COURSE_DAYS = 35  # beyond this a point an hour draws the same picture


@dataclass(frozen=True, slots=True)
class GivenDose:
    """One dose as simulated."""

    at: datetime
    mg: float


@dataclass(frozen=True, slots=True)
class DayExposure:
    """What one day of the course does: ng/mL in the typical person, with the band of the peak."""

    on: date
    daily_mg: float
    peak: float
    trough: float
    average: float
    peak_low: float | None
    peak_high: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Concentration over calendar time.

    start: instant of hour 0. hours: (T,). typical, low, high, healthy: (T,) ng/mL; low and high are the
    10th and 90th percentile of ``people`` virtual people, None without bands; healthy is the same course in
    a typical person with good kidneys, None where it would be the same. half_life_h: of the typical person.
    """

    model: str
    start: datetime
    hours: FloatArray
    typical: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    healthy: FloatArray | None
    people: int
    seed: int
    doses: tuple[GivenDose, ...]
    days: tuple[DayExposure, ...]
    half_life_h: float
    covariates: Covariates
    notes: tuple[DomainNote, ...]
    assumptions: tuple[str, ...]


def timed(doses: Sequence[Dose]) -> tuple[tuple[time, float], ...]:
    """The doses of a day with clock times, stated or assumed, in order."""
    stated = [(d.at, float(d.mg)) for d in doses if d.at is not None]
    if len(stated) == len(doses):
        return tuple(sorted(stated))
    assumed = ASSUMED_TIMES.get(len(doses)) or tuple(
        (datetime.min + _DAY * i / len(doses)).time() for i in range(len(doses))
    )
    return tuple((at, float(d.mg)) for at, d in zip(assumed, doses, strict=True))


def doses_of(
    phases: Sequence[Phase],
    start: datetime,
    end: datetime,
    missed: Sequence[tuple[datetime, datetime]] = (),
) -> tuple[GivenDose, ...]:
    """Every dose the phases give from ``start`` up to (not including) ``end``, without the missed ones."""
    given = []
    for phase in phases:
        pattern = timed(phase.doses)
        day = max(start, phase.start or start).date()
        last = min(end, phase.end or end)
        while datetime.combine(day, time.min) < last:
            for at, mg in pattern:
                moment = datetime.combine(day, at)
                is_missed = any(begin <= moment < stop for begin, stop in missed)
                if start <= moment < last and (phase.start or start) <= moment and not is_missed and mg > 0:
                    given.append(GivenDose(moment, mg))
            day += _DAY
    return tuple(sorted(given, key=lambda d: d.at))


def _events(doses: Sequence[GivenDose], start: datetime) -> DoseEvents:
    return DoseEvents([(d.at - start) / _HOUR for d in doses], [d.mg for d in doses])


def simulate_course(
    model: ModelFile,
    covariates: Covariates,
    phases: Sequence[Phase],
    start: datetime,
    end: datetime,
    *,
    missed: Sequence[tuple[datetime, datetime]] = (),
    people: int,
    seed: int,
    healthy_gfr: float | None = None,
    assumptions: Sequence[str] = (),
) -> Course:
    """Simulate the phases from ``start`` to ``end`` (midnights).

    A phase already running at ``start`` is taken as having lasted long enough for a steady state, and missed
    doses as having left nothing. people: 0 or 1 draws no band.
    healthy_gfr: mL/min for the comparison curve, None for no comparison. Raises OutsideDomain.
    """
    doses = doses_of(phases, start, end, missed)
    running = [p for p in phases if (p.start is None or p.start < start) and (p.end is None or p.end > start)]
    is_missing = any(begin < start < stop for begin, stop in missed)
    taken = any(phase.doses for phase in running)
    before = day_pattern(running) if taken and not is_missing else None
    length = (end - start) / _HOUR
    step = (60 if length > _LONG_COURSE_DAYS * 24 else _GRID_MINUTES) / 60
    hours = np.arange(0.0, length + step / 2, step)
    events = _events(doses, start)
    typical_person = typical_individual(model, covariates)
    if people > 1:
        forecast = simulate_with_bands(model, covariates, events, hours, seed=seed, n=people, before=before)
        typical, notes = forecast.typical, forecast.notes
        low, high = forecast.bands.concentration[0], forecast.bands.concentration[-1]
    else:
        typical, notes = _run(model, covariates, events, hours, before)
        low = high = None
    healthy = None
    if healthy_gfr is not None:
        well = Covariates(covariates.age_years, covariates.weight_kg, healthy_gfr, covariates.formulation)
        healthy = _run(model, well, events, hours, before)[0].concentration[:, 0]
    return Course(
        model=model.name,
        start=start,
        hours=hours,
        typical=typical.concentration[:, 0],
        low=low,
        high=high,
        healthy=healthy,
        people=people,
        seed=seed,
        doses=doses,
        days=_days(doses, start, hours, typical, low, high),
        half_life_h=float(terminal_half_life_h(typical_person)[0]),
        covariates=covariates,
        notes=notes,
        assumptions=tuple(assumptions),
    )


def day_pattern(phases: Sequence[Phase]) -> DoseEvents:
    """The doses of one day of phases side by side, by the hour of the day."""
    pattern = sorted(pair for phase in phases for pair in timed(phase.doses))
    return DoseEvents([at.hour + at.minute / 60 for at, _ in pattern], [mg for _, mg in pattern])


def _run(
    model: ModelFile, covariates: Covariates, events: DoseEvents, hours: FloatArray, before: DoseEvents | None
) -> tuple[Trajectory, tuple[DomainNote, ...]]:
    from eutonia.model.individual import check_domain  # noqa: PLC0415

    person = typical_individual(model, covariates)
    initial = None if before is None else steady_state_amounts(person, before)
    return simulate(person, events, hours, initial), check_domain(model, covariates)


def _days(
    doses: Sequence[GivenDose],
    start: datetime,
    hours: FloatArray,
    typical: Trajectory,
    low: FloatArray | None,
    high: FloatArray | None,
) -> tuple[DayExposure, ...]:
    """Peak, trough and average of every whole day of the course."""
    curve, exposure = typical.concentration[:, 0], typical.exposure[:, 0]
    result = []
    for index in range(int(hours[-1] // 24)):
        inside = np.flatnonzero((hours >= index * 24) & (hours <= (index + 1) * 24))
        first, last = inside[0], inside[-1]
        on = (start + index * _DAY).date()
        result.append(
            DayExposure(
                on=on,
                daily_mg=sum(d.mg for d in doses if d.at.date() == on),
                peak=float(curve[inside].max()),
                trough=float(curve[inside].min()),
                average=float((exposure[last] - exposure[first]) / (hours[last] - hours[first])),
                peak_low=None if low is None else float(low[inside].max()),
                peak_high=None if high is None else float(high[inside].max()),
            )
        )
    return tuple(result)
