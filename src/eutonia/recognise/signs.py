"""The facts that are asked only when something is wrong, on top of those of every consultation."""

from __future__ import annotations

from datetime import timedelta

from eutonia.assess.dosing import Dosing, span
from eutonia.assess.facts import derive_facts
from eutonia.assess.lists import Lists, set_list_facts
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.knowledge.condition import Value
from eutonia.knowledge.recognition_read import RECOGNISE
from eutonia.knowledge.schema import Knowledge
from eutonia.recognise.device import set_device_facts, span_of
from eutonia.recognise.newborn import newborn
from eutonia.recognise.timing import Span, medicine_spans, raised, set_timing_facts
from eutonia.record import Scenario
from eutonia.units import Quantity

__all__ = ["derive_signs"]

_DAY = timedelta(days=1)
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
    "has_failed_spinal_catheter",
)
#: A finding at the device itself; imaging that can mislead is not among them.
_PROVEN = (
    "has_empty_reservoir",
    "has_stopped_pump",
    "has_motor_stall",
    "has_xray_fault",
    "has_rotor_fault",
    "has_failed_spinal_catheter",
)
_EXCESS_SIGNS = ("has_somnolence", "has_hypotonia", "has_coma", "has_apnoea", "has_depressed_reflexes")
_NEWBORN_SIGNS = ("has_somnolence", "has_hypotonia", "has_coma", "has_apnoea")
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


def derive_signs(scenario: Scenario, knowledge: Knowledge) -> tuple[FactSheet, Lists, Dosing]:
    """Every fact of the glossary that this scenario supports, with those of recognising."""
    sheet, dosing = derive_facts(scenario, knowledge)
    lists = Lists(scenario, knowledge)
    set_list_facts(sheet, lists, span(lists, sheet, "recent_change"), room=RECOGNISE)
    _set_vitals(sheet, lists)
    _set_newborn(sheet, lists)
    set_device_facts(sheet, lists)
    _set_without_pump(sheet)
    _set_kidneys(sheet, lists)
    _set_medicines(sheet, lists)
    _set_exposure(sheet, lists, dosing)
    set_timing_facts(sheet, lists, dosing)
    return sheet, lists, dosing


def _set_newborn(sheet: FactSheet, lists: Lists) -> None:
    """A newborn has no pump unless one is entered, whoever went through the history."""
    if newborn(sheet.values, lists.knowledge) and not lists.record.pump_therapy:
        for name in ("has_pump_therapy", "had_pump_lately", "has_pump_fault", "has_pump_warning"):
            sheet.set(name, False, "a newborn")


def _set_without_pump(sheet: FactSheet) -> None:
    """Whoever has no pump, and had none lately, has no alarm and no stall."""
    if sheet.get("had_pump_lately") is not False:
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
    vitals, hot_from = span_of(lists, "vital_signs"), lists.knowledge.recognition.number("fever")
    pressure = _number(lists, "systolic blood pressure", "mmHg", vitals)
    usual = _number(lists, "usual systolic pressure", "mmHg")
    rise_mmhg = None if pressure is None or usual is None else pressure - usual
    sheet.set("systolic_rise", rise_mmhg, "newest of the last two days less the usual")
    pairs = (
        ("systolic_rise_percent", pressure, usual),
        (
            "heart_rate_rise_percent",
            _number(lists, "heart rate", "per min", vitals),
            _number(lists, "usual heart rate", "per min"),
        ),
        (
            "breathing_rate_rise_percent",
            _number(lists, "respiratory rate", "per min", vitals),
            _number(lists, "usual breathing rate", "per min"),
        ),
    )
    for name, now, before in pairs:
        rise = None if now is None or not before else 100 * (now - before) / before
        sheet.set(name, rise, "newest of the last two days against the usual")
    degrees = _number(lists, "body temperature", "degC", span_of(lists, "temperature_of_today"))
    if sheet.get("has_fever") is None and degrees is not None:
        sheet.set("has_fever", degrees > hot_from, "from the temperature of the last day")
    hot = [
        o
        for o in lists.series("body temperature")
        if isinstance(o.value, Quantity)
        and o.value.number("degC") > hot_from
        and lists.now - o.on.start() <= span_of(lists, "occasions")
    ]
    sheet.set(
        "occasions_over_38", len(hot) if len(hot) >= 2 else None, f"{len(hot)} recorded in the last 7 days"
    )


def _set_kidneys(sheet: FactSheet, lists: Lists) -> None:
    """Whether the kidneys hold baclofen back. A value that is old, or that paralysis may make too good, excludes
    nothing in somebody who has become worse."""
    number = lists.knowledge.recognition.number
    rate, limit = sheet.number("egfr"), number("weak_kidneys")
    if any(sheet.is_true(n) for n in ("is_on_dialysis", "has_acute_kidney_injury")) or (
        rate is not None and rate < limit
    ):
        sheet.set("has_weak_kidneys", True, "eGFR, acute kidney injury or dialysis")
        return
    age = sheet.number("kidney_function_age")
    known: Value = False
    how = "from a value of the last days"
    if rate is None or age is None:
        known, how = None, "no kidney value that can be used"
    elif age * _DAY > span_of(lists, "kidneys_of_today"):
        known, how = None, "the newest value is too old to exclude it now"
    elif sheet.get("has_low_muscle_mass") is not False and rate < limit * (
        1 + number("paralysed_overestimate") / 100
    ):
        known, how = None, "with little muscle the estimate may be too good"
    sheet.set("has_weak_kidneys", known, how)


