"""Facts about the pump: its residual volume, its programmes, and the day its reservoir runs dry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import Value
from eutonia.record import Observation, PumpTherapy
from eutonia.simulate.therapy import end_of
from eutonia.units import Quantity

__all__ = ["dry_at", "set_device_facts", "span_of"]

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_YEAR = timedelta(days=365)


def span_of(lists: Lists, name: str) -> timedelta:
    """A span of the recognising room. Raises KeyError, and ValueError for a number that is no span."""
    number = lists.knowledge.recognition.numbers[name]
    if number.unit not in {"day", "h"}:
        raise ValueError(f"{name} is no span of time")
    return number.value * (_DAY if number.unit == "day" else _HOUR)


def set_device_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set what the programmes, the volumes and the dates say about the pump."""
    _set_residual(sheet, lists)
    _set_programmes(sheet, lists)
    dry = dry_at(lists)
    sheet.set(
        "reservoir_days_left",
        None if dry is None else (dry - lists.now) / _DAY,
        "volume at the last refill over the flow of the programmes since"
        if dry is not None
        else "volume at the last refill, programme or concentration is not recorded",
    )


def _number(lists: Lists, term: str, unit: str) -> float | None:
    seen = lists.newest(term)
    return None if seen is None or not isinstance(seen.value, Quantity) else seen.value.number(unit)


def _set_residual(sheet: FactSheet, lists: Lists) -> None:
    """Measured less expected, at one visit: volumes of different days do not belong together."""
    measured, expected = lists.newest("measured residual volume"), lists.newest("expected residual volume")
    visit = span_of(lists, "one_visit")
    cannot_be = _is_impossible(lists, measured, expected)
    sheet.set("has_impossible_residual", cannot_be, "the volumes found, expected and filled in")
    if (
        cannot_be
        or measured is None
        or expected is None
        or abs(measured.on.start() - expected.on.start()) > visit
    ):
        sheet.set("residual_difference", None, "not measured and expected at one visit")
        sheet.set("residual_difference_percent", None, "not measured and expected at one visit")
        return
    assert isinstance(measured.value, Quantity), "intake reads volumes as quantities"
    assert isinstance(expected.value, Quantity), "intake reads volumes as quantities"
    was, should = measured.value.number("mL"), expected.value.number("mL")
    sheet.set("residual_difference", was - should, f"{was:g} mL measured, {should:g} mL expected")
    filled = _number(lists, "volume at the last refill", "mL")
    delivered = None if filled is None else filled - should
    percent = None if not delivered or delivered <= 0 else 100 * abs(was - should) / delivered
    sheet.set("residual_difference_percent", percent, "of the volume that should have been delivered")


def _is_impossible(lists: Lists, *left: Observation | None) -> bool | None:
    """Whether more is left, or expected, than was filled in before; not known without the volumes."""
    filled = lists.newest("volume at the last refill")
    volumes = [o for o in left if o is not None and isinstance(o.value, Quantity)]
    if filled is None or not isinstance(filled.value, Quantity) or not volumes:
        return None
    most = filled.value.number("mL")
    later = (
        o.value.number("mL") for o in volumes if isinstance(o.value, Quantity) and o.on.on > filled.on.on
    )
    return any(volume > most for volume in later)


def _set_programmes(sheet: FactSheet, lists: Lists) -> None:
    programmes = sorted(lists.record.pump_therapy, key=lambda p: p.from_.start())
    # A review of the history from long ago says nothing about the last days.
    reviewed = lists.has_reviewed_therapy()
    up: list[datetime] = []
    down: list[datetime] = []
    before = 0.0
    for programme in programmes:
        dose = _daily(programme)
        (up if dose > before else down if dose < before else []).append(programme.from_.start())
        before = dose
    ended = end_of(programmes[-1].to) if programmes else None
    if programmes and programmes[-1].to is not None:
        down.append(programmes[-1].to.start())
    for name, changes, span in (
        ("recent_pump_increase", up, "recent_pump_rise"),
        ("recent_pump_reduction", down, "recent_pump_fall"),
    ):
        recent = span_of(lists, span)
        is_recent = any(timedelta(0) <= lists.now - at <= recent for at in changes)
        known: Value = True if is_recent else False if reviewed else None
        sheet.set(name, known, "from the pump programmes and the review of the baclofen history")
    lately = ended is not None and sheet.is_true("had_pump_lately")
    if lately and sheet.get("has_pump_therapy") is False and sheet.get("has_stopped_pump") is None:
        sheet.set("has_stopped_pump", True, "its last programme has ended")
    then = [p for p in programmes if _runs_at(p, lists.now - _YEAR)]
    today = [p for p in programmes if _runs_at(p, lists.now)]
    rise = sum(map(_daily, today)) - sum(map(_daily, then)) if then and today else None
    sheet.set("pump_dose_rise_in_year", rise, "the programme of today less the one of a year ago")


def _daily(programme: PumpTherapy) -> float:
    return programme.daily_dose.number("microgram/day")


def _runs_at(programme: PumpTherapy, at: datetime) -> bool:
    return programme.from_.start() <= at and (end_of(programme.to) or at) >= at


def dry_at(lists: Lists) -> datetime | None:
    """When the reservoir has given all of its last refill, as programmed; None where something is not recorded.

    The volume is what the programmer counts down; the fluid that cannot be withdrawn is no part of it. A refill that
    is recorded without its volume, and a volume aspirated since, leave it open.
    """
    filled = lists.newest("volume at the last refill")
    if filled is None or not isinstance(filled.value, Quantity):
        return None
    later = [s.onset for s in lists.signs_of("recent refill or reprogramming") if s.present and s.onset]
    aspirated = [o.on for o in lists.series("measured residual volume")]
    if any(m.on > filled.on.on for m in (*later, *aspirated)):
        return None
    left, at = filled.value.number("mL"), filled.on.start()
    for begin, end, flow in _flows(lists.record.pump_therapy, at):
        if flow is None:
            return None
        days = left / flow
        if end is None or begin + days * _DAY <= end:
            return begin + days * _DAY
        left -= flow * ((end - begin) / _DAY)
    return None


def _flows(
    programmes: Iterable[PumpTherapy], since: datetime
) -> Iterable[tuple[datetime, datetime | None, float | None]]:
    """Stretches without a gap from an instant on, each with its flow in mL a day (None: no concentration)."""
    at = since
    for programme in sorted(programmes, key=lambda p: p.from_.start()):
        end = end_of(programme.to)
        if (end is not None and end <= at) or programme.from_.start() > max(
            at, datetime.combine(since.date(), time.max)
        ):
            continue
        per_ml = programme.concentration.number("microgram/mL") if programme.concentration else None
        yield at, end, None if not per_ml else _daily(programme) / per_ml
        if end is None:
            return
        at = end
