"""The facts that are asked only when something is wrong, on top of those of every consultation."""

from __future__ import annotations

from datetime import datetime, timedelta

from eutonia.assess.dosing import Dosing, span
from eutonia.assess.facts import derive_facts
from eutonia.assess.lists import Lists, set_list_facts
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.knowledge.condition import Value
from eutonia.knowledge.recognition_read import RECOGNISE
from eutonia.knowledge.schema import Knowledge
from eutonia.recognise.timing import Span, medicine_spans, raised, set_timing_facts
from eutonia.record import Scenario
from eutonia.units import Quantity

__all__ = ["derive_signs"]

_DAY = timedelta(days=1)
# Spans of our own; none was published. They decide only what counts as recent when a question is sorted.
_RECENT_PUMP_RISE, _RECENT_PUMP_FALL, _RECENT_STOP = 14 * _DAY, 7 * _DAY, 14 * _DAY
_RECENT_SEROTONERGIC, _RECENT_INTERFERON = 28 * _DAY, 365 * _DAY
_BLOCKER_SOON, _BLOCKER_LONG = 3 * _DAY, 183 * _DAY
_VITALS, _SAME_VISIT = 2 * _DAY, _DAY
_WEEK = 7 * _DAY
_HOT = 38.0
_TRIGGERS = (
    "has_leucocyturia",
    "has_cloudy_urine",
    "has_foul_urine",
    "has_full_bladder",
    "has_constipation",
    "has_skin_lesion",
    "has_swollen_leg",
    "has_deformed_limb",
    "has_changed_seating",
    "has_daily_trigger",
)
_FAULTS = (
    "has_empty_reservoir",
    "has_stopped_pump",
    "has_motor_stall",
    "has_xray_fault",
    "has_rotor_fault",
    "has_abnormal_contrast",
    "has_abnormal_indium",
)
_PUMP_SIGNS = (
    "has_pump_alarm",
    "has_overdue_refill",
    "has_mri_without_interrogation",
    "has_recent_pump_surgery",
    "has_recent_refill",
    "has_programming_error",
    "has_pocket_swelling",
    "has_pump_infection",
    "has_tip_mass",
)
_RESIDUAL_ML = 2.0


def derive_signs(scenario: Scenario, knowledge: Knowledge) -> tuple[FactSheet, Lists, Dosing]:
    """Every fact of the glossary that this scenario supports, with those of recognising."""
    sheet, dosing = derive_facts(scenario, knowledge)
    lists = Lists(scenario, knowledge)
    set_list_facts(sheet, lists, span(lists, sheet, "recent_change"), room=RECOGNISE)
    _set_vitals(sheet, lists)
    _set_without_pump(sheet)
    _set_residual(sheet, lists)
    _set_pump(sheet, lists)
    _set_medicines(sheet, lists)
    _set_exposure(sheet, lists, dosing)
    set_timing_facts(sheet, lists, dosing)
    return sheet, lists, dosing


def _set_without_pump(sheet: FactSheet) -> None:
    """Whoever has no pump has no alarm and no stall."""
    if sheet.get("has_pump_therapy") is not False:
        return
    for name in (*_FAULTS, *_PUMP_SIGNS):
        if sheet.get(name) is None:
            sheet.set(name, False, "there is no pump")


def _number(lists: Lists, term: str, unit: str, within: timedelta | None = None) -> float | None:
    seen = lists.newest(term, within)
    return None if seen is None or not isinstance(seen.value, Quantity) else seen.value.number(unit)


def _set_vitals(sheet: FactSheet, lists: Lists) -> None:
    kinase, limit = sheet.number("creatine_kinase"), _number(lists, "creatine kinase upper limit", "U/L")
    ratio = None if kinase is None or not limit else kinase / limit
    sheet.set("creatine_kinase_ratio", ratio, "newest value over the laboratory's upper limit")
    pressure = _number(lists, "systolic blood pressure", "mmHg", _VITALS)
    usual = _number(lists, "usual systolic pressure", "mmHg")
    rise_mmhg = None if pressure is None or usual is None else pressure - usual
    sheet.set("systolic_rise", rise_mmhg, "newest of the last two days less the usual")
    pairs = (
        ("systolic_rise_percent", pressure, usual),
        (
            "heart_rate_rise_percent",
            _number(lists, "heart rate", "per min", _VITALS),
            _number(lists, "usual heart rate", "per min"),
        ),
        (
            "breathing_rate_rise_percent",
            _number(lists, "respiratory rate", "per min", _VITALS),
            _number(lists, "usual breathing rate", "per min"),
        ),
    )
    for name, now, before in pairs:
        rise = None if now is None or not before else 100 * (now - before) / before
        sheet.set(name, rise, "newest of the last two days against the usual")
    degrees = _number(lists, "body temperature", "degC", _DAY)
    if sheet.get("has_fever") is None and degrees is not None:
        sheet.set("has_fever", degrees > _HOT, "from the temperature of the last day")
    hot = [
        o
        for o in lists.series("body temperature")
        if isinstance(o.value, Quantity)
        and o.value.number("degC") > _HOT
        and lists.now - o.on.start() <= _WEEK
    ]
    sheet.set(
        "occasions_over_38", len(hot) if len(hot) >= 2 else None, f"{len(hot)} recorded in the last 7 days"
    )