def _set_medicines(sheet: FactSheet, lists: Lists) -> None:
    reconciled = lists.has_reconciled_medicines()

    def lately(spans: tuple[Span, ...], recent: timedelta) -> bool | None:
        is_there = any(lists.now - s.earliest <= recent + _DAY for s in spans)
        return True if is_there else False if reconciled else None

    sedatives = frozenset({"benzodiazepine", "tizanidine", "gabapentinoid", "barbiturate", "z-drug"})
    sheet.set(
        "stopped_sedative_lately",
        lately(medicine_spans(lists, sedatives, stops=True), span_of(lists, "recent_sedative_stop")),
        "from the ends of the medicines listed",
    )
    started = medicine_spans(lists, frozenset({"interferon beta"}), stops=False)
    on_it = sheet.get("takes_interferon_beta")
    fresh = any(lists.now - s.earliest <= span_of(lists, "recent_interferon") for s in started)
    sheet.set(
        "started_interferon_lately",
        True if fresh and on_it else False if started or on_it is False else None,
        "from the start of interferon",
    )
    serotonin = frozenset(
        {"serotonergic", "mao inhibitor", "tramadol", "fluvoxamine", "clomipramine", "lithium"}
    )
    starts = medicine_spans(lists, serotonin, stops=False)
    recent = span_of(lists, "recent_serotonergic")
    new = any(lists.now - s.earliest <= recent for s in starts)
    sheet.set(
        "stopped_serotonergic_lately",
        lately(medicine_spans(lists, serotonin, stops=True), recent),
        "from the ends of the medicines listed",
    )
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
    soon = any_true(taken, lately((*ended, *dopamine), span_of(lists, "dopamine_blocker_soon")))
    sheet.set("took_dopamine_blocker_72h", soon, "from the medicines listed and their ends")
    sheet.set(
        "took_dopamine_blocker_6m",
        any_true(taken, lately(ended, span_of(lists, "dopamine_blocker_long"))),
        "from the medicines listed and their ends",
    )


def _set_exposure(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    record, number = lists.record, lists.knowledge.recognition.number
    listed = bool(record.oral_therapy or record.pump_therapy)
    ever = True if listed else any_true(sheet.get("has_baclofen_exposure"))
    sheet.set("ever_had_baclofen", ever, "from the baclofen history")
    residual, alert = (
        sheet.number("residual_difference"),
        lists.knowledge.recognition.number("residual_alert"),
    )
    much_left: Value = None if residual is None else residual >= alert
    days_left = sheet.number("reservoir_days_left")
    is_dry: Value = None if days_left is None or days_left > 0 else True
    has_pump = sheet.get("has_pump_therapy")
    fault = any_true(*map(sheet.get, _FAULTS), much_left, is_dry or False)
    if sheet.get("had_pump_lately") is False and fault is None:
        fault = False
    # Every test can be normal in a kink that comes with position.
    if fault is False and sheet.is_true("has_position_dependence"):
        fault = None
    sheet.set(
        "has_delivery_fault",
        fault,
        "stall, stop, empty reservoir, a day on which it ran dry, a high residual, or a fault on imaging",
    )
    lost = any_true(*map(sheet.get, ("recent_reduction", "is_missing_doses", "recent_pump_reduction")), fault)
    is_newborn = newborn(sheet.values, lists.knowledge)
    if is_newborn:
        lost = True  # birth ended what came from the mother
    sheet.set(
        "has_lost_delivery",
        lost,
        "missed doses, cuts, birth, the pump programme and the findings at the device",
    )
    too_little_left: Value = False if has_pump is False else None if residual is None else residual <= -alert
    errors = [sheet.get(n) for n in ("has_programming_error", "has_pocket_swelling")]
    errors = [False if e is None and has_pump is False else e for e in errors]
    breaths = sheet.number("respiratory_rate")
    signs = any_true(*map(sheet.get, _EXCESS_SIGNS))
    slow = breaths is not None and breaths < number("slow_breathing")
    sheet.set("has_sign_of_excess", True if slow else signs, "from the signs and the breaths counted")
    sheet.set(
        "has_proven_device_failure",
        any_true(*map(sheet.get, _PROVEN)),
        "stall, stop, empty reservoir, a rotor that does not turn, or a catheter fault",
    )
    excess = any_true(
        sheet.get("has_reason_for_toxicity"),
        sheet.get("has_weak_kidneys"),
        sheet.get("recent_pump_increase"),
        too_little_left,
        *errors,
    )
    if is_newborn:
        # Creatinine of the first days is the mother's: what is seen in the child decides.
        excess = any_true(sheet.get("has_recent_overdose") or False, slow, *map(sheet.get, _NEWBORN_SIGNS))
    sheet.set(
        "has_excess_delivery", excess, "a rise, an overdose, weak kidneys, or the findings at the device"
    )
    found = raised(lists, dosing)
    days = (lists.now - max(found).earliest) / _DAY if found else None
    sheet.set("days_since_any_increase", days, "from the therapy entries and the pump programmes")
    sheet.set(
        "has_trigger_found", any_true(*map(sheet.get, _TRIGGERS)), "bladder, bowel, skin, limbs and seating"
    )