def _set_residual(sheet: FactSheet, lists: Lists) -> None:
    """Measured less expected, at one visit: volumes of different days do not belong together."""
    measured, expected = lists.newest("measured residual volume"), lists.newest("expected residual volume")
    if measured is None or expected is None or abs(measured.on.start() - expected.on.start()) > _SAME_VISIT:
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


def _set_pump(sheet: FactSheet, lists: Lists) -> None:
    programmes = sorted(lists.record.pump_therapy, key=lambda p: p.from_.start())
    reviewed = lists.record.reviewed.therapy is not None
    up: list[datetime] = []
    down: list[datetime] = []
    before = 0.0
    for programme in programmes:
        dose = programme.daily_dose.number("microgram/day")
        (up if dose > before else down if dose < before else []).append(programme.from_.start())
        before = dose
    if programmes and programmes[-1].to is not None:
        down.append(programmes[-1].to.start())
    for name, changes, recent in (
        ("recent_pump_increase", up, _RECENT_PUMP_RISE),
        ("recent_pump_reduction", down, _RECENT_PUMP_FALL),
    ):
        is_recent = any(timedelta(0) <= lists.now - at <= recent for at in changes)
        known: Value = True if is_recent else False if reviewed else None
        sheet.set(name, known, "from the pump programmes and the review of the baclofen history")


def _set_medicines(sheet: FactSheet, lists: Lists) -> None:
    reconciled = lists.has_reconciled_medicines()

    def lately(spans: tuple[Span, ...], recent: timedelta) -> bool | None:
        is_there = any(lists.now - s.earliest <= recent + _DAY for s in spans)
        return True if is_there else False if reconciled else None

    sedatives = frozenset({"benzodiazepine", "tizanidine", "gabapentinoid", "barbiturate", "z-drug"})
    sheet.set(
        "stopped_sedative_lately",
        lately(medicine_spans(lists, sedatives, stops=True), _RECENT_STOP),
        "from the ends of the medicines listed",
    )
    started = medicine_spans(lists, frozenset({"interferon beta"}), stops=False)
    on_it = sheet.get("takes_interferon_beta")
    fresh = any(lists.now - s.earliest <= _RECENT_INTERFERON for s in started)
    sheet.set(
        "started_interferon_lately",
        True if fresh and on_it else False if started or on_it is False else None,
        "from the start of interferon",
    )
    serotonin = frozenset(
        {"serotonergic", "mao inhibitor", "tramadol", "fluvoxamine", "clomipramine", "lithium"}
    )
    starts = medicine_spans(lists, serotonin, stops=False)
    new = any(lists.now - s.earliest <= _RECENT_SEROTONERGIC for s in starts)
    takes = sheet.get("takes_serotonergic")
    undated = takes is True and not starts
    sheet.set(
        "started_serotonergic_lately",
        True if new else None if undated or takes is None else False,
        "from the starts of the medicines listed",
    )
    blockers = frozenset({"antipsychotic", "dopamine-blocking antiemetic"})
    taken = lists.takes(blockers)
    ended = medicine_spans(lists, blockers, stops=True)
    dopamine = medicine_spans(lists, frozenset({"levodopa", "dopamine agonist"}), stops=True)
    soon = any_true(taken, lately((*ended, *dopamine), _BLOCKER_SOON))
    sheet.set("took_dopamine_blocker_72h", soon, "from the medicines listed and their ends")
    sheet.set(
        "took_dopamine_blocker_6m",
        any_true(taken, lately(ended, _BLOCKER_LONG)),
        "from the medicines listed and their ends",
    )


def _set_exposure(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    record = lists.record
    listed = bool(record.oral_therapy or record.pump_therapy)
    ever = True if listed else any_true(sheet.get("has_baclofen_exposure"))
    sheet.set("ever_had_baclofen", ever, "from the baclofen history")
    residual = sheet.number("residual_difference")
    much_left: Value = None if residual is None else residual >= _RESIDUAL_ML
    has_pump = sheet.get("has_pump_therapy")
    fault = any_true(*map(sheet.get, _FAULTS), much_left)
    if has_pump is False and fault is None:
        fault = False
    sheet.set(
        "has_delivery_fault", fault, "stall, stop, empty reservoir, a high residual, or a fault on imaging"
    )
    lost = any_true(*map(sheet.get, ("recent_reduction", "is_missing_doses", "recent_pump_reduction")), fault)
    sheet.set(
        "has_lost_delivery", lost, "missed doses, cuts, the pump programme and the findings at the device"
    )
    too_little_left: Value = (
        False if has_pump is False else None if residual is None else residual <= -_RESIDUAL_ML
    )
    errors = [sheet.get(n) for n in ("has_programming_error", "has_pocket_swelling")]
    errors = [False if e is None and has_pump is False else e for e in errors]
    excess = any_true(
        sheet.get("has_reason_for_toxicity"), sheet.get("recent_pump_increase"), too_little_left, *errors
    )
    sheet.set(
        "has_excess_delivery", excess, "a rise, an overdose, weak kidneys, or the findings at the device"
    )
    found = raised(lists, dosing)
    days = (lists.now - max(found).earliest) / _DAY if found else None
    sheet.set("days_since_any_increase", days, "from the therapy entries and the pump programmes")
    sheet.set(
        "has_trigger_found", any_true(*map(sheet.get, _TRIGGERS)), "bladder, bowel, skin, limbs and seating"
    )
